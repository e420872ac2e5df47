import { and, asc, eq, gt } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { toWire } from '../../platform/exact.ts';
import { toMoney } from '../../platform/money.ts';
import { beginStrictly } from '../../surfaces/changes.ts';
import { getPlace } from '../locations/location.ts';
import { lockBalances, openBalances, type Posting, post, reverse } from './ledger.ts';
import { type BalanceUnit, balances, ledgerEntries, pointLots } from './tables.ts';

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day);

/** A chain with one balance. */
async function openBook(unit: BalanceUnit = 'points') {
  const shop = await openShop();
  const { db } = await testDatabase();
  const { chainId } = await getPlace(db, shop.locationId);
  const write = beginStrictly(db, { userId: null, address: 'http://localhost' });
  const open = async (kind: BalanceUnit = unit) => (await write((tx) => openBalances(tx, chainId, [kind])))[0] as number;
  const balanceId = await open();
  let causes = 0;
  const posting = (amount: number, more: Partial<Posting> = {}): Posting => ({
    balanceId,
    amount: toMoney(amount),
    cause: 'test',
    causeKey: `cause ${++causes}`,
    ...more,
  });
  return {
    shop,
    db,
    write,
    chainId,
    balanceId,
    open,
    posting,
    post: async (amount: number, more: Partial<Posting> = {}) =>
      (await write((tx) => post(tx, chainId, [posting(amount, more)])))[0] as number,
    reverse: (...ids: number[]) => write((tx) => reverse(tx, chainId, ids, 'test is over')),
    balance: async (id = balanceId) => {
      const [row] = await db
        .select()
        .from(balances)
        .where(and(eq(balances.chainId, chainId), eq(balances.id, id)));
      return toWire((row as NonNullable<typeof row>).amount);
    },
    entries: () => db.select().from(ledgerEntries).where(eq(ledgerEntries.balanceId, balanceId)).orderBy(asc(ledgerEntries.id)),
    /** What is left of the points that burn, by the order in which they do. */
    lots: async () =>
      (
        await db
          .select()
          .from(pointLots)
          .where(and(eq(pointLots.balanceId, balanceId), gt(pointLots.remaining, toMoney(0))))
          .orderBy(asc(pointLots.expiresAt), asc(pointLots.entryId))
      ).map(({ remaining }) => toWire(remaining)),
    check: async () => expect(await contradictions(shop.locationId)).toEqual([]),
  };
}

