import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read, Transact } from '../../api/write.ts';
import { deleteInSteps, rowsOf } from '../../platform/database.ts';
import { type AuditAction, type AuditKind, auditEntries } from './tables.ts';

export type AuditEntry = typeof auditEntries.$inferSelect;

/** A place in the trail of a location. The older entries come after it. */
export interface Place {
  /** Microseconds from 1970: many changes share a millisecond. */
  at: number;
  id: number;
}

export interface Filter {
  kind?: AuditKind | undefined;
  /** Of this kind. */
  thingId?: number | undefined;
  action?: AuditAction | undefined;
  userId?: number | undefined;
  partnerId?: number | undefined;
  from?: Date | undefined;
  until?: Date | undefined;
  after?: Place | undefined;
}

export interface Page {
  entries: AuditEntry[];
  /** Where the next page begins. Undefined after the oldest entry. */
  next: Place | undefined;
}

/** Entries that one page looks at. So a page costs the same however rare the wanted ones are. */
const looked = 2000;

const microseconds = sql`(extract(epoch from at) * 1000000)::float8`;

/** A condition that an index of the trail has, and the others. */
function conditionsOf({ kind, thingId, action, userId, partnerId }: Filter): {
  indexed: SQL | undefined;
  others: SQL | undefined;
} {
  const [ofKind, ofUser, ofPartner] = [
    kind && sql`kind = ${kind}`,
    userId === undefined ? undefined : sql`user_id = ${userId}`,
    partnerId === undefined ? undefined : sql`partner_id = ${partnerId}`,
  ];
  const ofThing = kind && thingId !== undefined ? sql`kind = ${kind} and thing_id = ${thingId}` : undefined;
  const indexed = ofThing ?? ofUser;
  const others = [ofKind, ofUser, ofPartner, action && sql`action = ${action}`].filter((each) => each !== indexed);
  return { indexed, others: and(...others) };
}

/** The entries of a location, newest first. A page may be short although there are older ones. */
export async function listEntries(db: Read, locationId: number, filter: Filter, limit: number): Promise<Page> {
  const { indexed, others = sql`true` } = conditionsOf(filter);
  const { from, until, after } = filter;
  const range = and(
    eq(auditEntries.locationId, locationId),
    indexed,
    from && gte(auditEntries.at, from),
    until && lt(auditEntries.at, until),
    after && sql`(at, id) < (timestamptz 'epoch' + ${after.at} * interval '1 microsecond', ${after.id}::bigint)`,
  );
  const rows = await rowsOf<Row>(
    db,
    sql`
    with seen as materialized (select * from ${auditEntries} where ${range} order by at desc, id desc limit ${looked}),
    found as (select *, ${microseconds} as micros from seen where ${others} order by at desc, id desc limit ${limit}),
    last as (select ${microseconds} as last_at, id::float8 as last_id, (select count(*)::int from seen) as seen_count from seen order by at, id limit 1)
    select last.*, found.* from last left join found on true order by found.at desc, found.id desc`,
  );
  const [first] = rows;
  if (!first) return { entries: [], next: undefined };
  const found = rows.filter(({ id }) => id !== null);
  const end = found.length === limit ? (found.at(-1) as Row) : undefined;
  const isOldest = end ? Number(end.id) === first.last_id && first.seen_count < looked : first.seen_count < looked;
  return {
    entries: found.map(entryOf),
    next: isOldest ? undefined : end ? { at: end.micros, id: Number(end.id) } : { at: first.last_at, id: first.last_id },
  };
}

/** One entry. @throws NotFound */
export async function getEntry(db: Read, locationId: number, id: number): Promise<AuditEntry> {
  const own = and(eq(auditEntries.locationId, locationId), eq(auditEntries.id, id));
  const [entry] = await db.select().from(auditEntries).where(own);
  if (!entry) throw new NotFound();
  return entry;
}

/** Removes entries that are older than they are to be kept. */
export const sweepTrail = (transact: Transact, keptDays: number): Promise<void> =>
  deleteInSteps(transact, auditEntries, sql`${auditEntries.at} < now() - make_interval(days => ${keptDays})`);

interface Row {
  last_at: number;
  last_id: number;
  seen_count: number;
  location_id: number;
  id: number | string;
  micros: number;
  kind: AuditKind;
  thing_id: number;
  part: string;
  action: AuditAction;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  is_erased: boolean;
  source: AuditEntry['source'];
  user_id: number | null;
  partner_id: number | null;
  address: string | null;
  operation: string | null;
  request_id: string | null;
}

const entryOf = (row: Row): AuditEntry => ({
  locationId: row.location_id,
  id: Number(row.id),
  at: new Date(row.micros / 1000),
  kind: row.kind,
  thingId: row.thing_id,
  part: row.part,
  action: row.action,
  before: row.before,
  after: row.after,
  isErased: row.is_erased,
  source: row.source,
  userId: row.user_id,
  partnerId: row.partner_id,
  address: row.address,
  operation: row.operation,
  requestId: row.request_id,
});
