import { and, asc, eq, gte, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { addDays, startOfDay, today } from '../../platform/clock.ts';
import { type Calendar, type CalendarEntry, writeCalendar } from '../../platform/icalendar.ts';
import { signature } from '../../platform/secrets.ts';
import { resolvePermissions } from '../access/permissions.ts';
import { appointmentChanges, appointmentServices, appointments, events } from '../appointments/tables.ts';
import { clientsOfMember } from '../appointments/visible-clients.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { isAdmitted } from '../locations/grants.ts';
import { getLocation, type LocationRow } from '../locations/location.ts';
import { getMembership } from '../locations/location-user.ts';
import { areOfMember, calendarsOf } from '../team/calendars.ts';
import { teamMembers } from '../team/tables.ts';
import { getTeamMember } from '../team/team-member.ts';
import { type CalendarFeed, feedAt, readToken } from './feed.ts';

/** The days of a feed: from this many before today to this many after. */
const days = { before: 30, after: 366 };

/** A feed has so many entries at most, the earliest ones: those of a member with 12 appointments a day, for half a year. */
const mostEntries = 3000;

/** What a user may see of the clients in a feed; undefined for the client, who sees no others. */
interface Sight {
  /** Calendars begin here; undefined for no such limit. */
  since: Date | undefined;
  names: boolean;
  surnames: boolean;
  /** Only clients who visited this team member; 0 for all. */
  clientsOf: number;
}

/**
 * The calendar at an address, as text, as its user or client sees it now.
 * @param reader the network address of the request, because some users may work only from certain ones
 * @throws NotFound for any other address, and when the team member or the user may have no calendar any more
 */
export async function readFeed(db: Read, key: Buffer, { token, reader }: { token: string; reader: string }): Promise<string> {
  const address = readToken(key, token);
  const feed = address && (await feedAt(db, address));
  if (!feed) throw new NotFound();
  const location = await getLocation(db, feed.locationId);
  const calendar =
    feed.teamMemberId === null
      ? await calendarOfClient(db, location, feed.clientId as number)
      : await calendarOfMember(db, location, feed.teamMemberId, await sightOf(db, location, feed, reader));
  return writeCalendar({
    ...calendar,
    timeZone: location.timeZone,
    position:
      location.latitude === 0 && location.longitude === 0
        ? undefined
        : { latitude: location.latitude, longitude: location.longitude },
    // It is the same on every node and for every feed, and no other server has it.
    entries: calendar.entries.map((entry) => ({
      ...entry,
      uid: `${entry.uid}@${signature(key, 'calendar', 'hex').slice(0, 16)}`,
    })),
  });
}

/** What the user of a feed may see of a team member's calendar. @throws NotFound if it is nothing */
async function sightOf(db: Read, location: LocationRow, feed: CalendarFeed, reader: string): Promise<Sight> {
  const { role, permissions: own } = await getMembership(db, feed.locationId, feed.userId as number);
  const permissions = resolvePermissions(role, own);
  if (!permissions.timetable_access || !isAdmitted(permissions, reader)) throw new NotFound();
  const { timeZone, id } = location;
  const place = { id, timeZone } as Parameters<typeof calendarsOf>[0]['location'];
  const calendars = await calendarsOf({ db, location: place, limit: (name) => permissions[name] });
  if (!areOfMember(calendars, feed.teamMemberId as number)) throw new NotFound();
  return {
    since: calendars.since,
    names: permissions.record_form_client_access,
    surnames: permissions.clients_surname_middle_name_access,
    clientsOf: permissions.clients_visit_master_id,
  };
}

type Draft = Pick<Calendar, 'title' | 'entries'>;

/** The window of a feed, in the calendar of the location. */
function windowOf(timeZone: string, since?: Date): { from: Date; to: Date } {
  const now = today(timeZone);
  const from = startOfDay(addDays(now, -days.before), timeZone);
  return { from: since && since > from ? since : from, to: startOfDay(addDays(now, days.after), timeZone) };
}

const titles = sql<string[]>`(
  select coalesce(json_agg(${services.title} order by ${appointmentServices.position}), '[]')
  from ${appointmentServices} join ${services}
    on ${services.locationId} = ${appointmentServices.locationId} and ${services.id} = ${appointmentServices.serviceId}
  where ${appointmentServices.locationId} = ${appointments.locationId} and ${appointmentServices.appointmentId} = ${appointments.id})`;

/** Not joined: for a long calendar, PostgreSQL would read the changes of all appointments that the location ever had. */
const changedAt = sql<Date | null>`(
  select ${appointmentChanges.at} from ${appointmentChanges}
  where ${appointmentChanges.locationId} = ${appointments.locationId} and ${appointmentChanges.appointmentId} = ${appointments.id})`.mapWith(
  appointments.createdAt,
);

/** The appointments of a client or of a member, in the order of their times. Each query reads a range of an index. */
const appointmentsOf = (db: Read, locationId: number, { from, to }: { from: Date; to: Date }, whose: SQL | undefined) =>
  db
    .select({
      id: appointments.id,
      startsAt: appointments.startsAt,
      duration: appointments.duration,
      technicalBreak: appointments.technicalBreak,
      attendance: appointments.attendance,
      createdAt: appointments.createdAt,
      changedAt,
      clientId: appointments.clientId,
      guestName: appointments.guestName,
      client: { name: clients.name, surname: clients.surname },
      memberName: teamMembers.name,
      titles,
    })
    .from(appointments)
    .innerJoin(
      teamMembers,
      and(eq(teamMembers.locationId, appointments.locationId), eq(teamMembers.id, appointments.teamMemberId)),
    )
    .leftJoin(clients, and(eq(clients.locationId, appointments.locationId), eq(clients.id, appointments.clientId)))
    .where(
      and(
        eq(appointments.locationId, locationId),
        gte(appointments.startsAt, from),
        lt(appointments.startsAt, to),
        isNull(appointments.deletedAt),
        whose,
      ),
    )
    .orderBy(asc(appointments.startsAt), asc(appointments.id))
    .limit(mostEntries);

type AppointmentOfFeed = Awaited<ReturnType<typeof appointmentsOf>>[number];

const after = (start: Date, seconds: number) => new Date(start.getTime() + seconds * 1000);

/** What all entries of appointments have in common. A client who did not come leaves a cancelled one. */
const entryOf = (row: AppointmentOfFeed): Pick<CalendarEntry, 'uid' | 'start' | 'createdAt' | 'changedAt' | 'isCancelled'> => ({
  uid: `appointment-${row.id}`,
  start: row.startsAt,
  createdAt: row.createdAt,
  changedAt: row.changedAt ?? row.createdAt,
  isCancelled: row.attendance === -1,
});

/** What clients call a location. */
const nameOf = ({ publicTitle, title }: LocationRow) => publicTitle || title;

const placeOf = ({ address, zip, city }: LocationRow) =>
  [address, [zip, city].filter(Boolean).join(' ')].filter(Boolean).join(', ');

/** For a client: their appointments, without the break after it, the name of the member, and how to call the location. */
async function calendarOfClient(db: Read, location: LocationRow, clientId: number): Promise<Draft> {
  const rows = await appointmentsOf(db, location.id, windowOf(location.timeZone), eq(appointments.clientId, clientId));
  const title = nameOf(location);
  return {
    title,
    entries: rows.map((row) => ({
      ...entryOf(row),
      end: after(row.startsAt, row.duration - row.technicalBreak),
      summary: row.titles.length > 0 ? `${title}: ${row.titles.join(', ')}` : title,
      description: [row.memberName, ...location.phones.slice(0, 1)].join('\n'),
      location: placeOf(location),
    })),
  };
}

/** For the back office: the time that a member is busy, with the names of clients as far as the user sees them, and group events. */
async function calendarOfMember(db: Read, location: LocationRow, memberId: number, sight: Sight): Promise<Draft> {
  const member = await getTeamMember(db, location.id, memberId);
  if (member.isFired) throw new NotFound();
  const window = windowOf(location.timeZone, sight.since);
  const own = and(eq(appointments.teamMemberId, memberId), isNull(appointments.eventId));
  const rows = await appointmentsOf(db, location.id, window, own);
  const ids = rows.flatMap(({ clientId }) => (clientId === null ? [] : [clientId]));
  const seen = sight.names ? await clientsOfMember(db, location.id, sight.clientsOf, ids) : new Set<number>();
  const clientOf = (row: AppointmentOfFeed): string => {
    if (!sight.names) return '';
    if (row.clientId === null || !row.client) return row.guestName;
    return seen.has(row.clientId) ? [row.client.name, sight.surnames ? row.client.surname : ''].filter(Boolean).join(' ') : '';
  };
  const booked = rows.map((row) => ({
    ...entryOf(row),
    end: after(row.startsAt, row.duration),
    summary: [clientOf(row), row.titles.join(', ')].filter(Boolean).join(': ') || nameOf(location),
    description: '',
    location: placeOf(location),
  }));
  const groups = (await eventsOf(db, location.id, window, memberId)).map((row) => ({
    uid: `event-${row.id}`,
    start: row.startsAt,
    end: after(row.startsAt, row.duration),
    createdAt: row.createdAt,
    changedAt: row.changedAt,
    isCancelled: false,
    summary: `${row.title} (${row.booked}/${row.capacity})`,
    description: '',
    location: placeOf(location),
  }));
  const inOrder = [...booked, ...groups].sort((one, other) => one.start.getTime() - other.start.getTime());
  return { title: `${member.name}, ${nameOf(location)}`, entries: inOrder.slice(0, mostEntries) };
}

const eventsOf = (db: Read, locationId: number, { from, to }: { from: Date; to: Date }, memberId: number) =>
  db
    .select({
      id: events.id,
      startsAt: events.startsAt,
      duration: events.duration,
      booked: events.booked,
      capacity: events.capacity,
      createdAt: events.createdAt,
      // The number of booked seats changes with its appointments.
      changedAt: sql<Date>`greatest(${events.changedAt}, (
        select max(${appointmentChanges.at}) from ${appointments} join ${appointmentChanges}
          on ${appointmentChanges.locationId} = ${appointments.locationId} and ${appointmentChanges.appointmentId} = ${appointments.id}
        where ${appointments.locationId} = ${events.locationId} and ${appointments.eventId} = ${events.id}))`.mapWith(
        events.changedAt,
      ),
      title: services.title,
    })
    .from(events)
    .innerJoin(services, and(eq(services.locationId, events.locationId), eq(services.id, events.serviceId)))
    .where(
      and(
        eq(events.locationId, locationId),
        gte(events.startsAt, from),
        lt(events.startsAt, to),
        eq(events.teamMemberId, memberId),
        isNull(events.deletedAt),
      ),
    )
    .orderBy(asc(events.startsAt), asc(events.id))
    .limit(mostEntries);
