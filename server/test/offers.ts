import { openClub } from './club.ts';

/** A club whose chain has promotions for its cards. */
export async function openOffers(options: Parameters<typeof openClub>[1] = {}) {
  const club = await openClub({}, options);
  const { shop, place, chainId, type } = club;
  const must = async (method: string, path: string, body?: object) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data ?? answer.body;
  };
  /** Adds a promotion: 10 % off everything, unless the fields say otherwise. @returns its id */
  const promote = async (fields: object = {}): Promise<number> =>
    (
      await must('POST', `/chain/${chainId}/loyalty/programs`, {
        title: 'Ten percent',
        type: 'discount_static',
        service_item_type: 'any_allowed',
        good_item_type: 'any_allowed',
        value_unit: 'percent',
        rules: [{ parameter: 0, value: 10 }],
        company_ids: [place],
        loyalty_card_type_ids: [type.id],
        ...fields,
      })
    ).id;
  /** Fixed cashback of 10 % of what was paid, unless the fields say otherwise. */
  const cashback = (fields: object = {}) => promote({ title: 'Cashback', type: 'cashback_static_paid', ...fields });
  const payByProgram = (document: number, card: number, program: number) =>
    shop.call('POST', `/company/${place}/sale/${document}/payment`, {
      body: { payment: { method: { slug: 'loyalty_program', loyalty_card_id: card, loyalty_program_id: program } } },
    });
  /** Says whether the client came. */
  const attend = (visit: { visit: number; record: number }, attendance = 1) =>
    must('PUT', `/visits/${visit.visit}/${visit.record}`, { attendance, comment: '' });
  /** A visit that is attended and paid. */
  const done = async (client: { id: number }, ...prices: number[]) => {
    const visit = await club.visitOf(client, ...prices);
    await attend(visit);
    const paid = await club.payment(
      visit.document,
      prices.reduce((all, price) => all + price, 0),
    );
    if (paid.status !== 200) throw new Error(JSON.stringify(paid.body));
    return visit;
  };
  const state = async (document: number) => (await club.sale(document)).data.state;
  return { ...club, must, promote, cashback, payByProgram, attend, done, state };
}

export type Offers = Awaited<ReturnType<typeof openOffers>>;
