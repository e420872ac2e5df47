import { eq, sql } from 'drizzle-orm';
import { PaymentRequired } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare } from '../../platform/exact.ts';
import { type Money, minus, noMoney, times } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { messageBalances } from './tables.ts';

/** What a location may spend on messages to phones, and what one part costs. `balance` null: as much as it likes. */
export interface MessageBalance {
  balance: Money | null;
  price: Money;
}

const columns = { id: messageBalances.locationId, balance: messageBalances.balance, price: messageBalances.price };
const unlimited: MessageBalance = { balance: null, price: noMoney };

/** The balance of a location; without a limit until it is set. */
export async function getBalance(db: Read, locationId: number): Promise<MessageBalance> {
  const [row] = await db.select(columns).from(messageBalances).where(eq(messageBalances.locationId, locationId));
  return row ?? unlimited;
}

/** Sets the balance and the price of a location. */
export async function setBalance(write: Write, locationId: number, to: MessageBalance): Promise<void> {
  await write
    .insert(messageBalances)
    .values({ locationId, ...to })
    .onConflictDoUpdate({ target: messageBalances.locationId, set: { ...to } });
}

/** The balance of a location, locked until the commit. */
export async function lockBalance(write: Write, locationId: number): Promise<MessageBalance> {
  const own = write.select(columns).from(messageBalances).where(eq(messageBalances.locationId, locationId));
  const [row] = await write.lock('message balance', own);
  return row ?? unlimited;
}

/** What parts of messages cost. */
export const costOf = ({ price }: MessageBalance, parts: number): Money => times(price, toQuantity(parts));

/** Whether a location can pay a cost. */
export const affords = ({ balance }: MessageBalance, cost: Money): boolean => balance === null || compare(cost, balance) <= 0;

/** Takes a cost from the locked balance. @throws PaymentRequired */
export async function spend(write: Write, locationId: number, balance: MessageBalance, cost: Money): Promise<void> {
  if (!affords(balance, cost)) throw new PaymentRequired('Insufficient funds. Top up the balance.');
  if (balance.balance === null || compare(cost, noMoney) === 0) return;
  await addToBalance(write, locationId, minus(noMoney, cost));
}

/** Adds to the balance of a location, if it has one: what messages cost that were not sent, or what a provider corrected. */
export async function addToBalance(write: Write, locationId: number, amount: Money): Promise<void> {
  await write
    .update(messageBalances)
    .set({ balance: sql`${messageBalances.balance} + ${amount}` })
    .where(eq(messageBalances.locationId, locationId));
}
