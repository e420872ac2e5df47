import { and, asc, eq, sql } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { countVisits, visitsFor } from '../domains/appointments/client-visits.ts';
import type { Origin } from '../domains/appointments/fields.ts';
import { createEventAppointment } from '../domains/appointments/seats.ts';
import { insertAppointments } from '../domains/appointments/write.ts';
import { services, serviceTeamMembers } from '../domains/catalog/tables.ts';
import { createStrategy } from '../domains/events/duplication.ts';
import { createEvents } from '../domains/events/event.ts';
import { addReview } from '../domains/reviews/review.ts';
import { busyParts } from '../domains/schedule/occupation.ts';
import { listWorkDays } from '../domains/schedule/work-schedule.ts';
import { createClientSeries, createSeries, listSeriesDays } from '../domains/series/series.ts';
import { allCalendars } from '../domains/team/calendars.ts';
import { addDays } from '../platform/clock.ts';
import { demoAppointmentNotes, demoReviews } from './business.ts';

/** Days of appointments before and after the day on which the demo is created. */
const behind = 14;
const ahead = 14;

/** The same series of numbers from 0 to 1 each time: a linear congruence, which is random enough for a calendar. */
function chances(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

const rights = { force: true, addClients: false, costs: true, discounts: true, calendars: allCalendars, clientsOf: 0 };

/** Fills a realistic calendar: group classes with a series, single appointments, past visits, reviews. */
export async function seedAppointments(
  write: Write,
  place: Location & { staff: number[] },
  clientIds: readonly number[],
  partnerId: number,
): Promise<void> {
  const origin: Origin = { userId: place.staff[0] ?? null, partnerId, isOnline: false };
  const classes = await seedClasses(write, place, clientIds, origin);
  // Before the calendar, which leaves the teacher free for it.
  await seedSeries(write, place, clientIds, classes, origin);
  await seedCalendar(write, place, clientIds, origin);
  for (const review of demoReviews) await addReview(write, place.id, await aboutSomeone(write, place.id, review));
  await createStrategy(write, place.id, {
    title: 'Every other Monday',
    repeatMode: 5,
    weekdays: [1],
    gap: 1,
    copiesAppointments: false,
  });
}

const at = (date: string, seconds: number, timeZone: string) =>
  new Date(
    Temporal.PlainDate.from(date).toZonedDateTime({
      timeZone,
      plainTime: new Temporal.PlainTime(Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60),
    }).epochMilliseconds,
  );

const membersOf = async (write: Write, locationId: number) =>
  write
    .select({
      id: serviceTeamMembers.teamMemberId,
      serviceId: serviceTeamMembers.serviceId,
      duration: serviceTeamMembers.duration,
      price: services.priceMin,
      isGroup: services.isGroup,
    })
    .from(serviceTeamMembers)
    .innerJoin(services, eq(services.id, serviceTeamMembers.serviceId))
    .where(
      and(
        eq(serviceTeamMembers.locationId, locationId),
        // Appointments have the parts of composite services.
        sql`not exists (select from service_parts part where part.location_id = ${services.locationId} and part.composite_id = ${services.id})`,
      ),
    )
    .orderBy(asc(serviceTeamMembers.teamMemberId), asc(serviceTeamMembers.serviceId))
    .then((rows) => [...new Map(rows.map((row) => [`${row.id} ${row.serviceId}`, row])).values()]);

interface Classes {
  first: number;
  teacherId: number;
}

/** Three classes in the evening, after the working hours of most; the first has appointments. */
async function seedClasses(write: Write, place: Location, clientIds: readonly number[], origin: Origin): Promise<Classes> {
  const links = await membersOf(write, place.id);
  const teacher = (links.find(({ isGroup }) => isGroup) ?? links[0]) as (typeof links)[number];
  const now = Temporal.Now.plainDateISO(place.timeZone);
  const ids = await createEvents(
    write,
    place,
    [3, 5, 10].map((days) => ({
      teamMemberId: teacher.id,
      serviceId: teacher.serviceId,
      startsAt: at(now.add({ days }).toString(), 20 * 3600, place.timeZone),
      duration: 5400,
      capacity: 6,
      color: '9c27b0',
      instructions: 'Bring your own brushes.',
      resourceInstanceIds: [],
    })),
    rights,
  );
  const first = ids[0] as number;
  for (const clientId of clientIds.slice(10, 13)) {
    await createEventAppointment(write, place, first, { client: { id: clientId }, seats: 1 }, origin, rights);
  }
  return { first, teacherId: teacher.id };
}

/** The first class repeats every week on the last hours of a working day of its teacher, and always has the same guest. */
async function seedSeries(
  write: Write,
  place: Location,
  clientIds: readonly number[],
  { first, teacherId }: Classes,
  origin: Origin,
): Promise<void> {
  const now = Temporal.Now.plainDateISO(place.timeZone);
  const duration = 5400;
  const week = { first: now.add({ days: 4 }).toString(), last: now.add({ days: 10 }).toString() };
  const [workDay] = await listWorkDays(write, place.id, week, [teacherId]);
  const { date, slots } = workDay as NonNullable<typeof workDay>;
  const day = {
    weekday: Temporal.PlainDate.from(date).dayOfWeek,
    teamMemberId: teacherId,
    startTime: new Temporal.PlainTime().add({ seconds: (slots.at(-1) as { to: number }).to - duration }).toString(),
    duration,
    capacity: 6,
    tagIds: [],
    resourceInstanceIds: [],
  };
  const input = { originalEventId: first, dateTo: now.add({ days: 45 }).toString(), withClients: false, days: [day] };
  const actor = {
    origin,
    rights: {
      create: true,
      calendars: allCalendars,
      clientsOf: 0,
      delete: { appointments: false, arrived: false, withPayments: false, calendars: allCalendars, changeableSince: undefined },
    },
  };
  const series = await createSeries(write, place, input, actor);
  const dayIds = (await listSeriesDays(write, place.id, series.id, allCalendars)).map(({ id }) => id);
  await createClientSeries(write, place, series.id, { clientId: clientIds[13] as number, dayIds }, actor);
}

/** Fills about half of the working hours two weeks back and two weeks ahead, in a fixed number of statements. */
async function seedCalendar(write: Write, place: Location, clientIds: readonly number[], origin: Origin): Promise<void> {
  const chance = chances(place.id * 7919);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(chance() * values.length)] as Value;
  const today = Temporal.Now.plainDateISO(place.timeZone).toString();
  const links = (await membersOf(write, place.id)).filter(({ isGroup }) => !isGroup);
  const days = await listWorkDays(write, place.id, { first: addDays(today, -behind), last: addDays(today, ahead) });
  const taken = await busyParts(write, place, { first: addDays(today, -behind), last: addDays(today, ahead) });
  const isTaken = (member: number, date: string, from: number, to: number) =>
    taken.some((part) => part.teamMemberId === member && part.date === date && part.from < to && from < part.to);
  const planned: { date: string; startsAt: Date; link: (typeof links)[number]; clientId: number }[] = [];
  const busyClients = new Set<string>();
  for (const { teamMemberId, date, slots } of days) {
    const own = links.filter((link) => link.id === teamMemberId);
    if (own.length === 0) continue;
    for (const slot of slots) {
      for (let from = slot.from; ; ) {
        const link = pick(own);
        if (from + link.duration > slot.to) break;
        const clientId = pick(clientIds.slice(0, 200));
        const isFree = !busyClients.has(`${clientId} ${date}`) && !isTaken(teamMemberId, date, from, from + link.duration);
        if (chance() < 0.45 && isFree) {
          busyClients.add(`${clientId} ${date}`);
          planned.push({ date, startsAt: at(date, from, place.timeZone), link, clientId });
          from += link.duration;
        } else from += 1800;
      }
    }
  }
  const visitIds = await visitsFor(
    write,
    place.id,
    planned.map(({ clientId, date }) => ({ clientId, date })),
  );
  const rows = planned.map(({ date, startsAt, link, clientId }, index) => ({
    teamMemberId: link.id,
    clientId,
    visitId: visitIds[index] as number,
    eventId: null,
    startsAt,
    duration: link.duration,
    technicalBreak: 0,
    seats: 1,
    attendance: date < today ? (chance() < 0.92 ? (1 as const) : (-1 as const)) : chance() < 0.3 ? (2 as const) : (0 as const),
    comment: chance() < 0.15 ? pick(demoAppointmentNotes) : '',
    guestName: '',
    guestEmail: '',
    tagIds: [],
    customFields: {},
    services: [{ id: link.serviceId, amount: 1, price: link.price }],
    granted: { instanceIds: [], occupations: [{ teamMemberId: link.id, resourceInstanceId: null, isExclusive: true }] },
  }));
  // Clients have booked a third of the past ones themselves.
  const now = at(today, 0, place.timeZone);
  const isOnline = ({ startsAt }: { startsAt: Date }, index: number) => startsAt < now && index % 3 === 0;
  await insertAppointments(
    write,
    place,
    rows.filter((row, index) => !isOnline(row, index)),
    origin,
  );
  await insertAppointments(write, place, rows.filter(isOnline), { userId: null, partnerId: null, isOnline: true, device: 2 });
  await countVisits(write, place.id, [...new Set(planned.map(({ clientId }) => clientId))]);
}

async function aboutSomeone(write: Write, locationId: number, review: (typeof demoReviews)[number]) {
  const { member, ...fields } = review;
  if (member === undefined) return fields;
  const links = await membersOf(write, locationId);
  const ids = [...new Set(links.map(({ id }) => id))];
  const teamMemberId = ids[member % ids.length];
  return teamMemberId === undefined ? fields : { ...fields, teamMemberId };
}
