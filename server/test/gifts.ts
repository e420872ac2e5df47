import { type Desk, openDesk } from './desk.ts';
import { testDatabase } from './harness.ts';

/** A desk that sells gift cards. */
export async function openGifts(options: Parameters<typeof openDesk>[0] = {}) {
  const desk: Desk = await openDesk(options);
  const { shop, place } = desk;
  const { query } = await testDatabase();
  const types = `/chain/${shop.chainId}/loyalty/certificate_types`;
  const typeBody = (fields: object = {}) => ({
    title: 'Gift card 100',
    balance: 100,
    is_multi: true,
    item_type_id: 0,
    is_allow_empty_code: false,
    category_id: null,
    balance_edit_type_id: 1,
    service_ids: [],
    salon_ids: [place],
    expiration: { type_id: 0 },
    online_sale: { is_enabled: false },
    ...fields,
  });
  const createType = (fields: object = {}) => shop.call('POST', types, { body: typeBody(fields) });
  /** Adds a type, which must succeed. @returns it with its product in the location */
  const addType = async (fields: object = {}) => {
    const answer = await createType(fields);
    if (answer.status !== 200) throw new Error(`The type is refused: ${JSON.stringify(answer.body)}`);
    const [product] = await productsOf(answer.data.id);
    return { id: answer.data.id as number, product: product?.good_id as number };
  };
  /** The products of a type in the location. */
  const productsOf = async (type: number): Promise<Record<string, unknown>[]> => {
    const { data } = await shop.call('GET', `/goods/${place}`);
    return data.filter((row: { loyalty_certificate_type_id: number }) => row.loyalty_certificate_type_id === type);
  };
  const storages = (await shop.call('GET', `/storages/${place}`)).data as { id: number; for_sale: number }[];
  const storage = storages.find(({ for_sale }) => for_sale === 1)?.id as number;
  /** Sells products without a visit. @param fields of the lines */
  const sell = (product: number, fields: object | object[] = {}, operation: object = {}) =>
    shop.call('POST', `/storage_operations/operation/${place}`, {
      body: {
        type_id: 1,
        create_date: '2030-05-06 12:00:00',
        storage_id: storage,
        goods_transactions: [fields].flat().map((line) => ({ good_id: product, amount: 1, operation_unit_type: 1, ...line })),
        ...operation,
      },
    });
  /** The living gift cards of the chain, by id. */
  const cards = async () =>
    await query<Record<string, unknown>>({
      text: `select cards.id, cards.number, cards.client_id, cards.phone, cards.line_id, balances.amount::float8 as balance,
          cards.expires_at from gift_cards cards join balances on balances.chain_id = cards.chain_id and balances.id = cards.balance_id
          where cards.chain_id = $1 and cards.deleted_at is null order by cards.id`,
      values: [shop.chainId],
    });
  /** Sells a gift card with a code. @returns its id, code and line */
  const issue = async (product: number, code: string, fields: object = {}) => {
    const answer = await sell(product, { good_special_number: code, ...fields });
    if (answer.status !== 200) throw new Error(`The sale is refused: ${JSON.stringify(answer.body)}`);
    const line = answer.data.goods_transactions[0].id as number;
    const card = (await cards()).find((row) => row.line_id === line) as { id: number };
    return { id: card.id, code, line, document: answer.data.document_id as number };
  };
  /** Pays a sale with a gift card. */
  const redeem = (document: number, card: number, payment: object = {}, authorization = shop.owner.authorization) =>
    shop.call('POST', `/company/${place}/sale/${document}/payment`, {
      body: { payment: { method: { slug: 'loyalty_certificate', loyalty_certificate_id: card }, ...payment } },
      authorization,
    });
  return { ...desk, types, typeBody, createType, addType, productsOf, storage, sell, cards, issue, redeem };
}

export type Gifts = Awaited<ReturnType<typeof openGifts>>;
