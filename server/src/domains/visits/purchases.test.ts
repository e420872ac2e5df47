import { expect, test } from 'vitest';
import { type Desk, openDesk } from '../../../test/desk.ts';

const historyOf = async (desk: Desk, client_id: number, fields: object = {}, authorization = desk.shop.owner.authorization) => {
  const body = { client_id, client_phone: null, from: null, to: null, payment_statuses: [], attendance: null, ...fields };
  const answer = await desk.shop.call('POST', `/company/${desk.place}/clients/visits/search`, { body, authorization });
  return { sold: answer.data.goods_transactions, records: answer.data.records, cursor: answer.meta.dateCursor };
};

async function openStore() {
  const desk = await openDesk();
  const product = await desk.shop.addProduct({ price: 20, title: 'Soap' });
  const { id: client } = await desk.shop.addClient();
  const storages = (await desk.shop.call('GET', `/storages/${desk.place}`)).data as { id: number; for_sale: number }[];
  const storage_id = storages.find(({ for_sale }) => for_sale === 1)?.id;
  const sell = async (create_date: string, fields: object = {}, master_id?: number) =>
    (
      await desk.shop.call('POST', `/storage_operations/operation/${desk.place}`, {
        body: {
          type_id: 1,
          create_date,
          storage_id,
          master_id,
          goods_transactions: [
            { good_id: product, amount: 2, operation_unit_type: 1, client_id: client, discount: 25, ...fields },
          ],
        },
      })
    ).data.document.id as number;
  return { ...desk, product, client, sell };
}

test('the history of a client has products that were sold without a visit, and what was paid for them', async () => {
  const desk = await openStore();
  const seller = await desk.shop.addTeamMember({ name: 'Bo' });
  const document = await desk.sell('2030-05-06 23:30:00', { comment: 'A gift' }, seller);
  await desk.payment(document, 10);
  const { sold, records } = await historyOf(desk, desk.client);
  expect(records).toEqual([]);
  expect(sold).toEqual([
    {
      id: expect.any(Number),
      comment: 'A gift',
      date: '2030-05-06T23:30:00-04:00',
      visit_id: 0,
      record_id: 0,
      goods: [
        {
          id: desk.product,
          title: 'Soap',
          amount: -2,
          unit: 'Piece',
          cost_per_unit: 20,
          first_cost: 40,
          discount_percent: 25,
          cost_to_pay: 30,
          paid_sum: 10,
          payment_status: 'paid_not_full',
        },
      ],
      staff: expect.objectContaining({ id: seller, name: 'Bo' }),
      company: { id: desk.place, title: expect.any(String) },
    },
  ]);
});

test('products of a visit are in the history with their appointment, and its team member if nobody else sold them', async () => {
  const desk = await openStore();
  const { appointment } = await desk.visit(60);
  const line = await desk.shop.addSale(appointment.id, desk.product);
  const { sold } = await historyOf(desk, appointment.client.id);
  expect(sold).toMatchObject([
    { id: line, visit_id: appointment.visit_id, record_id: appointment.id, staff: { id: desk.member }, goods: [{ amount: -1 }] },
  ]);
  const blind = await desk.shop.hire('owner', { records_goods_access: false });
  expect((await historyOf(desk, appointment.client.id, {}, blind.authorization)).sold).toEqual([]);
});

test('products are found by date and by payment, and by no state of an appointment', async () => {
  const desk = await openStore();
  const paid = await desk.sell('2030-05-06 00:00:00');
  await desk.sell('2030-05-07 00:00:00');
  await desk.payment(paid, 30);
  const dates = async (fields: object) =>
    (await historyOf(desk, desk.client, fields)).sold.map(({ date }: { date: string }) => date.slice(0, 10));
  expect(await dates({})).toEqual(['2030-05-07', '2030-05-06']);
  expect(await dates({ from: '2030-05-07' })).toEqual(['2030-05-07']);
  expect(await dates({ to: '2030-05-06' })).toEqual(['2030-05-06']);
  expect(await dates({ payment_statuses: ['paid_full'] })).toEqual(['2030-05-06']);
  expect(await dates({ payment_statuses: ['not_paid'] })).toEqual(['2030-05-07']);
  expect(await dates({ attendance: 1 })).toEqual([]);
});

test.each([
  [{ storages_transactions_access: false }, 0],
  [{ storages_limited_access: true }, 0],
  [{ storages_transactions_types: [3] }, 0],
  [{ storages_transactions_types: [1] }, 1],
  [{ storages_last_days_count: 0 }, 1],
])('a user with %j sees %i sales without a visit', async (permissions, count) => {
  const desk = await openStore();
  await desk.sell('2030-05-06 12:00:00');
  const { authorization } = await desk.shop.hire('owner', permissions);
  expect((await historyOf(desk, desk.client, {}, authorization)).sold).toHaveLength(count);
});

test('a user with one calendar sees what its team member sold', async () => {
  const desk = await openStore();
  const seller = await desk.shop.addTeamMember();
  await desk.sell('2030-05-06 12:00:00');
  await desk.sell('2030-05-06 13:00:00', {}, seller);
  const { authorization } = await desk.shop.hire('owner', { master_id: seller });
  expect((await historyOf(desk, desk.client, {}, authorization)).sold).toMatchObject([{ staff: { id: seller } }]);
});

test('pages have 25 visits and sales, and everything of their last date', async () => {
  const desk = await openStore();
  const day = (number: number) => `2030-04-${String(number).padStart(2, '0')}`;
  for (let number = 1; number <= 26; number++) await desk.sell(`${day(number)} 12:00:00`);
  await desk.sell(`${day(2)} 13:00:00`);
  const first = await historyOf(desk, desk.client);
  expect([first.sold.length, first.cursor.next.to]).toEqual([26, day(1)]);
  const second = await historyOf(desk, desk.client, { to: first.cursor.next.to });
  expect([second.sold.length, second.cursor.next.to]).toEqual([1, null]);
});