describe('an entry', () => {
  test('moves its balance, and says what it leaves', async () => {
    const book = await openBook();
    await book.post(100.5);
    await book.post(-0.5);
    expect(await book.balance()).toBe(100);
    expect((await book.entries()).map(({ amount, balanceAfter }) => [toWire(amount), toWire(balanceAfter)])).toEqual([
      [100.5, 100.5],
      [-0.5, 100],
    ]);
    await book.check();
  });

  test('moves several balances at once, and one of them several times', async () => {
    const book = await openBook();
    const other = await book.open();
    await book.write((tx) =>
      post(tx, book.chainId, [book.posting(5, { balanceId: other }), book.posting(10), book.posting(-4), book.posting(-3)]),
    );
    expect([await book.balance(), await book.balance(other)]).toEqual([3, 5]);
    await book.check();
  });

  test.each(['points', 'money', 'visits'] as const)(
    'of %s takes no more than there is, and a refusal writes nothing',
    async (unit) => {
      const book = await openBook(unit);
      await book.post(10);
      await expect(book.post(-10.01)).rejects.toMatchObject({ errors: { amount: ['must not be more than the balance: 10'] } });
      await expect(book.write((tx) => post(tx, book.chainId, [book.posting(-10), book.posting(-0.01)]))).rejects.toThrow();
      expect(await book.balance()).toBe(10);
      await book.post(-10);
      expect(await book.balance()).toBe(0);
      expect(await book.entries()).toHaveLength(2);
    },
  );

  test('need not be there: nothing is opened, posted, locked or taken back', async () => {
    const book = await openBook();
    await book.write(async (tx) => {
      expect(await openBalances(tx, book.chainId, [])).toEqual([]);
      expect(await post(tx, book.chainId, [])).toEqual([]);
      expect(await lockBalances(tx, book.chainId, [])).toEqual(new Map());
      await reverse(tx, book.chainId, [], 'nothing');
    });
    expect(await book.entries()).toEqual([]);
  });

  test('happens once for a cause', async () => {
    const book = await openBook();
    await book.post(10, { causeKey: 'sale 1' });
    await expect(book.post(10, { causeKey: 'sale 1' })).rejects.toMatchObject({ cause: { constraint: 'ledger_entries_cause' } });
    expect(await book.balance()).toBe(10);
  });

  test('is never changed or removed, not even in the database', async () => {
    const book = await openBook();
    const id = await book.post(10);
    const own = eq(ledgerEntries.id, id);
    await expect(book.db.update(ledgerEntries).set({ cause: 'other' }).where(own)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('never changed or removed') },
    });
    await expect(book.db.delete(ledgerEntries).where(own)).rejects.toThrow();
  });

  test('of a chain does not move a balance of another', async () => {
    const [book, other] = [await openBook(), await openBook()];
    await expect(book.post(10, { balanceId: other.balanceId })).rejects.toThrow();
    expect(await book.write((tx) => lockBalances(tx, book.chainId, [book.balanceId, other.balanceId]))).toEqual(
      new Map([[book.balanceId, expect.anything()]]),
    );
    expect(await other.balance()).toBe(0);
  });
});

describe('a reversal', () => {
  test('is another entry, which names the first', async () => {
    const book = await openBook('money');
    await book.post(50);
    const payment = await book.post(-20);
    await book.reverse(payment);
    expect(await book.balance()).toBe(50);
    expect((await book.entries()).at(-1)).toMatchObject({ reversesId: payment, cause: 'test is over' });
    await book.check();
  });

  test('happens once', async () => {
    const book = await openBook('money');
    await book.post(50);
    const payment = await book.post(-20);
    await book.reverse(payment);
    await expect(book.reverse(payment)).rejects.toThrow();
    expect(await book.balance()).toBe(50);
  });

  test('takes points back even if they are spent, and money and visits not', async () => {
    const points = await openBook();
    const earned = await points.post(30);
    await points.post(-25);
    await points.reverse(earned);
    expect(await points.balance()).toBe(-25);
    await expect(points.post(-1)).rejects.toMatchObject({ errors: { amount: ['must not be more than the balance: -25'] } });
    await points.post(10);
    expect(await points.balance()).toBe(-15);
    await points.check();
    const visits = await openBook('visits');
    const bought = await visits.post(3);
    await visits.post(-1);
    await expect(visits.reverse(bought)).rejects.toMatchObject({ errors: { amount: ['must not be more than the balance: 2'] } });
    expect(await visits.balance()).toBe(2);
  });
});

