import { and, asc, eq, isNull, type Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { addDays, startOfDay } from '../../platform/clock.ts';
import { prepared } from '../../platform/database.ts';
import type { Money, Percent } from '../../platform/money.ts';
import { mapInSteps } from '../../platform/pause.ts';
import { bookingSettings, type timeslotSettings } from '../booking-settings/tables.ts';
import { services, serviceTeamMembers } from '../catalog/tables.ts';
import { resourceInstances } from '../resources/tables.ts';
import { isInForce } from '../schedule/occupation.ts';
import { occupations, workDays } from '../schedule/tables.ts';
import { isBookable } from '../team/bookable.ts';
import { teamMembers } from '../team/tables.ts';
import { type Busy, neverBusy } from './busy.ts';
import type { Runs } from './chain.ts';
import { type Calendar, type DayGrid, gridsOf, type Need, type Offer, type Rules, type WorkInterval } from './engine.ts';

/*
 * Loads the data for the engine, in a fixed number of statements for any number of members, days and appointments: the rules, the services
 * with their resources, the members with their terms and working hours, and the busy times of members and resources. Calendars come as
 * multiranges that the database has merged.
 */

/** The minimum distance of slots, for any setting. */
const leastStep = 300;

/** How clients of a location may book. */
export interface BookingRules extends Rules {
  anyTeamMember: boolean;
  confirmPhone: boolean;
}

type GridColumns = Omit<typeof timeslotSettings.$inferSelect, 'locationId' | 'id'>;

export const selectRules = (db: Read) =>
  db
    .select({
      locationId: bookingSettings.locationId,
      anyTeamMember: bookingSettings.anyTeamMember,
      confirmPhone: bookingSettings.confirmPhone,
      slotDelay: bookingSettings.slotDelay,
      grids: sql<GridColumns[] | null>`(
        select json_agg(json_build_object('weekday', grid.weekday, 'date', grid.date, 'gridType', grid.grid_type, 'timeslots', grid.timeslots,
          'firstSlot', grid.first_slot, 'lastSlot', grid.last_slot, 'step', grid.step, 'slotDelay', grid.slot_delay, 'isFlexible', grid.is_flexible))
        from timeslot_settings grid where grid.location_id = booking_settings.location_id and booking_settings.has_timeslots)`.as(
        'grids',
      ),
    })
    .from(bookingSettings);

const rulesOf = prepared((db) =>
  selectRules(db)
    .where(eq(bookingSettings.locationId, sql.placeholder('location')))
    .prepare('booking_rules'),
);

/** The rules of a location at a given time. */
export async function loadRules(db: Read, location: { id: number; timeZone: string }, now: Date): Promise<BookingRules> {
  const [row] = await rulesOf(db).execute({ location: location.id });
  return rulesFrom(row, location.timeZone, now);
}

/** @param row undefined for a location with the usual settings */
export function rulesFrom(
  row: Awaited<ReturnType<typeof selectRules>>[number] | undefined,
  timeZone: string,
  now: Date,
): BookingRules {
  const usualDelay = (row?.slotDelay ?? 0) * 60;
  const gridOf = ({ gridType, timeslots, firstSlot, lastSlot, step, slotDelay, isFlexible }: GridColumns): DayGrid => ({
    type: gridType,
    times: timeslots,
    first: firstSlot,
    last: lastSlot,
    step: Math.max(leastStep, step),
    delay: Math.max(usualDelay, slotDelay),
    isFlexible,
  });
  const grids = row?.grids ?? [];
  return {
    timeZone,
    now: Math.floor(now.getTime() / 1000),
    anyTeamMember: row?.anyTeamMember ?? true,
    confirmPhone: row?.confirmPhone ?? false,
    gridOf: gridsOf({
      dates: new Map(grids.flatMap((grid) => (grid.date ? [[grid.date, gridOf(grid)] as const] : []))),
      weekdays: new Map(grids.flatMap((grid) => (grid.weekday ? [[grid.weekday, gridOf(grid)] as const] : []))),
      usual: { type: 'schedule', times: [], first: 0, last: 86_399, step: undefined, delay: usualDelay, isFlexible: false },
    }),
  };
}

/** The data of a service that online booking needs. */
export interface BookableService {
  id: number;
  discount: Percent;
  technicalBreak: number;
  dates: { first: string; last: string } | undefined;
  searchFrom: number;
  searchTo: number;
  step: number;
  resourceIds: readonly number[];
  /** The services that a composite service consists of, in order. Empty for a plain service. */
  partIds: readonly number[];
}

const serviceColumns = {
  id: services.id,
  discount: services.discount,
  technicalBreak: services.technicalBreak,
  isDateLimited: services.isDateLimited,
  dateFrom: services.dateFrom,
  dateTo: services.dateTo,
  searchFrom: services.searchFrom,
  searchTo: services.searchTo,
  searchStep: services.searchStep,
  displayStep: services.displayStep,
  resourceIds: sql<number[] | null>`(
    select json_agg(link.resource_id order by link.resource_id) from service_resources link
    where link.location_id = services.location_id and link.service_id = services.id)`.as('resource_ids'),
  partIds: sql<number[] | null>`(
    select json_agg(held.service_id order by held.position) from service_parts held
    where held.location_id = services.location_id and held.composite_id = services.id)`.as('part_ids'),
};

/** The chosen services, all by default, and the parts of composite ones. */
const isChosen = (locationId: SQLWrapper, serviceId: SQLWrapper): SQL => sql`(
  ${sql.placeholder('services')}::int[] is null or ${serviceId} = any(${sql.placeholder('services')}::int[]) or exists (
    select from service_parts held where held.location_id = ${locationId} and held.service_id = ${serviceId}
      and held.composite_id = any(${sql.placeholder('services')}::int[])))`;

/** Clients can book services that are not deleted, are offered online and are not group events. */
export const isBookableService = and(isNull(services.deletedAt), eq(services.isActive, true), eq(services.isGroup, false));

const bookableServices = prepared((db) =>
  db
    .select(serviceColumns)
    .from(services)
    .where(
      and(eq(services.locationId, sql.placeholder('location')), isBookableService, isChosen(services.locationId, services.id)),
    )
    .prepare('bookable_services'),
);

/** How a team member gives a service. */
export interface Terms {
  serviceId: number;
  /** seconds */
  duration: number;
  priceMin: Money | null;
  priceMax: Money | null;
}

/** A team member who can be booked online, with the terms of the requested services. */
export interface BookableMember {
  id: number;
  weight: number;
  terms: ReadonlyMap<number, Terms>;
}

const bookableMembers = prepared((db) =>
  db
    .select({
      id: teamMembers.id,
      weight: teamMembers.weight,
      terms: sql<Terms[] | null>`(
        select json_agg(json_build_object('serviceId', link.service_id, 'duration', link.duration, 'priceMin', link.price_min::text, 'priceMax', link.price_max::text))
        from ${serviceTeamMembers} link where link.location_id = team_members.location_id and link.team_member_id = team_members.id
          and link.is_online and ${isChosen(sql`link.location_id`, sql`link.service_id`)})`.as('terms'),
    })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.locationId, sql.placeholder('location')),
        isBookable,
        // Others may give parts of a composite service.
        sql`(${sql.placeholder('members')}::int[] is null or ${teamMembers.id} = any(${sql.placeholder('members')}::int[]) or exists (
          select from service_parts held where held.location_id = ${teamMembers.locationId}
            and held.composite_id = any(${sql.placeholder('services')}::int[])))`,
      ),
    )
    .orderBy(asc(teamMembers.id))
    .prepare('bookable_members'),
);

