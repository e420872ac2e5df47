import { and, asc, eq, gt, gte, inArray, isNull, lt, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { type FieldErrors, Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { type DayClock, type DayPart, datesBetween, dayClock, dayParts, startOfDay } from '../../platform/clock.ts';
import { prepared, preparedSql } from '../../platform/database.ts';
import { batches, isLong, mapInSteps, pause } from '../../platform/pause.ts';
import { resourceInstances } from '../resources/tables.ts';
import { teamMembers } from '../team/tables.ts';
import { type OccupationSource, occupations } from './tables.ts';

/** A time that someone wants to be served in: half-open, at most 24 hours. */
export interface Span {
  start: Date;
  end: Date;
}

/** The obstacle to a request: the reason why the time cannot be booked. */
export type Obstacle =
  | { kind: 'member'; source: OccupationSource; sourceId: number }
  | { kind: 'resource'; source: OccupationSource; sourceId: number }
  | { kind: 'hours' };

/** 422: the time is taken, or nobody works then. `obstacle` says which. V2 answers it as a 409. */
export class TimeTaken extends Invalid {
  readonly obstacle: Obstacle;
  constructor(obstacle: Obstacle, errors: FieldErrors, message: string) {
    super(errors, message);
    this.obstacle = obstacle;
  }
}

/** A claim to a member's time, and to one instance of each resource or to instances that are named. */
export interface Claim extends Span {
  teamMemberId: number;
  /** One free instance of each resource is taken. */
  resourceIds: readonly number[];
  /** Exactly these instances are taken. */
  instanceIds: readonly number[];
  /** Even if somebody is busy or nobody works. */
  force: boolean;
  /** Even if nobody works. */
  isAtAnyHour?: boolean;
}

/** The result of a claim: rows for `occupations`. */
export interface Granted {
  instanceIds: number[];
  occupations: { teamMemberId: number | null; resourceInstanceId: number | null; isExclusive: boolean }[];
}

/**
 * Locks the calendars of team members and resource instances until the transaction ends. Other changes of them wait. It locks by id, so
 * that two requests never wait for each other in a circle.
 * @param resourceIds resources of which every instance is locked
 * @returns the instances by id
 * @throws Invalid naming `field` if an id does not belong to the location
 */
export async function lockCalendars(
  write: Write,
  locationId: number,
  wanted: { memberIds: readonly number[]; resourceIds: readonly number[]; instanceIds: readonly number[] },
): Promise<{ id: number; resourceId: number }[]> {
  const memberIds = [...new Set(wanted.memberIds)];
  const members = await lockMembers(write).execute({ location: locationId, members: memberIds });
  write.locked(
    'team member',
    members.map(({ id }) => id),
  );
  if (members.length < memberIds.length) throw new Invalid({ teamMemberId: ['must be a team member of this location'] });
  const { resourceIds, instanceIds } = wanted;
  if (resourceIds.length === 0 && instanceIds.length === 0) return [];
  const instances = await write.lock(
    'resource instance',
    write
      .select({ id: resourceInstances.id, resourceId: resourceInstances.resourceId })
      .from(resourceInstances)
      .where(
        and(
          eq(resourceInstances.locationId, locationId),
          sql`(${resourceInstances.resourceId} = any(${sql.param([...resourceIds])}::int[]) or ${resourceInstances.id} = any(${sql.param([...instanceIds])}::int[]))`,
        ),
      )
      .orderBy(asc(resourceInstances.id)),
  );
  const known = new Set(instances.map((instance) => instance.id));
  if (instanceIds.some((id) => !known.has(id))) {
    throw new Invalid({ resourceInstanceIds: ['must be resource instances of this location'] });
  }
  return instances;
}

const lockMembers = prepared((db) =>
  db
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.locationId, sql.placeholder('location')),
        sql`${teamMembers.id} = any(${sql.placeholder('members')}::int[])`,
        isNull(teamMembers.deletedAt),
      ),
    )
    .orderBy(asc(teamMembers.id))
    .for('no key update')
    .prepare('hold_members'),
);

/** A condition on rows of `occupations` that count: all but holds that have ended. */
export const isInForce = sql`(occupations.held_until is null or occupations.held_until > now())`;

interface Busy {
  teamMemberId: number | null;
  resourceInstanceId: number | null;
  source: OccupationSource;
  sourceId: number;
}

/** The obstacles to a claim, and whether the member works then. */
interface Look {
  busy: Busy[];
  works: boolean;
}

/**
 * The occupations that overlap a span, and whether the member works then. The lower bound of the start lets an index find them: no
 * occupation is longer than a day.
 */