describe('points that burn', () => {
  test('are spent first, from those that burn first', async () => {
    const book = await openBook();
    await book.post(5, { expiresAt: inDays(20) });
    await book.post(100);
    await book.post(7, { expiresAt: inDays(10) });
    expect(await book.lots()).toEqual([7, 5]);
    await book.post(-9);
    expect(await book.lots()).toEqual([3]);
    await book.post(-4);
    expect([await book.lots(), await book.balance()]).toEqual([[], 99]);
    await book.check();
  });

  test('are taken from more lots than one statement reads', async () => {
    const book = await openBook();
    await book.write((tx) =>
      post(
        tx,
        book.chainId,
        Array.from({ length: 60 }, (_, index) => book.posting(1, { expiresAt: inDays(index + 1) })),
      ),
    );
    await book.post(-55);
    expect(await book.lots()).toEqual([1, 1, 1, 1, 1]);
    await book.check();
  });

  test('return to their lots when what they paid is cancelled', async () => {
    const book = await openBook();
    await book.post(5, { expiresAt: inDays(10) });
    await book.post(5, { expiresAt: inDays(20) });
    const payment = await book.post(-8);
    await book.reverse(payment);
    expect(await book.lots()).toEqual([5, 5]);
    await book.check();
  });

  test('leave with their own lot when they are taken back, and with others for what is spent of it', async () => {
    const book = await openBook();
    await book.post(5, { expiresAt: inDays(10) });
    const earned = await book.post(5, { expiresAt: inDays(20) });
    await book.post(-7);
    expect(await book.lots()).toEqual([3]);
    await book.post(4, { expiresAt: inDays(5) });
    await book.reverse(earned);
    expect([await book.lots(), await book.balance()]).toEqual([[2], 2]);
    await book.check();
  });

  test('fill a balance below 0 first', async () => {
    const book = await openBook();
    const earned = await book.post(10);
    await book.post(-10);
    await book.reverse(earned);
    await book.post(4, { expiresAt: inDays(1) });
    expect([await book.lots(), await book.balance()]).toEqual([[], -6]);
    await book.post(10, { expiresAt: inDays(1) });
    expect([await book.lots(), await book.balance()]).toEqual([[4], 4]);
    await book.check();
  });

  test('do not return to a lot when the balance they fill was below 0', async () => {
    const book = await openBook();
    const earned = await book.post(10, { expiresAt: inDays(5) });
    const payment = await book.post(-10);
    await book.reverse(earned);
    await book.post(4);
    await book.reverse(payment);
    expect([await book.lots(), await book.balance()]).toEqual([[4], 4]);
    await book.check();
  });

  test('return to no lot while the balance stays below 0', async () => {
    const book = await openBook();
    const earned = [await book.post(10, { expiresAt: inDays(5) }), await book.post(10, { expiresAt: inDays(6) })];
    const payments = [await book.post(-10), await book.post(-10)];
    await book.reverse(...earned);
    await book.reverse(payments[0] as number);
    expect([await book.lots(), await book.balance()]).toEqual([[], -10]);
    await book.reverse(payments[1] as number);
    expect([await book.lots(), await book.balance()]).toEqual([[], 0]);
    await book.check();
  });

  test('that return after their time burn from now on, so that each burning has a time of its own', async () => {
    const book = await openBook();
    const past = inDays(-1);
    const earned = await book.post(5, { expiresAt: past });
    const payment = await book.post(-5);
    await book.reverse(payment);
    const [lot] = await book.db.select().from(pointLots).where(eq(pointLots.entryId, earned));
    expect(lot?.expiresAt?.getTime()).toBeGreaterThan(past.getTime());
    expect(lot?.expiresAt?.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
  });
});

test('after any history, each balance is the sum of its entries, and its lots are not more', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('give' as const),
      amount: fc.integer({ min: 1, max: 30 }),
      days: fc.option(fc.integer({ min: 1, max: 9 })),
    }),
    fc.record({ kind: fc.constant('spend' as const), amount: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('reverse' as const), index: fc.nat({ max: 20 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const book = await openBook();
      const amounts = new Map<number, number>();
      for (const each of steps) {
        const balance = [...amounts.values()].reduce((total, amount) => total + amount, 0);
        if (each.kind === 'give') {
          amounts.set(await book.post(each.amount, { expiresAt: each.days === null ? null : inDays(each.days) }), each.amount);
        } else if (each.kind === 'spend') {
          const paid = book.post(-each.amount);
          if (each.amount > balance) await expect(paid).rejects.toThrow();
          else amounts.set(await paid, -each.amount);
        } else {
          const id = [...amounts.keys()][each.index];
          if (id === undefined) continue;
          await book.reverse(id);
          amounts.delete(id);
        }
        expect(await book.balance()).toBe([...amounts.values()].reduce((total, amount) => total + amount, 0));
      }
      await book.check();
    }),
    { numRuns: 15 },
  );
});
