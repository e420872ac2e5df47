import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';
import { addDays } from '../../platform/clock.ts';
import { toWire } from '../../platform/exact.ts';
import { toMoney, toPercent } from '../../platform/money.ts';
import { beginAlone, beginStrictly } from '../../surfaces/changes.ts';
import { suppliers } from '../inventory/tables.ts';
import { getPlace } from '../locations/location.ts';
import { balanceOf } from './balance.ts';
import { accounts, financeTransactions } from './tables.ts';
import {
  addTransactions,
  deleteTransactions,
  type NewTransaction,
  type TransactionChanges,
  updateTransaction,
} from './transaction.ts';
import { getTransaction, listTransactions } from './transaction-list.ts';

const noon = new Date('2026-03-10T17:00:00Z');

/** A business that takes money in cash and by card. @param fee what the bank keeps of card payments, in percent */
async function openTill({ city = 'New York', fee = 0 } = {}) {
  const shop = await openShop({ city });
  const { db } = await testDatabase();
  const location = await getPlace(db, shop.locationId);
  const own = eq(accounts.locationId, location.id);
  const found = await db.select().from(accounts).where(own).orderBy(accounts.id);
  const [cash, card] = found.map(({ id }) => id) as [number, number];
  if (fee)
    await db
      .update(accounts)
      .set({ acquiringFee: toPercent(fee) })
      .where(sql`${own} and not ${accounts.isCash}`);
  const write = beginStrictly(db, { userId: null, address: 'http://localhost' });
  type Fields = Partial<Omit<NewTransaction, 'amount'>> & { amount?: number };
  return {
    ...shop,
    db,
    location,
    cash,
    card,
    add: (...rows: Fields[]) =>
      write((tx) =>
        addTransactions(
          tx,
          location,
          rows.map(({ amount = 100, ...row }) => ({ accountId: cash, expenseId: 5, at: noon, ...row, amount: toMoney(amount) })),
        ),
      ),
    change: (id: number, changes: TransactionChanges) => write((tx) => updateTransaction(tx, location, id, changes)),
    remove: (...ids: number[]) => write((tx) => deleteTransactions(tx, location, ids)),
    balance: async (account: number, date = '2999-12-31') => toWire(await balanceOf(db, location, account, date)),
    rows: async (isDeleted = false) =>
      (await listTransactions(db, location.id, { isDeleted }, {})).map(({ expense, amount, account }) => [
        expense.id,
        toWire(amount),
        account.id,
      ]),
    /** What the client has paid, as nothing is sold. */
    paid: async (clientId: number) => (await shop.call('GET', `/client/${location.id}/${clientId}`)).data.balance,
  };
}

test('the balance is the opening balance and all amounts, with their signs', async () => {
  const till = await openTill();
  await till.db
    .update(accounts)
    .set({ openingBalance: toMoney(50) })
    .where(eq(accounts.id, till.cash));
  await till.add({ amount: 100.5 }, { amount: -30.25, expenseId: 9 }, { amount: 7, accountId: till.card });
  expect(await till.balance(till.cash)).toBe(120.25);
  expect(await till.balance(till.card)).toBe(7);
});

test('the date is that of the location, not of UTC', async () => {
  const till = await openTill();
  await till.add({ at: new Date('2026-03-11T03:00:00Z') });
  expect(await till.balance(till.cash, '2026-03-09')).toBe(0);
  expect(await till.balance(till.cash, '2026-03-10')).toBe(100);
});

test('balances of any date are the sums of the rows until then', async () => {
  const till = await openTill({ fee: 2.5 });
  const day = fc.integer({ min: 0, max: 1200 }).map((days) => addDays('2024-11-20', days));
  const row = fc.record({
    amount: fc.integer({ min: -100000, max: 100000 }).map((cents) => (cents || 1) / 100),
    date: day,
    account: fc.constantFrom(till.cash, till.card),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.array(day, { minLength: 3, maxLength: 3 }),
      async (rows, dates) => {
        const ids = await till.add(
          ...rows.map(({ amount, date, account }) => ({ amount, accountId: account, at: new Date(`${date}T17:00:00Z`) })),
        );
        await till.remove(...ids.filter((_, index) => index % 4 === 3));
        await till.change(ids[0] as number, { amount: toMoney(1.11), at: new Date(`${dates[0]}T17:00:00Z`) });
        for (const date of [...dates, ...rows.map((each) => each.date)]) {
          for (const account of [till.cash, till.card]) {
            const [found] = await till.db
              .select({ total: sql<string>`coalesce(sum(${financeTransactions.amount}), 0)::text` })
              .from(financeTransactions)
              .where(
                sql`location_id = ${till.location.id} and account_id = ${account} and deleted_at is null and date <= ${date}::date`,
              );
            expect(await till.balance(account, date)).toBe(Number(found?.total));
          }
        }
      },
    ),
    { numRuns: 10 },
  );
  expect(await contradictions(till.location.id)).toEqual([]);
});