function look(location: SQLWrapper, instances: SQLWrapper, claim: Record<'member' | 'start' | 'end' | 'parts', SQLWrapper>): SQL {
  const columns = sql`team_member_id as "teamMemberId", resource_instance_id as "resourceInstanceId", source, source_id as "sourceId", starts_at`;
  const overlaps = sql`starts_at < ${claim.end} and starts_at > ${claim.start}::timestamptz - interval '24 hours' and ends_at > ${claim.start} and ${isInForce}`;
  return sql`
    select
      (select coalesce(jsonb_agg(busy order by starts_at), '[]') from (
        select ${columns} from occupations where location_id = ${location} and team_member_id = ${claim.member} and ${overlaps}
        union all
        select ${columns} from occupations
        where location_id = ${location} and resource_instance_id = any(${instances}::int[]) and ${overlaps}
      ) as busy) as busy,
      not exists (
        select 1 from jsonb_to_recordset(${claim.parts}::jsonb) as part(date date, "from" int, "to" int)
        where not exists (
          select 1 from work_days
          where location_id = ${location} and team_member_id = ${claim.member} and work_days.date = part.date
            and int4range(part."from", part."to") <@ work_days.slots)) as works`;
}

const [place, instanceIds] = [sql.placeholder('location'), sql.placeholder('instances')];

const lookAtTime = (() => {
  const [member, start, end, parts] = (['member', 'start', 'end', 'parts'] as const).map((name) => sql.placeholder(name));
  const claim = { member, start, end, parts } as Record<'member' | 'start' | 'end' | 'parts', SQLWrapper>;
  return preparedSql<Look>('look_at_time', look(place, instanceIds, claim));
})();

const lookAtTimes = (() => {
  const claim = { member: sql`claim.member`, start: sql`claim.start`, end: sql`claim."end"`, parts: sql`claim.parts` };
  return preparedSql<Look>(
    'look_at_times',
    sql`
    select busy, works
    from jsonb_to_recordset(${sql.placeholder('claims')}::jsonb) as claim(index int, member int, start timestamptz, "end" timestamptz, parts jsonb),
      lateral (${look(place, instanceIds, claim)}) as seen
    order by index`,
  );
})();

/** An instance of a resource whose calendar is locked. */
type Held = { id: number; resourceId: number };

/**
 * Decides on a claim to calendars that `lockCalendars` has locked, in one statement.
 * @param instances the locked ones
 * @throws TimeTaken naming the obstacle, unless the claim is forced
 */
export async function grantTime(
  db: Read,
  location: { id: number; timeZone: string },
  claim: Claim,
  instances: readonly Held[],
): Promise<Granted> {
  const [seen] = await lookAtTime(db, {
    location: location.id,
    member: claim.teamMemberId,
    start: claim.start.toISOString(),
    end: claim.end.toISOString(),
    instances: instances.map(({ id }) => id),
    parts: JSON.stringify(dayParts(claim.start, claim.end, location.timeZone)),
  });
  return decide(claim, seen as Look, instances);
}

/** The number of claims whose obstacles one statement reads. */
const claimsAtOnce = 200;

/**
 * Like `grantTime`, for claims of objects that are about to be written. Each claim is checked after the ones before it, so that they do not
 * take each other's time either.
 * @returns for each claim the grant, or the obstacle
 */
export async function grantTimes(
  db: Read,
  location: { id: number; timeZone: string },
  source: OccupationSource,
  claims: readonly (Claim & { sourceId: number })[],
  instances: readonly Held[],
): Promise<(Granted | TimeTaken)[]> {
  const outcomes: (Granted | TimeTaken)[] = [];
  const own: (Span & Busy)[] = [];
  for (const some of batches(claims, claimsAtOnce)) {
    const wanted = await mapInSteps(some, ({ teamMemberId: member, start, end }, index) => ({
      index,
      member,
      start,
      end,
      parts: dayParts(start, end, location.timeZone),
    }));
    const seen = await lookAtTimes(db, {
      location: location.id,
      instances: instances.map(({ id }) => id),
      claims: JSON.stringify(wanted),
    });
    for (const [index, claim] of some.entries()) {
      if (isLong()) await pause();
      const { busy, works } = seen[index] as Look;
      const inTheWay = own.filter(
        ({ start, end, teamMemberId }) =>
          start < claim.end && end > claim.start && (teamMemberId === null || teamMemberId === claim.teamMemberId),
      );
      try {
        const granted = decide(claim, { busy: [...busy, ...inTheWay], works }, instances);
        const { start, end, sourceId } = claim;
        own.push(...granted.occupations.map((occupation) => ({ ...occupation, start, end, source, sourceId })));
        outcomes.push(granted);
      } catch (error) {
        if (!(error instanceof TimeTaken)) throw error;
        outcomes.push(error);
      }
    }
  }
  return outcomes;
}