/** The online offer of a location. */
export interface Catalog {
  services: ReadonlyMap<number, BookableService>;
  members: readonly BookableMember[];
}

/**
 * The services and members that can be booked online, in two statements. Parts of chosen composite services are included.
 * @param serviceIds all by default
 * @param memberIds everyone by default, and if one of the services is a composite one
 */
export async function loadCatalog(
  db: Read,
  locationId: number,
  { serviceIds, memberIds }: { serviceIds?: readonly number[] | undefined; memberIds?: readonly number[] | undefined },
): Promise<Catalog> {
  const chosen = serviceIds ? [...new Set(serviceIds)] : null;
  const rows = await bookableServices(db).execute({ location: locationId, services: chosen });
  const members = await bookableMembers(db).execute({
    location: locationId,
    services: chosen,
    members: memberIds ? [...new Set(memberIds)] : null,
  });
  const known = new Map(
    rows.map((row): [number, BookableService] => [
      row.id,
      {
        id: row.id,
        discount: row.discount,
        technicalBreak: row.technicalBreak ?? 0,
        dates: row.isDateLimited && row.dateFrom && row.dateTo ? { first: row.dateFrom, last: row.dateTo } : undefined,
        searchFrom: row.searchFrom,
        searchTo: row.searchTo,
        step: Math.max(leastStep, row.displayStep || row.searchStep),
        resourceIds: row.resourceIds ?? [],
        partIds: row.partIds ?? [],
      },
    ]),
  );
  return {
    services: known,
    members: members.map(({ id, weight, terms }) => ({
      id,
      weight,
      terms: new Map((terms ?? []).flatMap((each) => (known.has(each.serviceId) ? [[each.serviceId, each] as const] : []))),
    })),
  };
}

