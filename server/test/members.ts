import { type Desk, openDesk } from './desk.ts';
import { testDatabase } from './harness.ts';
import { membershipType } from './memberships.ts';

/** A desk that sells memberships. */
export async function openMembers(options: Parameters<typeof openDesk>[0] = {}) {
  const desk: Desk = await openDesk(options);
  const { shop, place } = desk;
  const { query } = await testDatabase();
  const types = `/chain/${shop.chainId}/loyalty/abonement_types`;
  const chain = `/chain/${shop.chainId}/loyalty/abonements`;
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const service = await shop.addService({ title: 'Yoga', priceMin: 60, priceMax: 60 });
  const buyer = await shop.addClient();
  /** Adds a type for the service, which must succeed. @returns it with its product in the location */
  const addType = async (fields: Record<string, unknown> = {}) => {
    const body = membershipType(shop, { services: { [service]: 4 }, ...fields });
    const { id } = await must('POST', types, body);
    const goods = await must('GET', `/goods/${place}`);
    const product = goods.find((row: { loyalty_abonement_type_id: number }) => row.loyalty_abonement_type_id === id);
    return { id: id as number, product: product?.good_id as number, body };
  };
  const storages = (await must('GET', `/storages/${place}`)) as { id: number; for_sale: number }[];
  const storage = storages.find(({ for_sale }) => for_sale === 1)?.id as number;
  /** Sells a product without a visit. @param line fields of the line */
  const sell = (product: number, line: object = {}, operation: object = {}) =>
    shop.call('POST', `/storage_operations/operation/${place}`, {
      body: {
        type_id: 1,
        create_date: new Date().toISOString(),
        storage_id: storage,
        goods_transactions: [{ good_id: product, amount: 1, operation_unit_type: 1, client_id: buyer.id, ...line }],
        ...operation,
      },
    });
  /** The living memberships of the chain, as the chain lists them. */
  const list = async () => (await must('GET', `${chain}?created_after=2000-01-01`)) as { id: number }[];
  /** Sells a membership of a type. @returns its id and line */
  const issue = async (product: number, line: object = {}, operation: object = {}) => {
    const answer = await sell(product, line, operation);
    if (answer.status !== 200) throw new Error(`The sale is refused: ${JSON.stringify(answer.body)}`);
    const lineId = answer.data.goods_transactions[0].id as number;
    const [row] = await query<{ id: number }>({
      text: 'select id from memberships where location_id = $1 and line_id = $2',
      values: [place, lineId],
    });
    return { id: row?.id as number, line: lineId, document: answer.data.document_id as number };
  };
  let visits = 0;
  /** A visit of a client for services, which has happened: each on a day of its own. */
  const visited = async (fields: { client?: number; services?: number[]; price?: number } & Record<string, unknown> = {}) => {
    const { client = buyer.id, services = [service], price = 60, ...more } = fields;
    const appointment = await desk.booked({
      client: { id: client },
      services: services.map((id) => ({ id, first_cost: price, cost: price, discount: 0 })),
      attendance: 1,
      datetime: `2030-07-${String((visits++ % 28) + 1).padStart(2, '0')}T10:00:00`,
      save_if_busy: true,
      ...more,
    });
    return { appointment, document: appointment.documents[0].id as number };
  };
  /** Pays a visit with a membership. */
  const use = (document: number, membership: number, payment: object = {}, authorization = shop.owner.authorization) =>
    shop.call('POST', `/company/${place}/sale/${document}/payment`, {
      body: { payment: { method: { slug: 'loyalty_abonement', loyalty_abonement_id: membership }, ...payment } },
      authorization,
    });
  const act = (id: number, what: string, body: object = {}) => shop.call('POST', `${chain}/${id}/${what}`, { body });
  /** A membership as its client sees it; undefined if they see it no more. */
  const seen = async (id: number, { phone }: { phone: number | string } = buyer) => {
    const rows = await must('GET', `/loyalty/abonements?company_id=${place}&phone=${phone}`);
    return rows.find((row: { id: number }) => row.id === id);
  };
  /** A membership as the chain sees it. */
  const one = async (id: number) => (await must('GET', `${chain}?abonements_ids=${id}`))[0];
  const undo = (document: number, transaction: number) =>
    shop.call('DELETE', `/company/${place}/sale/${document}/payment/loyalty_transaction/${transaction}`);
  return { ...desk, must, types, chain, service, buyer, addType, storage, sell, list, issue, visited, use, act, seen, one, undo };
}

export type Members = Awaited<ReturnType<typeof openMembers>>;
