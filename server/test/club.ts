import { openDesk } from './desk.ts';
import { salonDates } from './salon.ts';

/** A desk whose chain has a type of loyalty cards. @param fields of the type */
export async function openClub(fields: object = {}, options: Parameters<typeof openDesk>[0] = {}) {
  const desk = await openDesk(options);
  const { shop, place } = desk;
  const { chainId } = shop;
  const types = `/chain/${chainId}/loyalty/card_types`;
  const must = async (method: string, path: string, body?: object) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const addType = (more: object = {}) => must('POST', types, { title: 'Regulars', company_ids: [place], ...more });
  const type = await addType(fields);
  const issue = (phone: number | string, body: object = {}) =>
    shop.call('POST', `/loyalty/cards/${place}`, { body: { loyalty_card_type_id: type.id, phone, ...body } });
  const move = (card: number, amount: number, body: object = {}) =>
    shop.call('POST', `/company/${place}/loyalty/cards/${card}/manual_transaction`, { body: { amount, ...body } });
  /** The cards of a phone number that work here. */
  const cards = async (phone: number | string) => (await shop.call('GET', `/loyalty/cards/${phone}/${chainId}/${place}`)).data;
  const balance = async (phone: number | string): Promise<number> => (await cards(phone))[0].balance;
  /** A client with a card that has points. */
  const member = async (points = 0) => {
    const client = await shop.addClient();
    const card = (await issue(client.phone)).data;
    if (points) await must('POST', `/company/${place}/loyalty/cards/${card.id}/manual_transaction`, { amount: points });
    return { client, card, phone: client.phone, id: card.id as number };
  };
  let visits = 0;
  /** A visit of a client with a service for each price, on another day each time: four of them. */
  const visitOf = async (client: { id: number }, ...prices: number[]) => {
    const services = [];
    for (const price of prices) {
      const id = await shop.addService({ priceMin: price, priceMax: price });
      services.push({ id, first_cost: price, cost: price, discount: 0 });
    }
    const datetime = `${salonDates[visits++ % salonDates.length]}T10:00:00`;
    const appointment = await desk.booked({ services, datetime, save_if_busy: true, client: { id: client.id } });
    return {
      record: appointment.id as number,
      visit: appointment.visit_id as number,
      document: appointment.documents[0].id as number,
      serviceIds: services.map(({ id }) => id),
    };
  };
  const payByCard = (document: number, card: number, amount?: number) =>
    shop.call('POST', `/company/${place}/sale/${document}/payment`, {
      body: { payment: { method: { slug: 'loyalty_card', loyalty_card_id: card }, amount } },
    });
  return { ...desk, chainId, types, type, addType, issue, move, cards, balance, loyalMember: member, visitOf, payByCard };
}

export type Club = Awaited<ReturnType<typeof openClub>>;
