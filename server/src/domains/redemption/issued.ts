import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { BadRequest, Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { type Money, negated } from '../../platform/money.ts';
import { type Quantity, toQuantity } from '../../platform/quantity.ts';
import type { giftCards } from '../gift-cards/tables.ts';
import { balancesOf, type Posting, post } from '../ledger/ledger.ts';
import { loyaltyTransactions } from '../loyalty-transactions/tables.ts';
import type { memberships } from '../memberships/tables.ts';

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
  number: string;
  clientId: number | null;
  phone: string | null;
  /** It stays with its client when the line gets another buyer. */
  keepsClient: boolean;
  balanceIds: readonly number[];
}

/** A kind of things that are issued when a product is sold. */
export interface IssueKind {
  thing: Thing;
  /** The type that a line issues; 0 for none. */
  typeOf(line: SoldLine): number;
  /** Locks what was issued for lines, in the order of its ids. It does not lock balances. */
  lock(write: Write, location: IssuingPlace, lineIds: readonly number[]): Promise<Issued[]>;
  /** Issues one for each line. @throws Invalid, BadRequest */
  issue(write: Write, location: IssuingPlace, lines: readonly SoldLine[]): Promise<void>;
  /** The types among these of which one may have no code. */
  codelessTypes(write: Write, chainId: number, typeIds: readonly number[]): Promise<Set<number>>;
}

/** What a line issues, in the words of errors. */
type Thing = 'gift card' | 'membership';

/** Both tables have the columns `chain_id`, `id`, `location_id`, `line_id`, `number`, `client_id`, `phone` and `deleted_at`. */
const storage = {
  'gift card': {
    table: 'gift_cards',
    uniqueNumber: 'gift_cards_number',
    numberIsTaken: 'Gift card with such number already exists',
    usedBy: loyaltyTransactions.giftCardId,
    field: 'giftCard',
  },
  membership: {
    table: 'memberships',
    uniqueNumber: 'memberships_number',
    numberIsTaken: 'Membership with such number already exists',
    usedBy: loyaltyTransactions.membershipId,
    field: 'membership',
  },
} as const;

/** The table of what is issued. */
export const tableOf = (thing: Thing): SQL => sql`${sql.identifier(storage[thing].table)}`;

/** What was issued for lines, and is not taken back. */
export const issuedFor = (
  { chainId, locationId, lineId, deletedAt }: typeof giftCards | typeof memberships,
  location: IssuingPlace,
  lineIds: readonly number[],
): SQL | undefined =>
  and(eq(chainId, location.chainId), eq(locationId, location.id), inArray(lineId, [...lineIds]), isNull(deletedAt));

const one = toQuantity(1);

/** @throws Invalid for an amount other than 1, and without a code unless it may be missing and a client with a phone number buys it */
export function expectLine(line: SoldLine, thing: Thing, mayOmitCode: boolean): void {
  if (compare(line.amount, one) !== 0) throw new Invalid({ amount: [`must be 1 for a ${thing}`] });
  if (line.code !== '') return;
  if (!mayOmitCode) throw new Invalid({ code: [`is required for this ${thing}`] });
  if (line.clientId === null) throw new Invalid({ clientId: [`is required for a ${thing} without a code`] });
  if (line.phone === null) throw new Invalid({ clientId: [`needs a phone number for a ${thing} without a code`] });
}

/** @throws BadRequest if the code is used in the chain */
export async function withFreeCode<Result>(thing: Thing, work: () => PromiseLike<Result>): Promise<Result> {
  const { uniqueNumber, numberIsTaken } = storage[thing];
  try {
    return await work();
  } catch (error) {
    if (postgresError(error)?.constraint !== uniqueNumber) throw error;
    throw new BadRequest(numberIsTaken, { code: ['is taken'] });
  }
}

/** Gives each the code and the buyer that its line has now. They are locked. @throws Invalid, BadRequest */
export async function changeIssued(
  write: Write,
  { chainId }: IssuingPlace,
  { thing, codelessTypes }: Pick<IssueKind, 'thing' | 'codelessTypes'>,
  changed: readonly { line: SoldLine; issued: Issued }[],
): Promise<void> {
  if (changed.length === 0) return;
  const codeless = await codelessTypes(
    write,
    chainId,
    changed.map(({ issued }) => issued.typeId),
  );
  for (const { line, issued } of changed) expectLine(line, thing, codeless.has(issued.typeId));
  const moved = changed.flatMap(({ line, issued }) => {
    const { code } = line;
    if (code === issued.number && line.clientId === issued.clientId) return [];
    const { clientId, phone } = issued.keepsClient ? issued : line;
    return [{ id: issued.id, code, clientId, phone }];
  });
  if (moved.length === 0) return;
  await withFreeCode(thing, () =>
    write.execute(sql`
      update ${tableOf(thing)} issued set number = moved.code, client_id = moved."clientId", phone = moved.phone
      from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as moved(id int, code text, "clientId" int, phone text)
      where issued.chain_id = ${chainId} and issued.id = moved.id`),
  );
}

/** Deletes what was issued. It is locked, with its balances. @throws Invalid if one is used */
export async function takeBackIssued(
  write: Write,
  { chainId }: IssuingPlace,
  thing: Thing,
  issued: readonly Issued[],
): Promise<void> {
  if (issued.length === 0) return;
  const ids = issued.map(({ id }) => id);
  await expectUnused(write, chainId, thing, ids);
  await emptyBalances(write, chainId, issued, thing);
  await write.execute(sql`
    update ${tableOf(thing)} set deleted_at = ${new Date().toISOString()}
    where chain_id = ${chainId} and id = any(${sql.param(ids)}::int[])`);
}

/** @throws Invalid for one that paid something that was not cancelled */
async function expectUnused(write: Write, chainId: number, thing: Thing, ids: readonly number[]): Promise<void> {
  const { usedBy, field } = storage[thing];
  const [used] = await write
    .select({ id: usedBy })
    .from(loyaltyTransactions)
    .where(and(eq(loyaltyTransactions.chainId, chainId), inArray(usedBy, [...ids]), isNull(loyaltyTransactions.cancelledAt)))
    .limit(1);
  if (used) throw new Invalid({ [field]: [`${used.id} cannot be taken back: it was used`] });
}

/** Takes everything from the balances of what ends. */
async function emptyBalances(write: Write, chainId: number, issued: readonly Issued[], thing: Thing): Promise<void> {
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