/** The busy times of members and resource instances, and the working hours of members. */
export interface Calendars {
  members: ReadonlyMap<number, Omit<Calendar, 'memberId' | 'weight'>>;
  /** By resource, the calendars of its instances. */
  resources: ReadonlyMap<number, readonly Busy[]>;
}

/** A multirange as the database writes it, `{[1,2),[5,9)}`: ascending and disjoint. */
function rangesOf(text: string): { starts: number[]; ends: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = text.indexOf('[');
  while (at !== -1) {
    const comma = text.indexOf(',', at);
    const close = text.indexOf(')', comma);
    starts.push(Number(text.slice(at + 1, comma)));
    ends.push(Number(text.slice(comma + 1, close)));
    at = text.indexOf('[', close);
  }
  return { starts, ends };
}

const intervalsOf = (text: string): WorkInterval[] => {
  const { starts, ends } = rangesOf(text);
  return starts.map((from, index) => ({ from, to: ends[index] as number }));
};

/** The calendars arrive as text and are parsed member by member, because a year of a large team takes a while. */
export const daysText = sql<string>`json_agg(json_build_array(${workDays.date}, ${workDays.slots}::text))::text`;

const workDaysOf = prepared((db) =>
  db
    .select({
      memberId: workDays.teamMemberId,
      days: daysText.as('days'),
    })
    .from(workDays)
    .where(
      and(
        eq(workDays.locationId, sql.placeholder('location')),
        sql`${workDays.teamMemberId} = any(${sql.placeholder('members')}::int[])`,
        sql`${workDays.date} between ${sql.placeholder('first')} and ${sql.placeholder('last')}`,
        sql`not isempty(${workDays.slots})`,
      ),
    )
    .groupBy(workDays.teamMemberId)
    .prepare('calendar_work_days'),
);

const seconds = (column: unknown) => sql`extract(epoch from ${column})::bigint`;
export const busyText = sql<string>`range_agg(int8range(${seconds(occupations.startsAt)}, ${seconds(occupations.endsAt)}))::text`;
/** None is longer than a day: the first bound lets the index find them. */
export const overlaps = (start: Placeholder, end: Placeholder) =>
  sql`${occupations.startsAt} < ${end}::timestamptz and ${occupations.startsAt} > ${start}::timestamptz - interval '24 hours' and ${occupations.endsAt} > ${start}::timestamptz and ${isInForce}`;

const memberBusy = prepared((db) =>
  db
    .select({ memberId: occupations.teamMemberId, busy: busyText.as('busy') })
    .from(occupations)
    .where(
      and(
        eq(occupations.locationId, sql.placeholder('location')),
        sql`${occupations.teamMemberId} = any(${sql.placeholder('members')}::int[])`,
        overlaps(sql.placeholder('start'), sql.placeholder('end')),
      ),
    )
    .groupBy(occupations.teamMemberId)
    .prepare('calendar_busy'),
);

