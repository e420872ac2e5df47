import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { openShop, type Shop, testDatabase } from '../../../test/harness.ts';
import { toWire } from '../../platform/exact.ts';
import { toMoney } from '../../platform/money.ts';
import { beginStrictly } from '../../surfaces/changes.ts';
import { documents } from '../inventory/tables.ts';
import { getPlace } from '../locations/location.ts';
import { accounts } from '../money/tables.ts';
import { deleteTransactions, updateTransaction } from '../money/transaction.ts';
import { cancelPayments, payFrom, topUp } from './account.ts';
import { clientAccounts, clientAccountTransactions, clientAccountTypeLocations, clientAccountTypes } from './tables.ts';

/** A business with a client who pays in advance. @param credit how far below zero the account may go */
async function openPurse({ credit = 0, shop: given }: { credit?: number; shop?: Shop } = {}) {
  const shop = given ?? (await openShop());
  const { db } = await testDatabase();
  const location = await getPlace(db, shop.locationId);
  const { chainId } = location;
  const client = await shop.addClient();
  const one = async (rows: Promise<{ id: number }[]>) => ((await rows)[0] as { id: number }).id;
  const creditLimit = toMoney(credit);
  const typeId = await one(
    db.insert(clientAccountTypes).values({ chainId, title: 'Advance', creditLimit }).returning({ id: clientAccountTypes.id }),
  );
  await db.insert(clientAccountTypeLocations).values({ chainId, typeId, locationId: location.id });
  const clientAccountId = await one(
    db
      .insert(clientAccounts)
      .values({ chainId, typeId, locationId: location.id, clientId: client.id, phone: `+${client.phone}`, creditLimit })
      .returning({ id: clientAccounts.id }),
  );
  const [till] = await db.select().from(accounts).where(eq(accounts.locationId, location.id)).orderBy(accounts.id).limit(1);
  const accountId = (till as { id: number }).id;
  const documentId = await one(
    db.insert(documents).values({ locationId: location.id, type: 7, at: new Date() }).returning({ id: documents.id }),
  );
  const write = beginStrictly(db, { userId: null, address: 'http://localhost' });
  const account = async () => {
    const [row] = await db.select().from(clientAccounts).where(eq(clientAccounts.id, clientAccountId));
    return row as NonNullable<typeof row>;
  };
  return {
    shop,
    db,
    location,
    write,
    accountId,
    client,
    clientAccountId,
    account,
    documentId,
    topUp: (amount: number, fields: Partial<Parameters<typeof topUp>[2]> = {}) =>
      write((tx) => topUp(tx, location, { clientId: client.id, clientAccountId, accountId, amount: toMoney(amount), ...fields })),
    pay: (...amounts: number[]) =>
      write((tx) =>
        payFrom(
          tx,
          location,
          { clientAccountId, clientId: client.id },
          amounts.map((amount) => ({ documentId, amount: toMoney(amount) })),
        ),
      ),
    cancel: (...ids: number[]) => write((tx) => cancelPayments(tx, location, ids)),
    balance: async () => toWire((await account()).balance),
    /** What the client has paid, as nothing is sold. */
    paid: async () => (await shop.call('GET', `/client/${location.id}/${client.id}`)).data.balance,
  };
}

test('a top-up is a numbered document with a transaction of the account and one of the money', async () => {
  const purse = await openPurse();
  const { documentId, transactionId } = await purse.topUp(100.5);
  const [document] = await purse.db.select().from(documents).where(eq(documents.id, documentId));
  expect(document).toMatchObject({ type: 9, number: 1 });
  const [row] = await purse.db.select().from(clientAccountTransactions).where(eq(clientAccountTransactions.id, transactionId));
  expect([toWire(row?.amount), toWire(row?.balanceAfter), row?.clientId]).toEqual([100.5, 100.5, purse.client.id]);
  expect(await purse.balance()).toBe(100.5);
  expect(await contradictions(purse.location.id)).toEqual([]);
});

test('the client has paid when the account pays, not when it is topped up', async () => {
  const purse = await openPurse();
  await purse.topUp(100);
  expect(await purse.paid()).toBe(0);
  const ids = await purse.pay(30, 20.5);
  expect([await purse.balance(), await purse.paid()]).toEqual([49.5, 50.5]);
  await purse.cancel(...ids);
  expect([await purse.balance(), await purse.paid()]).toEqual([100, 0]);
  await expect(purse.cancel(...ids)).rejects.toMatchObject({ status: 404 });
  expect(await contradictions(purse.location.id)).toEqual([]);
});

test('the balance may fall below zero as far as the credit limit', async () => {
  const purse = await openPurse({ credit: 200 });
  await purse.topUp(50);
  await expect(purse.pay(200, 50.01)).rejects.toMatchObject({
    errors: { amount: ['must not be more than the account allows: 250'] },
  });
  expect(await purse.balance()).toBe(50);
  await purse.pay(250);
  expect(await purse.balance()).toBe(-200);
});

