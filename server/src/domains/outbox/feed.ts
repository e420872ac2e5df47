import { eq, sql } from 'drizzle-orm';
import { Gone } from '../../api/errors.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { preparedSql, rowsOf } from '../../platform/database.ts';
import { type OutboxResource, type OutboxStatus, outbox, outboxFeeds } from './tables.ts';

/** A change of the feed. */
export interface FedChange {
  id: number;
  resource: OutboxResource;
  resourceId: number;
  status: OutboxStatus;
  userId: number | null;
  /** When its transaction began. */
  createdAt: Date;
  /** The resource after the change, as the operation that reads it answered then. */
  data: unknown;
}

export interface FeedPage {
  changes: FedChange[];
  /** Where the next page begins: a position of the location. */
  next: number;
  /** Whether there were more changes when the page was read. */
  hasMore: boolean;
}

/** Where to begin: after a position, at the end, or with the oldest change that is kept. */
export type Start = number | 'now' | 'oldest';

/** Changes that one transaction numbers. */
const atOnce = 1000;
/** Positions that one page looks at. So a page costs the same however rare the wanted resources are. */
const span = 1000;

/**
 * The changes of a location after a position, in an order that each reader can rely on: a change that commits later comes later, and the
 * changes of one thing are in the order in which they happened. A page may be empty although there are more.
 * @param resources only these; undefined for all
 * @throws Gone if changes after the position are no longer kept, or if the position was never given
 */
export async function readFeed(
  { db, transact }: { db: Read; transact: Transact },
  locationId: number,
  { start, resources, limit }: { start: Start; resources: readonly OutboxResource[] | undefined; limit: number },
): Promise<FeedPage> {
  const [{ waits } = { waits: true }] = await changesWait(db, { location: locationId });
  if (waits) for (let count = atOnce; count === atOnce; ) count = await transact((write) => numberChanges(write, locationId));

  const rows = await selectPage(db, {
    location: locationId,
    after: typeof start === 'number' ? start : null,
    resources: resources === undefined ? null : [...resources],
    limit: start === 'now' ? 0 : limit,
  });
  const { last, swept } = rows[0] as PageRow;
  if (start === 'now') return { changes: [], next: last, hasMore: false };
  const after = start === 'oldest' ? swept : start;
  if (after < swept) throw new Gone(`The cursor has expired: changes after it are no longer kept. ${howToBegin}`);
  if (after > last) throw new Gone(`The cursor is ahead of the changes, as after a restored backup. ${howToBegin}`);
  const found = rows.filter((row): row is PageRow & { position: number } => row.position !== null);
  const seen = found.length === limit ? (found.at(-1)?.position as number) : Math.min(after + span, last);
  return { changes: found.map(fedChange), next: seen, hasMore: seen < last };
}

const howToBegin = 'Get a new one with from=now, then read the lists, and continue with it.';

interface PageRow {
  last: number;
  swept: number;
  position: number | null;
  id: number;
  resource: OutboxResource;
  resource_id: number;
  status: OutboxStatus;
  user_id: number | null;
  created: number;
  data: unknown;
}

const fedChange = ({ id, resource, resource_id, status, user_id, created, data }: PageRow): FedChange => ({
  id: Number(id),
  resource,
  resourceId: resource_id,
  status,
  userId: user_id,
  createdAt: new Date(created),
  data,
});

/** Whether changes have committed that have no position yet, or nobody has read the feed before. */
const changesWait = preparedSql<{ waits: boolean }>(
  'changes_wait',
  sql`select exists (select from ${outbox} where location_id = ${sql.placeholder('location')} and position is null)
    or not exists (select from ${outboxFeeds} where location_id = ${sql.placeholder('location')}) as waits`,
);

