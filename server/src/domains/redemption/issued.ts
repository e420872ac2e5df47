import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { BadRequest, Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { type Money, negated } from '../../platform/money.ts';
import { type Quantity, toQuantity } from '../../platform/quantity.ts';
import { balancesOf, type Posting, post } from '../ledger/ledger.ts';
import { loyaltyTransactions } from '../loyalty-transactions/tables.ts';

export type IssuingPlace = Pick<Location, 'id' | 'chainId' | 'timeZone' | 'currency'>;

/** A line of a sale whose product issues something, or did. */
export interface SoldLine {
  id: number;
  amount: Quantity;
  /** As it was sold; empty for none. */
  code: string;
  /** The buyer: of the line, or of its appointment. Null if nobody is known. */
  clientId: number | null;
  /** The buyer's, E.164. */
  phone: string | null;
  /** When it is sold. */
  at: Date;
  /** Whether it still is: undone lines are deleted. */
  isSold: boolean;
  /** The types that its product issues; 0 for none. */
  giftCardTypeId: number;
  membershipTypeId: number;
}

/** What was issued for a line, and is not taken back. */
export interface Issued {
  id: number;
  lineId: number;
  typeId: number;
  balanceIds: readonly number[];
}

/** A kind of things that are issued when a product is sold. */
export interface IssueKind<Row extends Issued = Issued> {
  /** With the columns `location_id`, `line_id` and `deleted_at`. */
  table: 'gift_cards' | 'memberships';
  /** The type that a line issues; 0 for none. */
  typeOf(line: SoldLine): number;
  /** Locks what was issued for lines, in the order of its ids. It does not lock balances. */
  lock(write: Write, location: IssuingPlace, lineIds: readonly number[]): Promise<Row[]>;
  /** Issues one for each line. @throws Invalid, BadRequest */
  issue(write: Write, location: IssuingPlace, lines: readonly SoldLine[]): Promise<void>;
  /** Gives each the code and the buyer that its line has now. They are locked. @throws Invalid, BadRequest */
  change(write: Write, location: IssuingPlace, changed: readonly { line: SoldLine; issued: Row }[]): Promise<void>;
  /** Deletes what was issued. It is locked, with its balances. @throws Invalid if one is used */
  takeBack(write: Write, location: IssuingPlace, issued: readonly Row[]): Promise<void>;
}

const one = toQuantity(1);

/** What a line issues, in the words of errors. */
type Thing = 'gift card' | 'membership';

/** @throws Invalid for an amount other than 1, and without a code unless it may be missing and a client with a phone number buys it */
export function expectLine(line: SoldLine, thing: Thing, mayOmitCode: boolean): void {
  if (compare(line.amount, one) !== 0) throw new Invalid({ amount: [`must be 1 for a ${thing}`] });
  if (line.code !== '') return;
  if (!mayOmitCode) throw new Invalid({ code: [`is required for this ${thing}`] });
  if (line.clientId === null) throw new Invalid({ clientId: [`is required for a ${thing} without a code`] });
  if (line.phone === null) throw new Invalid({ clientId: [`needs a phone number for a ${thing} without a code`] });
}

/** @throws BadRequest if the code is used in the chain */
export async function withUniqueCode<Result>(
  constraint: string,
  message: string,
  work: () => PromiseLike<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (postgresError(error)?.constraint !== constraint) throw error;
    throw new BadRequest(message, { code: ['is taken'] });
  }
}

/** @throws Invalid for one that paid something that was not cancelled */
export async function expectUnused(
  write: Write,
  chainId: number,
  column: 'giftCardId' | 'membershipId',
  ids: readonly number[],
): Promise<void> {
  const [used] = await write
    .select({ id: loyaltyTransactions[column] })
    .from(loyaltyTransactions)
    .where(
      and(
        eq(loyaltyTransactions.chainId, chainId),
        inArray(loyaltyTransactions[column], [...ids]),
        isNull(loyaltyTransactions.cancelledAt),
      ),
    )
    .limit(1);
  const field = column === 'giftCardId' ? 'giftCard' : 'membership';
  if (used) throw new Invalid({ [field]: [`${used.id} cannot be taken back: it was used`] });
}

/** Takes everything from the balances of what ends. */
export async function emptyBalances(write: Write, chainId: number, issued: readonly Issued[], thing: Thing): Promise<void> {
  const left = await balancesOf(
    write,
    chainId,
    issued.flatMap(({ balanceIds }) => balanceIds),
  );
  await post(
    write,
    chainId,
    issued.flatMap(({ id, balanceIds }) =>
      balanceIds.flatMap((balanceId): Posting[] => {
        const amount = left.get(balanceId) as Money;
        if (isZero(amount)) return [];
        const causeKey = `end of ${thing} ${id} balance ${balanceId}`;
        return [{ balanceId, amount: negated(amount), cause: 'the sale was undone', causeKey }];
      }),
    ),
  );
}