test.each([0, -5, 0.001])('an amount of %d is refused', async (amount) => {
  const purse = await openPurse();
  await purse.topUp(10);
  await expect(purse.topUp(amount)).rejects.toMatchObject({ status: 422, errors: { amount: [expect.any(String)] } });
  await expect(purse.pay(5, amount)).rejects.toMatchObject({ status: 422, errors: { amount: [expect.any(String)] } });
  expect(await purse.balance()).toBe(10);
});

test('a blocked account takes no money and pays nothing; its payments can be cancelled', async () => {
  const purse = await openPurse();
  await purse.topUp(10);
  const ids = await purse.pay(4);
  await purse.db.update(clientAccounts).set({ isBlocked: true }).where(eq(clientAccounts.id, purse.clientAccountId));
  await expect(purse.topUp(1)).rejects.toMatchObject({ errors: { clientAccountId: ['is blocked'] } });
  await expect(purse.pay(1)).rejects.toMatchObject({ errors: { clientAccountId: ['is blocked'] } });
  await purse.cancel(...ids);
  expect(await purse.balance()).toBe(10);
});

test('accounts of other clients, kinds that the location does not offer, and accounts of other chains are unknown', async () => {
  const [purse, other] = [await openPurse(), await openPurse()];
  const stranger = await purse.shop.addClient({ name: 'Bob' });
  const unknown = { errors: { clientAccountId: ['is unknown'] } };
  await expect(purse.topUp(1, { clientId: stranger.id })).rejects.toMatchObject(unknown);
  await expect(purse.topUp(1, { clientAccountId: other.clientAccountId })).rejects.toMatchObject(unknown);
  await expect(purse.topUp(1, { accountId: other.accountId })).rejects.toMatchObject({ errors: { accountId: ['is unknown'] } });
  await expect(purse.topUp(1, { clientId: other.client.id })).rejects.toMatchObject({ errors: { clientId: ['is unknown'] } });
  await purse.db.delete(clientAccountTypeLocations).where(eq(clientAccountTypeLocations.locationId, purse.location.id));
  await expect(purse.topUp(1)).rejects.toMatchObject(unknown);
  await expect(purse.pay(1)).rejects.toMatchObject(unknown);
  expect(await purse.balance()).toBe(0);
});

test('another location of the chain finds the account by the phone number of the client', async () => {
  const purse = await openPurse();
  const { chainId, typeId } = await purse.account();
  const sister = await openShop({ chainId });
  await purse.db.insert(clientAccountTypeLocations).values({ chainId, typeId, locationId: sister.locationId });
  const card = await sister.addClient({ phone: purse.client.phone });
  const [till] = await purse.db.select().from(accounts).where(eq(accounts.locationId, sister.locationId)).limit(1);
  const location = await getPlace(purse.db, sister.locationId);
  const { clientAccountId } = purse;
  const fields = { clientId: card.id, clientAccountId, accountId: (till as { id: number }).id, amount: toMoney(5) };
  await purse.write((tx) => topUp(tx, location, fields));
  expect(await purse.balance()).toBe(5);
  expect(await contradictions(sister.locationId)).toEqual([]);
});

test('deleting the money of a top-up takes it back from the account, unless it is spent', async () => {
  const purse = await openPurse();
  const { documentId, paymentId } = await purse.topUp(100);
  const remove = () => purse.write((tx) => deleteTransactions(tx, purse.location, [paymentId]));
  const ids = await purse.pay(1);
  await expect(remove()).rejects.toMatchObject({ errors: { amount: ['must not be more than the account allows: 99'] } });
  await purse.cancel(...ids);
  await remove();
  expect(await purse.balance()).toBe(0);
  const [document] = await purse.db.select().from(documents).where(eq(documents.id, documentId));
  expect(document?.deletedAt).not.toBeNull();
  expect(await contradictions(purse.location.id)).toEqual([]);
});

test('the money of a top-up can be moved to another account, but its amount and item stay', async () => {
  const purse = await openPurse();
  const { paymentId } = await purse.topUp(100);
  const change = (changes: Parameters<typeof updateTransaction>[3]) =>
    purse.write((tx) => updateTransaction(tx, purse.location, paymentId, changes));
  await expect(change({ amount: toMoney(50) })).rejects.toMatchObject({ status: 403 });
  await expect(change({ expenseId: 5 })).rejects.toMatchObject({ status: 403 });
  await change({ accountId: purse.accountId + 1, comment: 'By card' });
  expect(await contradictions(purse.location.id)).toEqual([]);
});

test('many payments at once never take more than there is', async () => {
  const purse = await openPurse({ credit: 5 });
  await purse.topUp(20);
  const paid = await Promise.allSettled(Array.from({ length: 12 }, () => purse.pay(4)));
  expect(paid.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
  expect(await purse.balance()).toBe(-4);
  expect(await contradictions(purse.location.id)).toEqual([]);
});
