import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Write } from '../../api/write.ts';
import { giftCards, giftCardTypes } from '../gift-cards/tables.ts';
import { openBalances, post } from '../ledger/ledger.ts';
import { endOfPeriod } from '../loyalty/period.ts';
import { expectLine, type IssueKind, type IssuingPlace, issuedFor, type SoldLine, withFreeCode } from './issued.ts';

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
  const made = await withFreeCode('gift card', () => write.insert(giftCards).values(values).returning());
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

/** Each product line issues one gift card, with the balance of its type. */
export const giftCardIssue: IssueKind = {
  thing: 'gift card',
  typeOf: ({ giftCardTypeId }) => giftCardTypeId,
  lock: async (write, location, lineIds) => {
    const own = issuedFor(giftCards, location, lineIds);
    const rows = await write.lock('gift card', write.select().from(giftCards).where(own).orderBy(asc(giftCards.id)));
    return rows.map((row) => ({ ...row, keepsClient: false, balanceIds: [row.balanceId] }));
  },
  issue,
  codelessTypes: async (write, chainId, typeIds) => {
    const types = await typesById(write, chainId, typeIds);
    return new Set([...types.values()].flatMap(({ id, allowsEmptyCode }) => (allowsEmptyCode ? [id] : [])));
  },
};
