import { and, asc, eq, isNull, type Placeholder, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { addDays, startOfDay } from '../../platform/clock.ts';
import { prepared } from '../../platform/database.ts';
import type { Money, Percent } from '../../platform/money.ts';
import { mapInSteps } from '../../platform/pause.ts';
import { bookingSettings, type timeslotSettings } from '../booking-settings/tables.ts';
import { services, serviceTeamMembers } from '../catalog/tables.ts';
import { resourceInstances } from '../resources/tables.ts';
import { occupations, workDays } from '../schedule/tables.ts';
import { isBookable } from '../team/bookable.ts';
import { teamMembers } from '../team/tables.ts';
import { type Busy, neverBusy } from './busy.ts';
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
};

/** Clients can book services that are not deleted, are offered online and are not group events. */
export const isBookableService = and(isNull(services.deletedAt), eq(services.isActive, true), eq(services.isGroup, false));

const bookableServices = prepared((db) =>
  db
    .select(serviceColumns)
    .from(services)
    .where(
      and(
        eq(services.locationId, sql.placeholder('location')),
        isBookableService,
        sql`(${sql.placeholder('services')}::int[] is null or ${services.id} = any(${sql.placeholder('services')}::int[]))`,
      ),
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
          and link.is_online and (${sql.placeholder('services')}::int[] is null or link.service_id = any(${sql.placeholder('services')}::int[])))`.as(
        'terms',
      ),
    })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.locationId, sql.placeholder('location')),
        isBookable,
        sql`(${sql.placeholder('members')}::int[] is null or ${teamMembers.id} = any(${sql.placeholder('members')}::int[]))`,
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
 * The services and members that can be booked online, in two statements.
 * @param serviceIds all by default
 * @param memberIds everyone by default
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
  sql`${occupations.startsAt} < ${end}::timestamptz and ${occupations.startsAt} > ${start}::timestamptz - interval '24 hours' and ${occupations.endsAt} > ${start}::timestamptz`;

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

/** The part of a visit that one team member serves: the services and their length. */
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
    if (member.terms.size === 0) return undefined;
    const length = Math.min(...[...member.terms.values()].map(({ duration }) => duration));
    return { length, sumLength: length, services: [] };
  }
  let [sumLength, technicalBreak] = [0, 0];
  const wanted: BookableService[] = [];
  for (const id of serviceIds) {
    const [service, terms] = [catalog.services.get(id), member.terms.get(id)];
    if (!service || !terms) return undefined;
    wanted.push(service);
    sumLength += terms.duration;
    technicalBreak = Math.max(technicalBreak, service.technicalBreak);
  }
  return { length: sumLength + technicalBreak, sumLength, services: wanted };
}

/** The request for the engine. */
export function needOf(work: Work, calendars: Calendars): Need {
  const { services: wanted, length } = work;
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
    resources: [...new Set(wanted.flatMap(({ resourceIds }) => resourceIds))].map((id) => calendars.resources.get(id) ?? []),
  };
}

/** An offer that remembers the work behind it. */
export interface WorkOffer extends Offer {
  work: Work;
}

/** The members who can do the work, and the length for each. */
export interface Team {
  works: { member: BookableMember; work: Work }[];
  resourceIds: number[];
}

/** The members who provide all of the services. */
export function teamFor(catalog: Catalog, serviceIds: readonly number[]): Team {
  const works = catalog.members.flatMap((member) => {
    const work = workOf(member, catalog, serviceIds);
    return work ? [{ member, work }] : [];
  });
  return { works, resourceIds: [...new Set(works.flatMap(({ work }) => work.services.flatMap((each) => each.resourceIds)))] };
}

export const offersOf = ({ works }: Team, calendars: Calendars): WorkOffer[] =>
  works.map(({ member, work }) => ({
    work,
    need: needOf(work, calendars),
    calendar: {
      memberId: member.id,
      weight: member.weight,
      ...(calendars.members.get(member.id) ?? { workDays: new Map(), busy: neverBusy }),
    },
  }));

/** The offers of team members between two dates. */
export async function loadOffers(
  db: Read,
  location: { id: number; timeZone: string },
  team: Team,
  dates: { first: string; last: string },
): Promise<WorkOffer[]> {
  const memberIds = team.works.map(({ member }) => member.id);
  return offersOf(team, await loadCalendars(db, location, dates, { memberIds, resourceIds: team.resourceIds }));
}
