import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { type Money, sum } from '../../platform/money.ts';
import { isOfferedIn, isOwnedBy } from '../client-accounts/account.ts';
import { clientAccounts, clientAccountTypes } from '../client-accounts/tables.ts';
import { accounts } from '../money/tables.ts';

/** An account of the location that payments may go to. */
export interface UsableAccount {
  id: number;
  title: string;
  isCash: boolean;
}

/** The accounts of a location that are not archived, in their order. @param allowed the accounts that the caller works with */
export const usableAccounts = (db: Read, locationId: number, allowed: readonly number[] | undefined): Promise<UsableAccount[]> =>
  db
    .select({ id: accounts.id, title: accounts.title, isCash: accounts.isCash })
    .from(accounts)
    .where(
      and(
        eq(accounts.locationId, locationId),
        isNull(accounts.archivedAt),
        allowed ? inArray(accounts.id, [...allowed]) : undefined,
      ),
    )
    .orderBy(asc(accounts.weight), asc(accounts.id));

/** A client account that a sale may be paid from. */
export interface UsableClientAccount {
  id: number;
  balance: Money;
  reserved: Money;
  /** What may be taken: the balance, and the credit limit. */
  available: Money;
  typeId: number;
  typeTitle: string;
}

/** The accounts of a client that are not blocked and that the location works with. */
export async function usableClientAccounts(
  db: Read,
  location: Pick<Location, 'id' | 'chainId'>,
  clientId: number | null,
): Promise<UsableClientAccount[]> {
  if (clientId === null) return [];
  const rows = await db
    .select({
      id: clientAccounts.id,
      balance: clientAccounts.balance,
      reserved: clientAccounts.reserved,
      creditLimit: clientAccounts.creditLimit,
      typeId: clientAccountTypes.id,
      typeTitle: clientAccountTypes.title,
    })
    .from(clientAccounts)
    .innerJoin(
      clientAccountTypes,
      and(eq(clientAccountTypes.chainId, clientAccounts.chainId), eq(clientAccountTypes.id, clientAccounts.typeId)),
    )
    .where(
      and(
        eq(clientAccounts.chainId, location.chainId),
        eq(clientAccounts.isBlocked, false),
        isOfferedIn(db, location.id),
        isOwnedBy({ locationId: location.id, clientId }),
      ),
    )
    .orderBy(asc(clientAccounts.id));
  return rows.map(({ creditLimit, ...row }) => ({ ...row, available: sum([row.balance, creditLimit]) }));
}
