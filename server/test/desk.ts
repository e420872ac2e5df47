import type { Sent } from './contention.ts';
import { testDatabase } from './harness.ts';
import { openSalon } from './salon.ts';

/** A salon with prices, a cash desk, products, and visits that are paid there. */
export async function openDesk(options: Parameters<typeof openSalon>[0] = {}) {
  const salon = await openSalon(options);
  const { shop, place } = salon;
  const { query } = await testDatabase();
  const [cash, card] = (
    await query<{ id: number }>({
      text: 'select id from accounts where location_id = $1 order by is_cash desc',
      values: [place],
    })
  ).map(({ id }) => id) as [number, number];
  const sale = (document: number) => shop.call('GET', `/company/${place}/sale/${document}`);
  const payment = (document: number, amount: number, account = cash) =>
    shop.call('POST', `/company/${place}/sale/${document}/payment`, {
      body: { payment: { method: { slug: 'account', account_id: account }, amount } },
    });
  /** A payment to send with others. */
  const paymentBy = (method: object, document: number, amount: number): Sent => ({
    path: `/v1/company/${place}/sale/${document}/payment`,
    body: { payment: { method, amount } },
  });
  /** An appointment with a service for each price. */
  const visit = async (...prices: number[]) => {
    const services = [];
    for (const price of prices)
      services.push({
        id: await shop.addService({ priceMin: price, priceMax: price }),
        first_cost: price,
        cost: price,
        discount: 0,
      });
    const appointment = await salon.booked({ services, save_if_busy: true });
    return { appointment, document: appointment.documents[0].id as number };
  };
  const read = async (id: number) => (await shop.call('GET', `/record/${place}/${id}`)).data;
  const balance = async (account: number) => {
    const [row] = await query<{ sum: string }>({
      text: 'select coalesce(sum(amount), 0)::float8 as sum from account_totals where account_id = $1 and span = 2',
      values: [account],
    });
    return Number(row?.sum);
  };
  return { ...salon, cash, card, sale, payment, paymentBy, visit, read, balance };
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;