/** One statement, because its parts must agree: the end of the feed, the end of what was swept, and the changes between. */
const selectPage = preparedSql<PageRow>(
  'select_feed_page',
  sql`
    with feed as (
      select last_position, swept_position, coalesce(${sql.placeholder('after')}::bigint, swept_position) as after
      from ${outboxFeeds} where location_id = ${sql.placeholder('location')})
    select feed.last_position::float8 as last, feed.swept_position::float8 as swept, page.*
    from feed left join lateral (
      select position::float8 as position, id::float8 as id, resource, resource_id, status, user_id,
        (extract(epoch from created_at) * 1000)::float8 as created, data
      from ${outbox}
      where location_id = ${sql.placeholder('location')} and position > feed.after
        and position <= least(feed.after + ${sql.raw(String(span))}, feed.last_position)
        and (${sql.placeholder('resources')}::text[] is null or resource = any(${sql.placeholder('resources')}::text[]))
      order by ${outbox}.position
      limit ${sql.placeholder('limit')}::int) as page on true`,
);

/**
 * Gives positions to changes that have committed and have none, in the order of their ids. A change that commits later gets a later position.
 * Two changes of one thing cannot change places: the second one waits for the lock of the thing, and so has the greater id.
 * @returns the number of changes, a thousand at most
 */
async function numberChanges(write: Write, locationId: number): Promise<number> {
  await lockFeeds(write, [locationId]);
  // A statement of its own after the lock, so that it sees what others have numbered meanwhile.
  const [{ count } = { count: 0 }] = await rowsOf<{ count: number }>(
    write,
    sql`
    with waiting as (
      select id from ${outbox} where location_id = ${locationId} and position is null order by id limit ${atOnce}),
    numbered as (
      update ${outbox} set position = given.position
      from (
        select waiting.id, last_position + row_number() over (order by waiting.id) as position
        from waiting, ${outboxFeeds} as feed where feed.location_id = ${locationId}) as given
      where ${outbox}.id = given.id
      returning 1)
    update ${outboxFeeds} set last_position = last_position + (select count(*) from numbered) where location_id = ${locationId}
    returning (select count(*)::int from numbered) as count`,
  );
  return count;
}

/** Locks the feeds of locations, which are created if nobody has read them yet. */
async function lockFeeds(write: Write, locationIds: readonly number[]): Promise<void> {
  const ids = [...new Set(locationIds)].sort((a, b) => a - b);
  await write
    .insert(outboxFeeds)
    .values(ids.map((locationId) => ({ locationId })))
    .onConflictDoNothing();
  for (const id of ids) {
    await write.lock(
      'change feed',
      write.select({ id: outboxFeeds.locationId }).from(outboxFeeds).where(eq(outboxFeeds.locationId, id)),
    );
  }
}

/** Changes that one transaction deletes. */
const sweptAtOnce = 1000;

/**
 * Deletes changes that match a condition, in steps, and notes in their feeds how far changes are missing. A change that nobody has numbered
 * takes a position that no change has, so that every cursor before it has expired.
 */
export async function deleteChanges(transact: Transact, condition: ReturnType<typeof sql>): Promise<void> {
  for (let count = sweptAtOnce; count === sweptAtOnce; ) {
    count = await transact(async (write) => {
      const found = await rowsOf<{ id: number; location_id: number }>(
        write,
        sql`select id::float8 as id, location_id from ${outbox} where ${condition} limit ${sweptAtOnce}`,
      );
      if (found.length === 0) return 0;
      await lockFeeds(
        write,
        found.map((row) => row.location_id),
      );
      const ids = found.map(({ id }) => id);
      await write.execute(sql`
        with gone as (
          delete from ${outbox} where id = any(${sql.param(ids)}::bigint[]) and ${condition} returning location_id, position),
        ends as (
          select location_id, max(position) as position, bool_or(position is null) as unnumbered from gone group by location_id)
        update ${outboxFeeds} as feed set
          last_position = last_position + unnumbered::int,
          swept_position = case when unnumbered then last_position + 1 else greatest(swept_position, position) end
        from ends where feed.location_id = ends.location_id`);
      return found.length;
    });
  }
}
