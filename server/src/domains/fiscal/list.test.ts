import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { type FiscalSalon, openFiscalSalon } from '../../../test/register.ts';

let salon: FiscalSalon;
/** The documents of a returned visit, a waiting visit and a sale of a product, in the order of their receipts. */
let documents: number[];
beforeAll(async () => {
  salon = await openFiscalSalon();
  const visit = await salon.printedVisit();
  await salon.print(visit.document, 1);
  const { document } = await salon.sellProduct(20);
  await salon.pay(document, 20);
  await salon.print(document);
  documents = [visit.document, visit.document, document];
  const { query } = await testDatabase();
  // A day each, the first the day before yesterday.
  await query({
    text: `update fiscal_transactions made set created_at = now() - make_interval(days => 2 - numbered.at::int) from (
      select id, row_number() over (order by id) - 1 as at from fiscal_transactions where location_id = $1) numbered
      where made.location_id = $1 and made.id = numbered.id`,
    values: [salon.place],
  });
});
afterAll(() => salon.register.stop());

const list = async (query = '', authorization = salon.shop.owner.authorization) => {
  const { status, data, meta } = await salon.shop.call('GET', `/kkm_transactions/${salon.place}?${query}`, { authorization });
  return [status, data?.map(({ document }: { document: { id: number } }) => document.id), meta.count];
};
const dateOf = (daysAgo: number) =>
  new Date(Date.now() - daysAgo * 86_400_000).toLocaleDateString('sv-SE', { timeZone: salon.shop.timeZone }).replaceAll('-', '');

test('receipts are listed newest first, and counted on all pages', async () => {
  const [first, second, third] = documents;
  expect(await list()).toEqual([200, [third, second, first], 3]);
  expect(await list('editable_length=2')).toEqual([200, [third, second], 3]);
  expect(await list('editable_length=2&page=2')).toEqual([200, [first], 3]);
  expect(await list('editable_length=2&page=3')).toEqual([200, [], 3]);
  expect((await salon.receipts())[0]).toEqual({
    id: expect.any(Number),
    print_date: expect.any(String),
    printed_count: 0,
    sum: 20,
    type: { id: 0, title: 'Sale operation' },
    status: { id: 2, title: 'Sent for printing' },
    document: { id: third, type: 1, type_title: 'Sale of goods' },
    cashier: { id: salon.shop.owner.id, name: 'Test User' },
  });
});

test('receipts are filtered by type, status and date; codes beyond the published ones mean all', async () => {
  const [first, second, third] = documents;
  expect(await list('type=1')).toEqual([200, [second], 1]);
  expect(await list('type=0&status=1')).toEqual([200, [first], 1]);
  expect(await list('status=2')).toEqual([200, [third, second], 2]);
  expect(await list('status=5')).toEqual([200, [], 0]);
  expect(await list('type=13')).toEqual([200, [], 0]);
  expect(await list('type=20&status=6')).toEqual([200, [third, second, first], 3]);
  expect(await list(`start_date=${dateOf(1)}`)).toEqual([200, [third, second], 2]);
  expect(await list(`start_date=${dateOf(1)}&end_date=${dateOf(1)}`)).toEqual([200, [second], 1]);
  expect(await list(`end_date=${dateOf(2)}`)).toEqual([200, [first], 1]);
  expect((await list('start_date=20251301'))[0]).toBe(422);
});

test('users see receipts of their calendars, storages and days', async () => {
  const [first, second, third] = documents;
  const seenWith = async (permissions: Parameters<typeof salon.shop.hire>[1]) =>
    list('', (await salon.shop.hire('owner', permissions)).authorization);
  expect(await seenWith({ master_id: await salon.shop.addTeamMember() })).toEqual([200, [third], 1]);
  expect(await seenWith({ master_id: salon.member })).toEqual([200, [third, second, first], 3]);
  expect(await seenWith({ storages_limited_access: true })).toEqual([200, [second, first], 2]);
  expect(await seenWith({ storages_ids: [salon.forSale] })).toEqual([200, [third, second, first], 3]);
  expect(await seenWith({ finances_last_days_count: 1 })).toEqual([200, [third, second], 2]);
  expect((await seenWith({ finances_kkm_transactions_access: false }))[0]).toBe(403);
});

test('only what a user sees can be printed', async () => {
  const [, , product] = documents;
  const visit = await salon.booked({ datetime: '2030-05-07T10:00:00' });
  const statusWith = async (document: number | undefined, permissions: Parameters<typeof salon.shop.hire>[1]) =>
    (await salon.print(document as number, 0, (await salon.shop.hire('owner', permissions)).authorization)).status;
  expect(await statusWith(visit.documents[0].id, { master_id: await salon.shop.addTeamMember() })).toBe(404);
  expect(await statusWith(product, { storages_limited_access: true })).toBe(404);
  expect(await statusWith(product, { finances_print_check_access: false })).toBe(403);
  expect(await statusWith(product, {})).toBe(422);
});
