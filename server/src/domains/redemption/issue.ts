import { type SQL, sql } from 'drizzle-orm';
import type { Change, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { lockBalances } from '../ledger/ledger.ts';
import { balancesOfTransactions, lockBalancesWith } from '../loyalty-transactions/transaction.ts';
import {
  changeIssued,
  type Issued,
  type IssueKind,
  type IssuingPlace,
  type SoldLine,
  tableOf,
  takeBackIssued,
} from './issued.ts';
import { giftCardIssue } from './issued-gift-cards.ts';
import { membershipIssue } from './issued-memberships.ts';

/** All that a sale of products issues, in the order in which the rows are locked. */
const kinds: readonly IssueKind[] = [giftCardIssue, membershipIssue];

const living = (table: SQL) =>
  sql`exists (select from ${table} issued where issued.location_id = lines.location_id and issued.line_id = lines.id
    and issued.deleted_at is null)`;

/** The lines of sales among these whose product issues something, or which have issued something. */
async function issuingLines(write: Write, location: IssuingPlace, ids: readonly number[]): Promise<SoldLine[]> {
  const rows = await rowsOf<Omit<SoldLine, 'at'> & { at: string }>(
    write,
    sql`
    select lines.id, abs(lines.amount)::text as amount, lines.code, clients.id as "clientId", clients.phone, lines.at,
      lines.deleted_at is null as "isSold", products.gift_card_type_id as "giftCardTypeId",
      products.membership_type_id as "membershipTypeId"
    from document_lines lines
    join products on products.location_id = lines.location_id and products.id = lines.product_id
    left join appointments on appointments.location_id = lines.location_id and appointments.document_id = lines.document_id
      and appointments.deleted_at is null
    left join clients on clients.location_id = lines.location_id and clients.id = coalesce(lines.client_id, appointments.client_id)
    where lines.location_id = ${location.id} and lines.id = any(${sql.param([...ids])}::int[]) and lines.type = 1
      and (products.gift_card_type_id <> 0 or products.membership_type_id <> 0
        or ${sql.join(
          kinds.map(({ thing }) => living(tableOf(thing))),
          sql` or `,
        )})
    order by lines.id`,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

type Locked = { kind: IssueKind; issued: Issued[] }[];

async function lockKinds(write: Write, location: IssuingPlace, lineIds: readonly number[]): Promise<Locked> {
  const locked: Locked = [];
  for (const kind of kinds) {
    locked.push({ kind, issued: await kind.lock(write, location, lineIds) });
  }
  return locked;
}

const balancesIn = (locked: Locked) => locked.flatMap(({ issued }) => issued.flatMap(({ balanceIds }) => balanceIds));

/**
 * Locks what was issued for lines, before payments by loyalty are cancelled: they lock balances, and cards and memberships come before these.
 * @param transactionIds the loyalty transactions that will be cancelled
 */
export async function lockIssued(
  write: Write,
  location: IssuingPlace,
  lineIds: readonly number[],
  transactionIds: readonly number[],
): Promise<void> {
  if (lineIds.length === 0) return;
  const balanceIds = balancesIn(await lockKinds(write, location, lineIds));
  if (balanceIds.length === 0) return;
  await lockBalances(write, location.chainId, [
    ...balanceIds,
    ...(await balancesOfTransactions(write, location.chainId, transactionIds)),
  ]);
}

/**
 * Gift cards and memberships follow the lines that sell them: each new line issues one, paid or not. A line that is undone, or sells another
 * type, takes it back. A new code or buyer of the line is that of the card, too.
 * @throws Invalid and BadRequest for a line that cannot issue one, and Invalid for one that was used
 */
export async function followIssued(write: Write, location: IssuingPlace, changes: readonly Change[]): Promise<void> {
  const lines = await issuingLines(
    write,
    location,
    changes.map(({ id }) => id),
  );
  if (lines.length === 0) return;
  const locked = await lockKinds(
    write,
    location,
    lines.map(({ id }) => id),
  );
  const buyers = lines.map(({ clientId }) => clientId);
  if (balancesIn(locked).length) await lockBalancesWith(write, location, buyers, balancesIn(locked));
  for (const { kind, issued } of locked) {
    const wanted = new Map(lines.flatMap((line) => (line.isSold && kind.typeOf(line) !== 0 ? [[line.id, line]] : [])));
    const stays = ({ lineId, typeId }: Issued) => {
      const line = wanted.get(lineId);
      return line !== undefined && kind.typeOf(line) === typeId;
    };
    await takeBackIssued(
      write,
      location,
      kind.thing,
      issued.filter((row) => !stays(row)),
    );
    await changeIssued(
      write,
      location,
      kind,
      issued.filter(stays).map((row) => ({ line: wanted.get(row.lineId) as SoldLine, issued: row })),
    );
    const kept = new Set(issued.filter(stays).map(({ lineId }) => lineId));
    await kind.issue(
      write,
      location,
      [...wanted.values()].filter(({ id }) => !kept.has(id)),
    );
  }
}