test.each([
  ['Tokyo', 1005, -25],
  ['New York', 10.2, -0.26],
  ['Kuwait City', 10.02, -0.251],
])('in %s, a payment of %d by card also posts the fee of the bank', async (city, amount, fee) => {
  const till = await openTill({ city, fee: 2.5 });
  await till.add({ amount, accountId: till.card });
  expect(await till.rows()).toEqual([
    [11, fee, till.card],
    [5, amount, till.card],
  ]);
});

test('money that leaves the account has no fee, and neither has one that rounds to nothing', async () => {
  const till = await openTill({ fee: 2 });
  await till.add({ amount: -10, expenseId: 9, accountId: till.card }, { amount: 0.2, accountId: till.card });
  expect(await till.rows()).toHaveLength(2);
});

test.each([
  ['Tokyo', 0.5, 'must be a whole number'],
  ['New York', 0.005, 'must have at most 2 digits after the point'],
  ['Kuwait City', 0.0005, 'must have at most 3 digits after the point'],
  ['New York', 0, 'must not be 0'],
])('in %s, the amount %d is refused', async (city, amount, message) => {
  const till = await openTill({ city });
  await expect(till.add({ amount: 1 }, { amount })).rejects.toMatchObject({ errors: { amount: [message] } });
  expect(await till.rows()).toEqual([]);
});

test('accounts, payment items, clients, suppliers and team members of another business are unknown', async () => {
  const [till, other] = [await openTill(), await openTill()];
  const stranger = { client: (await other.addClient()).id, member: await other.addTeamMember() };
  await expect(
    till.add({ accountId: other.cash, expenseId: 99, supplierId: 1, teamMemberId: stranger.member }),
  ).rejects.toMatchObject({
    errors: {
      accountId: ['is unknown'],
      expenseId: ['is unknown'],
      supplierId: ['is unknown'],
      teamMemberId: ['is unknown'],
    },
  });
  await expect(till.add({ clientId: stranger.client })).rejects.toMatchObject({ errors: { clientId: ['is unknown'] } });
});

test('an archived account takes no new money, and its payments can still be deleted', async () => {
  const till = await openTill();
  const [id] = await till.add({});
  await till.db.update(accounts).set({ archivedAt: new Date() }).where(eq(accounts.id, till.cash));
  await expect(till.add({})).rejects.toMatchObject({ errors: { accountId: ['is archived'] } });
  await till.remove(id as number);
  expect(await till.balance(till.cash)).toBe(0);
});

test('deleting a payment deletes its fee; a fee alone stays', async () => {
  const till = await openTill({ fee: 1 });
  const [id] = (await till.add({ accountId: till.card })) as [number];
  await expect(till.remove(id + 1)).rejects.toMatchObject({ status: 403 });
  await till.remove(id);
  expect(await till.balance(till.card)).toBe(0);
  expect(await till.rows()).toEqual([]);
  expect(await till.rows(true)).toHaveLength(2);
  await expect(till.remove(id)).rejects.toMatchObject({ status: 404 });
});

test('the fee follows a changed payment', async () => {
  const till = await openTill({ fee: 1 });
  const [id] = (await till.add({ accountId: till.card })) as [number];
  await till.change(id, { amount: toMoney(300) });
  expect(await till.rows()).toEqual([
    [11, -3, till.card],
    [5, 300, till.card],
  ]);
  await till.change(id, { accountId: till.cash });
  expect(await till.rows()).toEqual([[5, 300, till.cash]]);
  await till.change(id, { accountId: till.card, comment: 'By card after all' });
  expect(await till.balance(till.card)).toBe(297);
  await till.db
    .update(accounts)
    .set({ acquiringFee: toPercent(50) })
    .where(eq(accounts.id, till.card));
  await till.change(id, { comment: 'Another comment' });
  expect(await till.balance(till.card)).toBe(297);
});

test('a fee cannot be changed, and neither can what does not exist', async () => {
  const till = await openTill({ fee: 1 });
  const [id] = (await till.add({ accountId: till.card })) as [number];
  await expect(till.change(id + 1, { amount: toMoney(-5) })).rejects.toMatchObject({ status: 403 });
  await expect(till.change(id + 2, { amount: toMoney(5) })).rejects.toMatchObject({ status: 404 });
  await expect(till.change(id, { expenseId: 99 })).rejects.toMatchObject({ errors: { expenseId: ['is unknown'] } });
});

