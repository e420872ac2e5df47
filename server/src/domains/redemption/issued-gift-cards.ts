import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { BadRequest, Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { type Money, negated } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { giftCards, giftCardTypes } from '../gift-cards/tables.ts';
import { balancesOf, openBalances, post } from '../ledger/ledger.ts';
import { endOfPeriod } from '../loyalty/period.ts';
import { loyaltyTransactions } from '../loyalty-transactions/tables.ts';
import type { Issued, IssueKind, IssuingPlace, SoldLine } from './issued.ts';

interface IssuedGiftCard extends Issued {
  number: string;
  clientId: number | null;
  phone: string | null;
  balanceId: number;
}

const one = toQuantity(1);

/** @throws Invalid */
function expectLine(line: SoldLine, allowsEmptyCode: boolean): void {
  if (compare(line.amount, one) !== 0) throw new Invalid({ amount: ['must be 1 for a gift card'] });
  if (line.code !== '') return;
  if (!allowsEmptyCode) throw new Invalid({ code: ['is required for this gift card'] });
  if (line.clientId === null) throw new Invalid({ clientId: ['is required for a gift card without a code'] });
  if (line.phone === null) throw new Invalid({ clientId: ['needs a phone number for a gift card without a code'] });
}

/** @throws BadRequest if the code is used in the chain */
async function withUniqueCode<Result>(work: () => PromiseLike<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (postgresError(error)?.constraint !== 'gift_cards_number') throw error;
    throw new BadRequest('Gift card with such number already exists', { code: ['is taken'] });
  }
}

const typesById = async (write: Write, chainId: number, ids: readonly number[]) => {
  const rows = await write
    .select()
    .from(giftCardTypes)
    .where(and(eq(giftCardTypes.chainId, chainId), inArray(giftCardTypes.id, [...new Set(ids)])));
  return new Map(rows.map((row) => [row.id, row]));
};

type TypeRow = typeof giftCardTypes.$inferSelect;

function expiryOf(type: TypeRow, at: Date, timeZone: string): Date | null {
  if (type.expirationType === 'period') return endOfPeriod(at, type.period, type.periodUnit, timeZone);
  return type.expiresAt;
}

async function issue(write: Write, location: IssuingPlace, lines: readonly SoldLine[]): Promise<void> {
  if (lines.length === 0) return;
  const { chainId } = location;
  const typeIds = lines.map(({ giftCardTypeId }) => giftCardTypeId);
  const types = await typesById(write, chainId, typeIds);
  const sold = lines.map((line) => ({ line, type: types.get(line.giftCardTypeId) as TypeRow }));
  for (const { line, type } of sold) expectLine(line, type.allowsEmptyCode);
  const balanceIds = await openBalances(
    write,
    chainId,
    sold.map(() => 'money'),
  );
  const values = sold.map(({ line, type }, index) => ({
    chainId,
    typeId: type.id,
    number: line.code,
    locationId: location.id,
    lineId: line.id,
    clientId: line.clientId,
    phone: line.phone,
    balanceId: balanceIds[index] as number,
    initialBalance: type.balance,
    expiresAt: expiryOf(type, line.at, location.timeZone),
    createdAt: line.at,
  }));
  const made = await withUniqueCode(() => write.insert(giftCards).values(values).returning());
  write.made(
    'gift card',
    made.map(({ id }) => id),
  );
  await post(
    write,
    chainId,
    made.map(({ id, balanceId, initialBalance }) => ({
      balanceId,
      amount: initialBalance,
      cause: 'sale of a gift card',
      causeKey: `gift card ${id}`,
    })),
  );
}

async function change(write: Write, location: IssuingPlace, line: SoldLine, card: IssuedGiftCard): Promise<void> {
  const types = await typesById(write, location.chainId, [card.typeId]);
  expectLine(line, (types.get(card.typeId) as TypeRow).allowsEmptyCode);
  const isSame = line.code === card.number && line.clientId === card.clientId;
  if (isSame) return;
  await withUniqueCode(() =>
    write
      .update(giftCards)
      .set({ number: line.code, clientId: line.clientId, phone: line.phone })
      .where(and(eq(giftCards.chainId, location.chainId), eq(giftCards.id, card.id))),
  );
}

async function takeBack(write: Write, location: IssuingPlace, cards: readonly IssuedGiftCard[]): Promise<void> {
  if (cards.length === 0) return;
  const { chainId } = location;
  const ids = cards.map(({ id }) => id);
  const [used] = await write
    .select({ id: loyaltyTransactions.giftCardId })
    .from(loyaltyTransactions)
    .where(
      and(
        eq(loyaltyTransactions.chainId, chainId),
        inArray(loyaltyTransactions.giftCardId, ids),
        isNull(loyaltyTransactions.cancelledAt),
      ),
    )
    .limit(1);
  if (used) throw new Invalid({ giftCard: [`${used.id} cannot be taken back: it was used`] });
  const left = await balancesOf(
    write,
    chainId,
    cards.map(({ balanceId }) => balanceId),
  );
  await post(
    write,
    chainId,
    cards.flatMap(({ id, balanceId }) => {
      const amount = left.get(balanceId) as Money;
      return isZero(amount)
        ? []
        : [{ balanceId, amount: negated(amount), cause: 'the sale was undone', causeKey: `end of gift card ${id}` }];
    }),
  );
  await write
    .update(giftCards)
    .set({ deletedAt: new Date() })
    .where(and(eq(giftCards.chainId, chainId), inArray(giftCards.id, ids)));
}

/** Each product line issues one gift card, with the balance of its type. */
export const giftCardIssue: IssueKind<IssuedGiftCard> = {
  table: 'gift_cards',
  typeOf: ({ giftCardTypeId }) => giftCardTypeId,
  lock: async (write, location, lineIds) => {
    const own = and(
      eq(giftCards.chainId, location.chainId),
      eq(giftCards.locationId, location.id),
      inArray(giftCards.lineId, [...lineIds]),
      isNull(giftCards.deletedAt),
    );
    const rows = await write.lock('gift card', write.select().from(giftCards).where(own).orderBy(asc(giftCards.id)));
    return rows.map((row) => ({ ...row, balanceIds: [row.balanceId] }));
  },
  issue,
  change,
  takeBack,
};
