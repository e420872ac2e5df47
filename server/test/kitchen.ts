import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { rowsOf } from '../src/platform/database.ts';
import { contradictions } from './consistency.ts';
import { testDatabase } from './harness.ts';
import { openSalon } from './salon.ts';

/**
 * A salon whose services use products up: the haircut 5 write-off units of shampoo, which has 10 in a sale unit and costs 8, and the washing
 * 2 pieces of soap, which cost 2.
 */
export async function openKitchen({ allowsNegativeStock = true }: { allowsNegativeStock?: boolean } = {}) {
  const salon = await openSalon();
  const { shop, place, member, service } = salon;
  const { db } = await testDatabase();
  await db.execute(sql`update locations set allows_negative_stock = ${allowsNegativeStock} where id = ${place}`);
  const storages = await rowsOf<{ id: number }>(db, sql`select id from storages where location_id = ${place} order by weight`);
  const [forServices, forSale] = storages.map(({ id }) => id) as [number, number];
  const shampoo = await shop.addProduct({ title: 'Shampoo', unitRatio: 10, price: 20, costPrice: 8 });
  const soap = await shop.addProduct({ title: 'Soap', price: 5, costPrice: 2 });
  const washing = await shop.addService({ title: 'Washing', duration: 3600 });
  const bills = `/company/${place}/technological_cards`;
  const addBill = async (title: string, ...items: [product: number, amount: number, storage?: number][]): Promise<number> => {
    const technological_card_items = items.map(([good_id, amount, storage_id = forServices]) => ({
      good_id,
      amount,
      storage_id,
    }));
    const answer = await shop.call('POST', bills, { body: { title, technological_card_items } });
    if (answer.status !== 201) throw new Error(`The bill is refused: ${JSON.stringify(answer.body)}`);
    return answer.data.id;
  };
  const link = (serviceId: number, technological_card_id: number | null, master_id = member) =>
    shop.call('POST', `/company/${place}/services/${serviceId}/staff`, {
      body: { master_id, seance_length: 3600, technological_card_id },
    });
  const [haircutBill, washingBill] = [await addBill('Haircut', [shampoo, 5]), await addBill('Washing', [soap, 2])];
  await link(service, haircutBill);
  await link(washing, washingBill);
  const used = `/technological_cards/record_consumables`;
  return {
    ...salon,
    db,
    forServices,
    forSale,
    shampoo,
    soap,
    washing,
    haircutBill,
    washingBill,
    bills,
    addBill,
    link,
    /** What is there, in write-off units. */
    level: async (productId: number, storageId = forServices): Promise<number> => {
      expect(await contradictions(place)).toEqual([]);
      const [row] = await rowsOf<{ amount: string }>(
        db,
        sql`select amount::text from stock_levels where location_id = ${place} and product_id = ${productId} and storage_id = ${storageId}`,
      );
      return Number(row?.amount ?? 0);
    },
    /** Sets the state of a visit, and more. */
    arrive: async (appointment: { id: number; visit_id: number }, attendance: number, more: object = {}, status = 200) => {
      const body = { attendance, comment: '', ...more };
      const answer = await shop.call('PUT', `/visits/${appointment.visit_id}/${appointment.id}`, { body });
      expect([answer.status, answer.body]).toEqual([status, answer.body]);
      return answer;
    },
    /** An arrival of sale units for services. */
    receive: async (good_id: number, amount: number) => {
      const transactions = [{ good_id, amount, cost: amount }];
      const body = { type_id: 3, create_date: '2030-05-01', storage_id: forServices, transactions };
      expect((await shop.call('POST', `/storage_operations/operation/${place}`, { body })).status).toBe(200);
    },
    /** What an appointment has used up. */
    lines: async (id: number) => (await shop.call('GET', `/record/${place}/${id}?include_consumables=1`)).data.consumables,
    /** What the services of an appointment use up. */
    consumables: async (id: number) => (await shop.call('GET', `${used}/${place}/${id}`)).data,
    setConsumables: (id: number, serviceId: number, rows: readonly object[], authorization = shop.owner.authorization) =>
      shop.call('PUT', `${used}/consumables/${place}/${id}/${serviceId}`, {
        body: { consumables: rows.map((row) => ({ record_id: id, service_id: serviceId, ...row })) },
        authorization,
      }),
    detach: (id: number, serviceId: number, query = '', body?: unknown) =>
      shop.call('DELETE', `${used}/technological_cards/${place}/${id}/${serviceId}${query}`, { body }),
  };
}