const instanceBusy = prepared((db) =>
  db
    .select({
      resourceId: resourceInstances.resourceId,
      busy: sql<string | null>`(
        select ${busyText} from occupations where occupations.location_id = resource_instances.location_id
          and occupations.resource_instance_id = resource_instances.id and ${overlaps(sql.placeholder('start'), sql.placeholder('end'))})`.as(
        'busy',
      ),
    })
    .from(resourceInstances)
    .where(
      and(
        eq(resourceInstances.locationId, sql.placeholder('location')),
        sql`${resourceInstances.resourceId} = any(${sql.placeholder('resources')}::int[])`,
      ),
    )
    .orderBy(asc(resourceInstances.id))
    .prepare('calendar_resources'),
);

/**
 * The calendars of members and resources between two dates, both included, in at most three statements. The next day is loaded too, for
 * times that pass midnight.
 */
export async function loadCalendars(
  db: Read,
  location: { id: number; timeZone: string },
  dates: { first: string; last: string },
  of: { memberIds: readonly number[]; resourceIds: readonly number[] },
): Promise<Calendars> {
  if (of.memberIds.length === 0) return { members: new Map(), resources: new Map() };
  const after = addDays(dates.last, 1);
  const common = { location: location.id, members: [...of.memberIds] };
  const span = {
    start: startOfDay(dates.first, location.timeZone).toISOString(),
    end: startOfDay(after, location.timeZone, 1).toISOString(),
  };
  const days = await workDaysOf(db).execute({ ...common, first: dates.first, last: after });
  const busy = await memberBusy(db).execute({ ...common, ...span });
  const instances = of.resourceIds.length
    ? await instanceBusy(db).execute({ location: location.id, resources: [...of.resourceIds], ...span })
    : [];
  const daysOf = new Map(days.map((row) => [row.memberId, row.days]));
  const busyOf = new Map(busy.map((row) => [row.memberId, row.busy]));
  const resources = new Map<number, Busy[]>(of.resourceIds.map((id) => [id, []]));
  const busyTimes = await mapInSteps(instances, (instance) => (instance.busy ? rangesOf(instance.busy) : neverBusy));
  for (const [index, { resourceId }] of instances.entries()) resources.get(resourceId)?.push(busyTimes[index] as Busy);
  const calendarOf = (id: number) => parseCalendar(daysOf.get(id), busyOf.get(id));
  return { members: new Map(await mapInSteps(of.memberIds, (id) => [id, calendarOf(id)] as const)), resources };
}

/** A calendar from `daysText` and `busyText`. */
export function parseCalendar(days = '[]', busy = ''): Omit<Calendar, 'memberId' | 'weight'> {
  const workDays: [date: string, slots: string][] = JSON.parse(days);
  return { workDays: new Map(workDays.map(([date, slots]) => [date, intervalsOf(slots)])), busy: rangesOf(busy) };
}

/** The services of an appointment with their length. */
export interface Work {
  /** Seconds, the technical break at the end included. */
  length: number;
  /** Seconds of the services only. */
  sumLength: number;
  services: readonly BookableService[];
}

/**
 * The length of services with one team member. Without services, it is the length of the member's shortest service.
 * @returns undefined if the member does not provide all of them
 */
export function workOf(member: BookableMember, catalog: Catalog, serviceIds: readonly number[]): Work | undefined {
  if (serviceIds.length === 0) {
    const own = [...member.terms.values()].filter(({ serviceId }) => catalog.services.get(serviceId)?.partIds.length === 0);
    if (own.length === 0) return undefined;
    const length = Math.min(...own.map(({ duration }) => duration));
    return { length, sumLength: length, services: [] };
  }
  const wanted = serviceIds.flatMap((id) => catalog.services.get(id) ?? []);
  return wanted.length === serviceIds.length ? workWith(member, wanted) : undefined;
}

