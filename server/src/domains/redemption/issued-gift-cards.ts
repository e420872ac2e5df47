import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
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

async function change(
  write: Write,
  location: IssuingPlace,
  changed: readonly { line: SoldLine; issued: IssuedGiftCard }[],
): Promise<void> {
  if (changed.length === 0) return;
  const { chainId } = location;
  const types = await typesById(
    write,
    chainId,
    changed.map(({ issued }) => issued.typeId),
  );
  for (const { line, issued } of changed) expectLine(line, 'gift card', (types.get(issued.typeId) as TypeRow).allowsEmptyCode);
  const moved = changed.flatMap(({ line: { code, clientId, phone }, issued: { id, ...card } }) =>
    code === card.number && clientId === card.clientId ? [] : [{ id, code, clientId, phone }],
  );
  if (moved.length === 0) return;
  await withFreeCode(() =>
    write.execute(sql`
      update gift_cards set number = moved.code, client_id = moved."clientId", phone = moved.phone
      from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as moved(id int, code text, "clientId" int, phone text)
      where gift_cards.chain_id = ${chainId} and gift_cards.id = moved.id`),
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