/** @throws TimeTaken */
function decide(claim: Claim, { busy, works }: Look, instances: readonly Held[]): Granted {
  const ofMember = busy.find(({ teamMemberId }) => teamMemberId !== null);
  if (!claim.force) {
    if (ofMember) throw taken('member', ofMember);
    if (!works && !claim.isAtAnyHour) {
      const message = 'The team member does not work at this time';
      throw new TimeTaken({ kind: 'hours' }, { startsAt: ['is outside the working hours of the team member'] }, message);
    }
  }
  const obstacleOf = (id: number) => busy.find(({ resourceInstanceId }) => resourceInstanceId === id);
  const chosen = new Set(claim.instanceIds);
  for (const resourceId of new Set(claim.resourceIds)) {
    const own = instances.filter((instance) => instance.resourceId === resourceId);
    if (own.some(({ id }) => chosen.has(id))) continue;
    const free = own.find(({ id }) => !obstacleOf(id)) ?? own[0];
    if (free) chosen.add(free.id);
    else if (!claim.force) {
      throw new TimeTaken(
        { kind: 'hours' },
        { neededResources: [`need resource ${resourceId}, which has no instances`] },
        'The resource has no instances',
      );
    }
  }
  const instanceIds = [...chosen];
  const inTheWay = instanceIds.map(obstacleOf).find((obstacle) => obstacle !== undefined);
  if (inTheWay && !claim.force) throw taken('resource', inTheWay);
  return {
    instanceIds,
    occupations: [
      { teamMemberId: claim.teamMemberId, resourceInstanceId: null, isExclusive: !ofMember },
      ...instanceIds.map((id) => ({ teamMemberId: null, resourceInstanceId: id, isExclusive: !obstacleOf(id) })),
    ],
  };
}

function taken(kind: 'member' | 'resource', { source, sourceId }: Busy): TimeTaken {
  const who = kind === 'member' ? 'The team member' : 'A resource';
  return new TimeTaken(
    { kind, source, sourceId },
    { startsAt: [`is taken by ${source} ${sourceId}`] },
    `${who} is busy at this time`,
  );
}

declare module '../../api/write.ts' {
  interface ChangeKinds {
    /** A time was taken by force, though somebody had it. The id is that of the location. */
    overbooking: undefined;
  }
}

/** Reports that a time was taken by force, if it was. Whoever only held it must not be offered it any longer. */
export function noteOverbooking(write: Write, locationId: number, granted: readonly Pick<Granted, 'occupations'>[]): void {
  if (granted.some(({ occupations }) => occupations.some(({ isExclusive }) => !isExclusive))) {
    write.changed('overbooking', locationId, locationId, 'update');
  }
}

/** Writes the occupations of an event or an appointment, or those of an offer with the end of its hold. */
export async function occupy(
  write: Write,
  locationId: number,
  source: OccupationSource,
  spans: readonly (Span & { sourceId: number; granted: Granted })[],
  heldUntil: Date | null = null,
): Promise<void> {
  const rows = spans.flatMap(({ sourceId, start, end, granted }) =>
    granted.occupations.map((each) => ({ ...each, locationId, source, sourceId, startsAt: start, endsAt: end, heldUntil })),
  );
  if (rows.length) await write.insert(occupations).values(rows);
  noteOverbooking(
    write,
    locationId,
    spans.map(({ granted }) => granted),
  );
}

/** Frees the calendars of objects that are deleted, or about to move. */
export async function releaseTime(
  write: Write,
  locationId: number,
  source: OccupationSource,
  sourceIds: readonly number[],
): Promise<void> {
  if (sourceIds.length === 0) return;
  await write
    .delete(occupations)
    .where(
      and(eq(occupations.locationId, locationId), eq(occupations.source, source), inArray(occupations.sourceId, [...sourceIds])),
    );
}

/**
 * Frees the time that offers hold. It takes no lock on a calendar, and never waits: a hold that another transaction is about to free stays,
 * because that transaction may fail. The next look at the waiting list frees what stayed.
 */
export async function releaseHolds(write: Write, locationId: number, offerIds: readonly number[]): Promise<void> {
  if (offerIds.length === 0) return;
  const held = and(
    eq(occupations.locationId, locationId),
    eq(occupations.source, 'offer'),
    inArray(occupations.sourceId, [...offerIds]),
  );
  const free = write.select({ id: occupations.id }).from(occupations).where(held).for('update', { skipLocked: true });
  await write.delete(occupations).where(and(eq(occupations.locationId, locationId), inArray(occupations.id, free)));
}

/** A team member's busy time. */
interface BusyTime extends Span {
  teamMemberId: number;
  source: OccupationSource;
  sourceId: number;
}

