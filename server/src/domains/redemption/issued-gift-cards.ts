import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { giftCards, giftCardTypes } from '../gift-cards/tables.ts';
import { openBalances, post } from '../ledger/ledger.ts';
import { endOfPeriod } from '../loyalty/period.ts';
import {
  emptyBalances,
  expectLine,
  expectUnused,
  type Issued,
  type IssueKind,
  type IssuingPlace,
  type SoldLine,
  withUniqueCode,
} from './issued.ts';

interface IssuedGiftCard extends Issued {
  number: string;
  clientId: number | null;
  phone: string | null;
}

const withFreeCode = <Result>(work: () => PromiseLike<Result>) =>
  withUniqueCode('gift_cards_number', 'Gift card with such number already exists', work);

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
  for (const { line, type } of sold) expectLine(line, 'gift card', type.allowsEmptyCode);
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
  const made = await withFreeCode(() => write.insert(giftCards).values(values).returning());
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
  expectLine(line, 'gift card', (types.get(card.typeId) as TypeRow).allowsEmptyCode);
  const isSame = line.code === card.number && line.clientId === card.clientId;
  if (isSame) return;
  await withFreeCode(() =>
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
  await expectUnused(write, chainId, 'giftCardId', ids);
  await emptyBalances(write, chainId, cards, 'gift card');
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