/** @returns undefined if the member does not provide all of the services */
function workWith(member: BookableMember, wanted: readonly BookableService[]): Work | undefined {
  let [sumLength, technicalBreak] = [0, 0];
  for (const service of wanted) {
    const terms = member.terms.get(service.id);
    if (!terms) return undefined;
    sumLength += terms.duration;
    technicalBreak = Math.max(technicalBreak, service.technicalBreak);
  }
  return { length: sumLength + technicalBreak, sumLength, services: wanted };
}

/**
 * The request for the engine.
 * @param composites the composite services that begin with this work: their dates, hours and steps count too
 */
export function needOf(work: Work, calendars: Calendars, composites: readonly BookableService[] = []): Need {
  const { length } = work;
  const wanted = [...work.services, ...composites];
  const limited = wanted.flatMap(({ dates }) => dates ?? []);
  return {
    length,
    from: Math.max(0, ...wanted.map(({ searchFrom }) => searchFrom)),
    to: Math.min(86_400, ...wanted.map(({ searchTo }) => searchTo)),
    step: Math.max(leastStep, ...(wanted.length ? wanted.map(({ step }) => step) : [900])),
    dates: limited.length
      ? {
          first: limited
            .map(({ first }) => first)
            .sort()
            .at(-1) as string,
          last: limited.map(({ last }) => last).sort()[0] as string,
        }
      : undefined,
    resources: [...new Set(work.services.flatMap(({ resourceIds }) => resourceIds))].map(
      (id) => calendars.resources.get(id) ?? [],
    ),
  };
}

/** An offer that remembers the work behind it. */
export interface WorkOffer extends Offer {
  work: Work;
}

/** A way to serve some parts of a request: by this member, in one appointment. */
interface TeamRun {
  member: BookableMember;
  work: Work;
  /** The number of the part after the last one. */
  next: number;
}

/** The members who can do the work of a request, and the length for each. */
export interface Team {
  /** For each part of the work, from 0, the ways to go on from it. A request without a composite service is one part. */
  runs: TeamRun[][];
  /** The composite services of the request. */
  composites: readonly BookableService[];
  resourceIds: number[];
}

const teamWith = (runs: TeamRun[][], composites: readonly BookableService[] = []): Team => ({
  runs,
  composites,
  resourceIds: resourcesOf(runs),
});

function resourcesOf(runs: readonly TeamRun[][]): number[] {
  const services = new Set(runs.flatMap((ways) => ways.map(({ work }) => work.services)));
  return [...new Set([...services].flatMap((each) => each.flatMap(({ resourceIds }) => resourceIds)))];
}

/** Whether there is someone for each part of the work. */
export const isComplete = ({ runs }: Team): boolean => runs.every((ways) => ways.length > 0);

/** The members who may take part in the work. */
export const membersOf = ({ runs }: Team): number[] => [...new Set(runs.flatMap((ways) => ways.map(({ member }) => member.id)))];

/**
 * The members who provide all of the services, each alone in one appointment.
 * @param memberId only this one; undefined for any
 */
export function teamOfOne(catalog: Catalog, serviceIds: readonly number[], memberId: number | undefined): Team {
  const members = memberId === undefined ? catalog.members : catalog.members.filter(({ id }) => id === memberId);
  const ways = members.flatMap((member) => {
    const work = workOf(member, catalog, serviceIds);
    return work ? [{ member, work, next: 1 }] : [];
  });
  return teamWith([ways]);
}

/**
 * The members who can serve a request. A composite service is replaced by its parts, in order, with the discount of the whole. Consecutive parts
 * of one member are one appointment. A chosen member gives all parts that they provide, and others the rest; a service that is no part of
 * a composite one is always the chosen member's.
 * @param memberId the chosen member; undefined for any
 * @returns a team that is not complete if nobody can serve it, if it has more than 20 parts, or if it may take more than 24 hours
 */
