import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { topUp } from '../domains/client-accounts/account.ts';
import { openAccount } from '../domains/client-accounts/account-list.ts';
import { createType } from '../domains/client-accounts/type.ts';
import { type AccountRow, createAccount, listAccounts, updateAccount } from '../domains/money/account.ts';
import { createExpense } from '../domains/money/expense.ts';
import { addTransactions } from '../domains/money/transaction.ts';
import { addDays, startOfDay, today } from '../platform/clock.ts';
import { toMoney, toPercent } from '../platform/money.ts';

/** Weeks of expenses before the day on which the demo is created. */
const weeks = 9;

/** The kinds of client accounts of the chain, which all of its locations work with. @returns their ids */
export async function seedAccountTypes(write: Write, chainId: number, locationIds: readonly number[]): Promise<number[]> {
  const advance = await createType(write, chainId, { title: 'Advance payments', locationIds });
  const staff = await createType(write, chainId, { title: 'Account with credit', creditLimit: toMoney(100), locationIds });
  return [advance.id, staff.id];
}

/** The accounts of a location, what it has paid in the last two months, and clients who pay in advance. */
export async function seedMoney(
  write: Write,
  place: Location,
  clientIds: readonly number[],
  typeIds: readonly number[],
): Promise<void> {
  const known = await listAccounts(write, place.id, { allowed: undefined });
  const [cash, card] = known as [AccountRow, AccountRow, ...AccountRow[]];
  await updateAccount(write, place, cash.id, { openingBalance: toMoney(300) });
  await updateAccount(write, place, card.id, { acquiringFee: toPercent(1.8) });
  const bank = await createAccount(write, place, { title: 'Bank', isCash: false, weight: 3, openingBalance: toMoney(12_000) });
  const rent = await createExpense(write, place.id, { title: 'Rent', isIncome: false, weight: 14 });
  const laundry = await createExpense(write, place.id, { title: 'Laundry', isIncome: false, weight: 15 });
  const daysAgo = (days: number) =>
    new Date(startOfDay(addDays(today(place.timeZone), -days), place.timeZone).getTime() + 9 * 3_600_000);
  const paid = Array.from({ length: weeks }, (_, week) => ({ week, at: daysAgo((weeks - week) * 7 - 1) }));
  await addTransactions(
    write,
    place,
    paid.flatMap(({ week, at }) => [
      { accountId: cash.id, expenseId: laundry.id, amount: toMoney(-45.5), at, comment: 'Towels and capes' },
      ...(week % 4 === 0
        ? [{ accountId: bank.id, expenseId: rent.id, amount: toMoney(-2400), at, comment: 'Rent of the month' }]
        : []),
    ]),
  );
  await seedClientAccounts(write, place, clientIds.slice(0, 6), { accountIds: [cash.id, card.id], typeIds });
}

async function seedClientAccounts(
  write: Write,
  place: Location,
  clientIds: readonly number[],
  { accountIds, typeIds }: { accountIds: readonly number[]; typeIds: readonly number[] },
): Promise<void> {
  for (const [index, clientId] of clientIds.entries()) {
    const typeId = typeIds[index % typeIds.length] as number;
    const initialBalance = toMoney(index % 3 === 0 ? 20 : 0);
    const { id: clientAccountId } = await openAccount(write, place, { clientId, typeId, initialBalance });
    const accountId = accountIds[index % accountIds.length] as number;
    await topUp(write, place, { clientId, clientAccountId, accountId, amount: toMoney(50 + 25 * index) });
  }
}
