import { and, eq, min, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { addDays, dateIn, startOfDay } from '../../platform/clock.ts';
import { prepared } from '../../platform/database.ts';
import { isLong, pause } from '../../platform/pause.ts';
import { bookingSettings } from '../booking-settings/tables.ts';
import { services, serviceTeamMembers } from '../catalog/tables.ts';
import { occupations, workDays } from '../schedule/tables.ts';
import { isBookable } from '../team/bookable.ts';
import { teamMembers } from '../team/tables.ts';
import { type Offer, type Rules, slotsOn } from './engine.ts';
import {
  busyText,
  type Calendars,
  daysText,
  isBookableService,
  needOf,
  overlaps,
  parseCalendar,
  rulesFrom,
  selectRules,
} from './load.ts';

/** Clients can book this many days ahead. */
export const farDays = 366;

/** The days that are searched, one span after the other. Most locations have a slot in the first one. */
const spans = [
  { first: 0, last: 13 },
  { first: 14, last: 55 },
  { first: 56, last: 167 },
  { first: 168, last: farDays },
];

const rulesOf = prepared((db) =>
  selectRules(db)
    .where(sql`${bookingSettings.locationId} = any(${sql.placeholder('locations')}::int[])`)
    .prepare('booking_rules_of_locations'),
);

/** The members open for booking, with the length of their shortest service. */
const membersOf = prepared((db) =>
  db
    .select({
      locationId: teamMembers.locationId,
      id: teamMembers.id,
      weight: teamMembers.weight,
      length: min(serviceTeamMembers.duration),
    })
    .from(teamMembers)
    .innerJoin(
      serviceTeamMembers,
      and(
        eq(serviceTeamMembers.locationId, teamMembers.locationId),
        eq(serviceTeamMembers.teamMemberId, teamMembers.id),
        eq(serviceTeamMembers.isOnline, true),
      ),
    )
    .innerJoin(
      services,
      and(
        eq(services.locationId, teamMembers.locationId),
        eq(services.id, serviceTeamMembers.serviceId),
        isBookableService,
        // Composite services take the time of their parts.
        sql`not exists (select from service_parts held where held.location_id = ${services.locationId} and held.composite_id = ${services.id})`,
      ),
    )
    .where(and(sql`${teamMembers.locationId} = any(${sql.placeholder('locations')}::int[])`, isBookable))
    .groupBy(teamMembers.locationId, teamMembers.id)
    .prepare('bookable_members_of_locations'),
);

/** Pairs of a location and one of its members: an index range for each. */
const wanted = sql`unnest(${sql.placeholder('locations')}::int[], ${sql.placeholder('members')}::int[]) as wanted(location_id, member_id)`;

const daysOf = prepared((db) =>
  db
    .select({ locationId: workDays.locationId, memberId: workDays.teamMemberId, days: daysText.as('days') })
    .from(wanted)
    .innerJoin(
      workDays,
      and(
        eq(workDays.locationId, sql`wanted.location_id`),
        eq(workDays.teamMemberId, sql`wanted.member_id`),
        sql`${workDays.date} between ${sql.placeholder('first')} and ${sql.placeholder('last')}`,
        sql`not isempty(${workDays.slots})`,
      ),
    )
    .groupBy(workDays.locationId, workDays.teamMemberId)
    .prepare('work_days_of_locations'),
);

const busyOf = prepared((db) =>
  db
    .select({ locationId: occupations.locationId, memberId: occupations.teamMemberId, busy: busyText.as('busy') })
    .from(wanted)
    .innerJoin(
      occupations,
      and(
        eq(occupations.locationId, sql`wanted.location_id`),
        eq(occupations.teamMemberId, sql`wanted.member_id`),
        overlaps(sql.placeholder('start'), sql.placeholder('end')),
      ),
    )
    .groupBy(occupations.locationId, occupations.teamMemberId)
    .prepare('busy_of_locations'),
);

type Member = Awaited<ReturnType<ReturnType<typeof membersOf>['execute']>>[number];

interface Place {
  id: number;
  rules: Rules;
  members: Member[];
  /** Dates differ between time zones. */
  today: string;
}

/**
 * The next slot of each location: the first time at which a team member is free for their shortest service. The number of statements does
 * not depend on the number of locations.
 * @returns by location; a location without a slot in the next `farDays` has no entry
 */
export async function nextSlots(
  db: Read,
  locations: readonly { id: number; timeZone: string }[],
  now: Date,
): Promise<Map<number, Date>> {
  const found = new Map<number, Date>();
  let places = await loadPlaces(db, locations, now);
  for (const span of spans) {
    if (places.length === 0) break;
    const calendars = await loadCalendars(db, places, span);
    for (const place of places) {
      const start = await firstStart(place, calendars, span);
      if (start !== undefined) found.set(place.id, new Date(start * 1000));
    }
    places = places.filter(({ id }) => !found.has(id));
  }
  return found;
}

/** The locations with members who can be booked. */
async function loadPlaces(db: Read, locations: readonly { id: number; timeZone: string }[], now: Date): Promise<Place[]> {
  if (locations.length === 0) return [];
  const of = { locations: locations.map(({ id }) => id) };
  const settings = new Map((await rulesOf(db).execute(of)).map((row) => [row.locationId, row]));
  const members = new Map<number, Member[]>(of.locations.map((id) => [id, []]));
  for (const member of await membersOf(db).execute(of)) members.get(member.locationId)?.push(member);
  return locations.flatMap(({ id, timeZone }) => {
    const own = members.get(id) as Member[];
    const rules = rulesFrom(settings.get(id), timeZone, now);
    return own.length ? [{ id, rules, members: own, today: dateIn(now, timeZone) }] : [];
  });
}

interface Span {
  first: number;
  last: number;
}

/** The calendars of all members, as text, by `keyOf`. */
interface Texts {
  days: ReadonlyMap<string, string>;
  busy: ReadonlyMap<string, string>;
}

const keyOf = (locationId: number, memberId: number | null) => `${locationId}/${memberId}`;

/** The next day is loaded too, for times that pass midnight. */
async function loadCalendars(db: Read, places: readonly Place[], { first, last }: Span): Promise<Texts> {
  const members = places.flatMap((place) => place.members);
  const of = { locations: members.map(({ locationId }) => locationId), members: members.map(({ id }) => id) };
  const ends = places.map(({ today, rules }) => ({
    first: addDays(today, first),
    last: addDays(today, last + 1),
    start: startOfDay(today, rules.timeZone, first),
    end: startOfDay(today, rules.timeZone, last + 2),
  }));
  const days = await daysOf(db).execute({
    ...of,
    first: ends.map((each) => each.first).sort()[0],
    last: ends
      .map((each) => each.last)
      .sort()
      .at(-1),
  });
  const busy = await busyOf(db).execute({
    ...of,
    start: new Date(Math.min(...ends.map(({ start }) => start.getTime()))).toISOString(),
    end: new Date(Math.max(...ends.map(({ end }) => end.getTime()))).toISOString(),
  });
  return {
    days: new Map(days.map((row) => [keyOf(row.locationId, row.memberId), row.days])),
    busy: new Map(busy.map((row) => [keyOf(row.locationId, row.memberId), row.busy])),
  };
}

/** The first slot of any member in a span of days. */
async function firstStart({ id, rules, members, today }: Place, { days, busy }: Texts, span: Span): Promise<number | undefined> {
  const offers: Offer[] = [];
  for (const member of members) {
    if (isLong()) await pause();
    const [key, length] = [keyOf(id, member.id), member.length as number];
    const need = needOf({ length, sumLength: length, services: [] }, withoutResources);
    offers.push({
      need,
      calendar: { memberId: member.id, weight: member.weight, ...parseCalendar(days.get(key), busy.get(key)) },
    });
  }
  const [first, last] = [addDays(today, span.first), addDays(today, span.last)];
  const dates = new Set(offers.flatMap(({ calendar }) => [...calendar.workDays.keys()]));
  for (const date of [...dates].filter((each) => each >= first && each <= last).sort()) {
    let earliest: number | undefined;
    for (const offer of offers) {
      if (isLong()) await pause();
      const [slot] = slotsOn(rules, [offer], date);
      if (slot && (earliest === undefined || slot.start < earliest)) earliest = slot.start;
    }
    if (earliest !== undefined) return earliest;
  }
  return undefined;
}

/** Clients who have chosen no service need no resources. */
const withoutResources: Calendars = { members: new Map(), resources: new Map() };