/** The busy times of team members between two instants, by member and time. @param memberIds everyone by default */
async function busyTimes(
  db: Read,
  locationId: number,
  span: Span,
  since: Date | undefined,
  memberIds?: readonly number[],
): Promise<BusyTime[]> {
  const rows = await db
    .select({
      teamMemberId: occupations.teamMemberId,
      source: occupations.source,
      sourceId: occupations.sourceId,
      start: occupations.startsAt,
      end: occupations.endsAt,
    })
    .from(occupations)
    .where(
      and(
        eq(occupations.locationId, locationId),
        memberIds
          ? sql`${occupations.teamMemberId} = any(${sql.param([...memberIds])}::int[])`
          : sql`${occupations.teamMemberId} is not null`,
        since && gte(occupations.startsAt, since),
        lt(occupations.startsAt, span.end),
        sql`${occupations.startsAt} > ${span.start.toISOString()}::timestamptz - interval '24 hours'`,
        gt(occupations.endsAt, span.start),
        isInForce,
      ),
    )
    .orderBy(asc(occupations.teamMemberId), asc(occupations.startsAt), asc(occupations.id));
  return rows as BusyTime[];
}

/** What takes the time of an instance. */
export interface InstanceOccupation extends Span {
  id: number;
  source: OccupationSource;
  sourceId: number;
  resourceId: number;
  resourceInstanceId: number;
}

/**
 * What takes place with resource instances between two instants, by time. Holds are left out: nobody knows yet whether it takes place.
 * @param only those of these resources, and those that begin since then
 */
export async function instanceOccupations(
  db: Read,
  locationId: number,
  span: Span,
  { resourceIds, since }: { resourceIds: readonly number[] | undefined; since: Date | undefined },
): Promise<InstanceOccupation[]> {
  const rows = await db
    .select({
      id: occupations.id,
      source: occupations.source,
      sourceId: occupations.sourceId,
      resourceId: resourceInstances.resourceId,
      resourceInstanceId: resourceInstances.id,
      start: occupations.startsAt,
      end: occupations.endsAt,
    })
    .from(occupations)
    .innerJoin(
      resourceInstances,
      and(eq(resourceInstances.locationId, occupations.locationId), eq(resourceInstances.id, occupations.resourceInstanceId)),
    )
    .where(
      and(
        eq(occupations.locationId, locationId),
        resourceIds ? sql`${resourceInstances.resourceId} = any(${sql.param([...resourceIds])}::int[])` : undefined,
        since && gte(occupations.startsAt, since),
        lt(occupations.startsAt, span.end),
        sql`${occupations.startsAt} > ${span.start.toISOString()}::timestamptz - interval '24 hours'`,
        gt(occupations.endsAt, span.start),
        isNull(occupations.heldUntil),
      ),
    )
    .orderBy(asc(occupations.startsAt), asc(occupations.id));
  return rows;
}

/** A part of a date on which a team member is busy, in seconds of wall-clock time. */
export interface BusyPart extends DayPart {
  teamMemberId: number;
  source: OccupationSource;
  sourceId: number;
}

/**
 * The busy times of team members on dates of the location's calendar. A time that passes midnight is split in two.
 * @param only with members, only theirs; `since`: only those that begin then or later
 */
export async function busyParts(
  db: Read,
  location: { id: number; timeZone: string },
  dates: { first: string; last: string },
  { memberIds, since }: { memberIds?: readonly number[]; since?: Date | undefined } = {},
): Promise<BusyPart[]> {
  const span = { start: startOfDay(dates.first, location.timeZone), end: startOfDay(dates.last, location.timeZone, 1) };
  const clocks = await mapInSteps(datesBetween(dates.first, dates.last), (date) => dayClock(date, location.timeZone));
  const some = memberIds && batches(memberIds, Math.max(1, Math.floor(memberDaysAtOnce / clocks.length)));
  const parts: BusyPart[] = [];
  for (const ids of some ?? [undefined]) {
    for (const { start, end, ...who } of await busyTimes(db, location.id, span, since, ids)) {
      for (const part of partsOn(clocks, start.getTime() / 1000, end.getTime() / 1000)) parts.push({ ...who, ...part });
      if (isLong()) await pause();
    }
  }
  return parts;
}

/** The number of members and days whose busy times one statement reads. */
const memberDaysAtOnce = 1000;

/** The part of a span on each of several consecutive days. */
function partsOn(clocks: readonly DayClock[], start: number, end: number): DayPart[] {
  let [low, high] = [0, clocks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((clocks[middle] as DayClock).ends > start) high = middle;
    else low = middle + 1;
  }
  const parts: DayPart[] = [];
  for (let at = low; at < clocks.length; at++) {
    const { date, starts, ends, wallSpans } = clocks[at] as DayClock;
    if (starts >= end) break;
    for (const { from, to } of wallSpans(Math.max(start, starts), Math.min(end, ends))) {
      parts.push({ date, from: Math.floor(from), to: Math.floor(to) });
    }
  }
  return parts;
}