export function teamFor(catalog: Catalog, serviceIds: readonly number[], memberId?: number): Team {
  const composites = serviceIds.flatMap((id) => catalog.services.get(id) ?? []).filter(({ partIds }) => partIds.length > 0);
  if (composites.length === 0) return teamOfOne(catalog, serviceIds, memberId);
  const parts = partsOf(catalog, serviceIds);
  const chosen = catalog.members.find(({ id }) => id === memberId);
  const givers = parts.map(({ service, isFree }) => {
    const members = service ? catalog.members.filter(({ terms }) => terms.has(service.id)) : [];
    if (memberId === undefined) return members;
    return chosen && members.includes(chosen) ? [chosen] : isFree ? members : [];
  });
  const isServed = givers.every((members) => members.length > 0);
  const hasChosen = memberId === undefined || givers.some((members) => chosen && members.includes(chosen));
  const wanted = parts.flatMap(({ service }) => service ?? []);
  if (!isServed || !hasChosen || longestOf(wanted, givers) > longestChain || parts.length > mostParts)
    return teamWith(parts.map(() => []));
  const givenBy = givers.map((members) => new Set(members));
  const runs = givers.map((members, first) => {
    // Members share them: what the services need is then found out once.
    const upTo = wanted.map((_, last) => wanted.slice(first, last + 1));
    return members.flatMap((member) => {
      const ways: TeamRun[] = [];
      let [sumLength, technicalBreak] = [0, 0];
      for (let last = first; last < parts.length && givenBy[last]?.has(member); last++) {
        const service = wanted[last] as BookableService;
        sumLength += (member.terms.get(service.id) as Terms).duration;
        technicalBreak = Math.max(technicalBreak, service.technicalBreak);
        const work = { length: sumLength + technicalBreak, sumLength, services: upTo[last] as BookableService[] };
        ways.push({ member, work, next: last + 1 });
      }
      return ways;
    });
  });
  return teamWith(runs, composites);
}

/** As many as one composite service may have. The cost of a search grows with the square of it. */
const mostParts = 20;

/** Seconds. Calendars are loaded a day ahead. */
const longestChain = 86_400;

/** The seconds that the parts take at most, with a technical break after each. */
const longestOf = (parts: readonly BookableService[], givers: readonly (readonly BookableMember[])[]): number =>
  parts.reduce(
    (all, { id, technicalBreak }, index) =>
      all + technicalBreak + Math.max(...(givers[index] ?? []).map(({ terms }) => terms.get(id)?.duration ?? 0)),
    0,
  );

/** A part of a request: undefined for a service that cannot be booked online. `isFree`: the chosen member need not give it. */
interface RequestPart {
  service: BookableService | undefined;
  isFree: boolean;
}

const partsOf = ({ services: known }: Catalog, serviceIds: readonly number[]): RequestPart[] =>
  serviceIds.flatMap((id): RequestPart[] => {
    const service = known.get(id);
    if (!service?.partIds.length) return [{ service, isFree: false }];
    return service.partIds.map((partId) => {
      const part = known.get(partId);
      return { service: part && { ...part, discount: service.discount }, isFree: true };
    });
  });

/** What the members of a team offer, by their calendars. */
export const runsOf = ({ runs, composites }: Team, calendars: Calendars): Runs<WorkOffer> => {
  const calendarOf = new Map<number, Calendar>();
  for (const { member } of runs.flat()) {
    if (calendarOf.has(member.id)) continue;
    const own = calendars.members.get(member.id) ?? { workDays: new Map(), busy: neverBusy };
    calendarOf.set(member.id, { memberId: member.id, weight: member.weight, ...own });
  }
  return runs.map((ways, part) => {
    const needs = new Map<readonly BookableService[], Need>();
    return ways.map(({ member, work, next }) => {
      let need = needs.get(work.services);
      if (!need) needs.set(work.services, (need = needOf(work, calendars, part === 0 ? composites : [])));
      return {
        offer: { work, need: { ...need, length: work.length }, calendar: calendarOf.get(member.id) as Calendar },
        next,
      };
    });
  });
};

/** What the members of a team offer between two dates. */
export async function loadRuns(
  db: Read,
  location: { id: number; timeZone: string },
  team: Team,
  dates: { first: string; last: string },
): Promise<Runs<WorkOffer>> {
  return runsOf(team, await loadCalendars(db, location, dates, { memberIds: membersOf(team), resourceIds: team.resourceIds }));
}