test('a change is checked as a new payment is, and leaves everything as it was', async () => {
  const [till, other] = [await openTill(), await openTill()];
  const ada = await till.addClient();
  const [id] = (await till.add({ clientId: ada.id })) as [number];
  await expect(till.change(id, { amount: toMoney(0) })).rejects.toMatchObject({ errors: { amount: ['must not be 0'] } });
  await expect(till.change(id, { amount: toMoney(0.001) })).rejects.toMatchObject({ status: 422 });
  const stranger = await other.addClient();
  await expect(till.change(id, { clientId: stranger.id })).rejects.toMatchObject({ errors: { clientId: ['is unknown'] } });
  await expect(till.change(id, { accountId: other.cash })).rejects.toMatchObject({ errors: { accountId: ['is unknown'] } });
  await till.db.update(accounts).set({ archivedAt: new Date() }).where(eq(accounts.id, till.cash));
  await till.change(id, { comment: 'The account was archived meanwhile' });
  expect(await till.paid(ada.id)).toBe(100);
  expect(await till.balance(till.cash)).toBe(100);
});

test('one unknown row or id refuses all of them', async () => {
  const till = await openTill();
  await expect(till.add({ expenseId: 5 }, { expenseId: 99 })).rejects.toMatchObject({ errors: { expenseId: ['is unknown'] } });
  const [one, two] = (await till.add({}, { amount: 5 })) as [number, number];
  await expect(till.remove(one, two + 1)).rejects.toMatchObject({ status: 404 });
  expect(await till.balance(till.cash)).toBe(105);
});

test('a payment names its supplier while the supplier is not archived', async () => {
  const till = await openTill();
  const supplier = async () => {
    const [row] = await till.db.insert(suppliers).values({ locationId: till.location.id, title: 'Mill' }).returning();
    return (row as { id: number }).id;
  };
  const [mill, farm] = [await supplier(), await supplier()];
  await till.add({ supplierId: mill, amount: -5, expenseId: 2 }, { supplierId: farm, amount: -5, expenseId: 2 });
  await till.db.update(suppliers).set({ archivedAt: new Date() }).where(eq(suppliers.id, farm));
  await expect(till.add({ supplierId: mill }, { supplierId: farm })).rejects.toMatchObject({
    errors: { supplierId: ['is unknown'] },
  });
  expect(await till.balance(till.cash)).toBe(-10);
});

test('integrations are told of payments and of their fees', async () => {
  const till = await openTill({ fee: 1 });
  const told = async (work: () => Promise<unknown>) =>
    (await toldBy(till.location.id, work)).map(({ resource, status }) => `${resource} ${status}`).toSorted();
  let id = 0;
  expect(await told(async () => ([id] = (await till.add({ accountId: till.card })) as [number]))).toEqual([
    'finances_operation create',
    'finances_operation create',
  ]);
  expect(await told(() => till.change(id, { amount: toMoney(200) }))).toEqual([
    'finances_operation update',
    'finances_operation update',
  ]);
  expect(await told(() => till.change(id, { accountId: till.cash }))).toEqual([
    'finances_operation delete',
    'finances_operation update',
  ]);
  expect(await told(() => till.remove(id))).toEqual(['finances_operation delete']);
});

test('payments raise what the client has paid, and deleted and changed ones lower it', async () => {
  const till = await openTill({ fee: 1 });
  const [ada, bob] = [await till.addClient(), await till.addClient({ name: 'Bob' })];
  const [one, two] = (await till.add(
    { clientId: ada.id, accountId: till.card },
    { clientId: ada.id, amount: 50.5 },
    { clientId: bob.id, amount: 5 },
  )) as [number, number, number];
  expect(await till.paid(ada.id)).toBe(150.5);
  await till.remove(one);
  expect(await till.paid(ada.id)).toBe(50.5);
  await till.change(two, { clientId: bob.id, amount: toMoney(40) });
  expect(await till.paid(ada.id)).toBe(0);
  expect(await till.paid(bob.id)).toBe(45);
  expect(await contradictions(till.location.id)).toEqual([]);
});

test('payments of two accounts at once, in both orders, wait for each other', async () => {
  const till = await openTill();
  const both = [{ accountId: till.cash }, { accountId: till.card }];
  await Promise.all(Array.from({ length: 10 }, (_, index) => till.add(...(index % 2 ? both : both.toReversed()))));
  expect([await till.balance(till.cash), await till.balance(till.card)]).toEqual([1000, 1000]);
});

test('a payment outside of what a user may see does not exist for them', async () => {
  const till = await openTill();
  const [id] = (await till.add({ at: noon })) as [number];
  const get = (seen: Parameters<typeof getTransaction>[3]) => getTransaction(till.db, till.location.id, id, seen);
  expect((await get({ accounts: [till.cash], expenses: [5], since: noon })).id).toBe(id);
  for (const seen of [{ accounts: [till.card] }, { accounts: [] }, { expenses: [7] }, { since: new Date() }])
    await expect(get(seen)).rejects.toMatchObject({ status: 404 });
});

test('without rows, nothing happens', async () => {
  const till = await openTill();
  expect(await till.add()).toEqual([]);
  await till.remove();
  const { db } = till;
  await expect(beginAlone(db)(async (write) => balanceOf(write, till.location, 0, '2026-01-01'))).rejects.toMatchObject({
    status: 404,
  });
});
