import { and, asc, count, eq, gte, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Conflict, type FieldErrors, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { dateIn, daysBetween, today } from '../../platform/clock.ts';
import { deleteInSteps } from '../../platform/database.ts';
import { normalizePhone } from '../../platform/phone.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { lockLocation } from '../locations/location.ts';
import { skipQueued } from '../messaging/notice.ts';
import { releaseHolds } from '../schedule/occupation.ts';
import { isComplete, loadCatalog, teamOfOne } from '../slots/load.ts';
import { type Calendars, ofMembers } from '../team/calendars.ts';
import { teamMembers } from '../team/tables.ts';
import { type EntryStatus, type OfferState, waitingEntries, waitingMarks, waitingOffers, waitingServices } from './tables.ts';

/** The most days from the first to the last day of an entry, both included. */
export const mostDays = 62;
/** Entries of a location that are waiting or offered. It limits what one look at the list costs. */
const mostEntries = 500;
/** Open entries of one phone number in a location. */
const mostOfPhone = 10;
/** Days that an entry is kept after it has ended, with what it knows of the client. */
const keptDays = 90;

/** What a client waits for. */
export interface Wish {
  serviceIds: readonly number[];
  /** null for any team member */
  memberId: number | null;
  /** Dates of the location's calendar, both included. */
  dateFrom: string;
  dateTo: string;
  /** Wall-clock seconds between which the visit begins, both included. */
  timeFrom: number;
  timeTo: number;
  comment: string;
}

/** Who waits: a client of the location, or a person. The phone number is in E.164. */
export type Waiting = { clientId: number } | { name: string; phone: string; email: string };

/** Whether an entry with this status still waits. */
export const isOpen = (status: EntryStatus): boolean => status === 'waiting' || status === 'offered';

/** Whether an open offer is good still, whether or not a job has seen its end. */
const isGood = sql`(${waitingOffers.state} = 'open' and ${waitingOffers.expiresAt} > now())`;

const openOffer = (columns: SQL): SQL => sql`(
  select ${columns} from waiting_offers where waiting_offers.location_id = waiting_entries.location_id
    and waiting_offers.entry_id = waiting_entries.id and ${isGood})`;

/** The status now. An offer that has ended holds nothing, and an entry whose last day is over waits no more, before a job says so. */
const statusOn = (date: string): SQL<EntryStatus> => sql<EntryStatus>`case
  when ${waitingEntries.status} = 'offered' and ${openOffer(sql`true`)} then 'offered'
  when ${waitingEntries.status} in ('waiting', 'offered') then case when ${waitingEntries.dateTo} < ${date}::date then 'expired' else 'waiting' end
  else ${waitingEntries.status} end`;

interface OfferPart {
  id: number;
  memberId: number;
  member: string;
  startsAt: number;
  duration: number;
  expiresAt: number;
}

const columnsOn = (date: string) => ({
  id: waitingEntries.id,
  clientId: waitingEntries.clientId,
  name: sql<string>`coalesce(${clients.name}, ${waitingEntries.name})`,
  surname: sql<string>`coalesce(${clients.surname}, '')`,
  phone: sql<string | null>`case when ${waitingEntries.clientId} is null then ${waitingEntries.phone} else ${clients.phone} end`,
  email: sql<string>`coalesce(${clients.email}, ${waitingEntries.email})`,
  teamMemberId: waitingEntries.teamMemberId,
  member: teamMembers.name,
  services: sql<{ id: number; title: string }[]>`(
    select json_agg(json_build_object('id', services.id, 'title', services.title) order by wanted.position)
    from waiting_services wanted join services on services.location_id = wanted.location_id and services.id = wanted.service_id
    where wanted.location_id = waiting_entries.location_id and wanted.entry_id = waiting_entries.id)`,
  dateFrom: waitingEntries.dateFrom,
  dateTo: waitingEntries.dateTo,
  timeFrom: waitingEntries.timeFrom,
  timeTo: waitingEntries.timeTo,
  comment: waitingEntries.comment,
  isOnline: waitingEntries.isOnline,
  status: statusOn(date),
  missed: waitingEntries.missed,
  createdAt: waitingEntries.createdAt,
  endedAt: waitingEntries.endedAt,
  offer: sql<OfferPart | null>`(
    select json_build_object('id', waiting_offers.id, 'memberId', member.id, 'member', member.name,
      'startsAt', extract(epoch from waiting_offers.starts_at), 'duration', waiting_offers.duration,
      'expiresAt', extract(epoch from waiting_offers.expires_at))
    from waiting_offers join team_members member on member.location_id = waiting_offers.location_id and member.id = waiting_offers.team_member_id
    where waiting_offers.location_id = waiting_entries.location_id and waiting_offers.entry_id = waiting_entries.id and ${isGood})`,
  appointmentId: sql<number | null>`(
    select waiting_offers.appointment_id from waiting_offers where waiting_offers.location_id = waiting_entries.location_id
      and waiting_offers.entry_id = waiting_entries.id and waiting_offers.state = 'taken')`,
});

const selectEntries = (db: Read, date: string) =>
  db
    .select(columnsOn(date))
    .from(waitingEntries)
    .leftJoin(clients, and(eq(clients.locationId, waitingEntries.locationId), eq(clients.id, waitingEntries.clientId)))
    .leftJoin(
      teamMembers,
      and(eq(teamMembers.locationId, waitingEntries.locationId), eq(teamMembers.id, waitingEntries.teamMemberId)),
    );

/** An entry with its client, its services and its open offer. */
export type EntryRow = Awaited<ReturnType<typeof selectEntries>>[number];

/** Which entries a caller sees: those for the team members of the calendars, and whose last day is not before the visible days. */
const isVisible = ({ memberIds, since }: Calendars, timeZone: string): SQL | undefined =>
  and(ofMembers(waitingEntries.teamMemberId, memberIds), since && gte(waitingEntries.dateTo, dateIn(since, timeZone)));

export interface EntryFilter {
  status?: EntryStatus | undefined;
  /** Entries with a day in this range. */
  from?: string | undefined;
  to?: string | undefined;
  clientId?: number | undefined;
  /** Entries for this team member. */
  memberId?: number | undefined;
  calendars: Calendars;
}

/** Entries in the order in which they were made, which is that of the offers; and how many there are on all pages. */
export async function listEntries(
  db: Read,
  { id: locationId, timeZone }: Pick<Location, 'id' | 'timeZone'>,
  { status, from, to, clientId, memberId, calendars }: EntryFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ rows: EntryRow[]; total: number }> {
  const date = today(timeZone);
  const isMeant = and(
    eq(waitingEntries.locationId, locationId),
    // Open entries have an index of their own.
    status && isOpen(status) ? isNull(waitingEntries.endedAt) : undefined,
    status && sql`${statusOn(date)} = ${status}`,
    from ? gte(waitingEntries.dateTo, from) : undefined,
    to ? lte(waitingEntries.dateFrom, to) : undefined,
    clientId === undefined ? undefined : eq(waitingEntries.clientId, clientId),
    memberId === undefined ? undefined : eq(waitingEntries.teamMemberId, memberId),
    isVisible(calendars, timeZone),
  );
  const rows = await selectEntries(db, date).where(isMeant).orderBy(asc(waitingEntries.id)).offset(offset).limit(limit);
  const [counted] = await db.select({ total: count() }).from(waitingEntries).where(isMeant);
  return { rows, total: counted?.total ?? 0 };
}

/**
 * The entries that can get an offer: not those of clients whom the location does not serve any more, nor of those without a phone number, by
 * which they would book, nor those for services that have come to need a membership since.
 */
export const listCandidates = (
  db: Read,
  { id: locationId, timeZone }: Pick<Location, 'id' | 'timeZone'>,
): Promise<EntryRow[]> => {
  const date = today(timeZone);
  return selectEntries(db, date)
    .where(
      and(
        eq(waitingEntries.locationId, locationId),
        isNull(waitingEntries.endedAt),
        sql`${statusOn(date)} = 'waiting'`,
        sql`(${waitingEntries.phone} is not null or ${clients.phone} is not null)`,
        sql`not exists (
          select from clients refused where refused.location_id = waiting_entries.location_id and refused.importance = 2
            and (refused.id = waiting_entries.client_id or waiting_entries.client_id is null and refused.phone = waiting_entries.phone))`,
        sql`not exists (
          select from waiting_services wanted join services on services.location_id = wanted.location_id and services.id = wanted.service_id
          where wanted.location_id = waiting_entries.location_id and wanted.entry_id = waiting_entries.id and services.needs_membership)`,
      ),
    )
    .orderBy(asc(waitingEntries.id))
    .limit(mostEntries);
};

/** @throws NotFound for an entry that is unknown or outside of the calendars */
export async function getEntry(
  db: Read,
  { id: locationId, timeZone }: Pick<Location, 'id' | 'timeZone'>,
  id: number,
  calendars: Calendars,
): Promise<EntryRow> {
  const own = and(eq(waitingEntries.locationId, locationId), eq(waitingEntries.id, id), isVisible(calendars, timeZone));
  const [row] = await selectEntries(db, today(timeZone)).where(own);
  if (!row) throw new NotFound('The entry was not found');
  return row;
}

/** A service, or a team member, that clients cannot book online: an offer could not be taken. */
export class CannotBeBooked extends Invalid {}

/** @throws Invalid for days and times that make no sense, CannotBeBooked */
async function checkWish(db: Read, location: Location, wish: Wish): Promise<void> {
  const errors: FieldErrors = {};
  const now = today(location.timeZone);
  if (wish.dateTo < wish.dateFrom) errors.dateTo = ['must not be before {dateFrom}'];
  else if (daysBetween(wish.dateFrom, wish.dateTo) >= mostDays) errors.dateTo = [`must be within ${mostDays} days`];
  else if (wish.dateTo < now) errors.dateTo = ['must not be in the past'];
  if (wish.timeTo < wish.timeFrom) errors.timeTo = ['must not be before {timeFrom}'];
  if (wish.serviceIds.length === 0) errors.serviceIds = ['must have a service'];
  if (Object.keys(errors).length) throw new Invalid(errors);
  const catalog = await loadCatalog(db, location.id, { serviceIds: wish.serviceIds });
  const gone = wish.serviceIds.find((id) => !catalog.services.has(id));
  if (gone !== undefined) throw new CannotBeBooked({ serviceIds: [`have ${gone}, which cannot be booked online`] });
  const { memberId } = wish;
  if (memberId !== null) {
    const [member] = await db
      .select({ id: teamMembers.id })
      .from(teamMembers)
      .where(and(eq(teamMembers.locationId, location.id), eq(teamMembers.id, memberId), isNull(teamMembers.deletedAt)));
    if (!member) throw new Invalid({ teamMemberId: ['must be a team member of this location'] });
  }
  const composite = wish.serviceIds.find((id) => catalog.services.get(id)?.partIds.length);
  if (composite !== undefined) throw new CannotBeBooked({ serviceIds: [`have ${composite}, a composite service`] });
  const [bound] = await db
    .select({ id: services.id })
    .from(services)
    .where(
      and(eq(services.locationId, location.id), inArray(services.id, [...wish.serviceIds]), eq(services.needsMembership, true)),
    )
    .limit(1);
  // An offer would hold the time for a client who may have no membership.
  if (bound) throw new CannotBeBooked({ serviceIds: [`have ${bound.id}, which needs a membership`] });
  if (!isComplete(teamOfOne(catalog, wish.serviceIds, memberId ?? undefined))) {
    throw new CannotBeBooked({
      [memberId === null ? 'serviceIds' : 'teamMemberId']: ['cannot be booked online with these services'],
    });
  }
}

/** The columns of a person: the card if the location has one with this phone number. @throws Invalid */
async function personOf(write: Write, location: Location, who: Waiting) {
  const isThis = 'clientId' in who ? eq(clients.id, who.clientId) : eq(clients.phone, who.phone);
  // The card cannot be deleted before the entry refers to it.
  const [client] = await write.lock(
    'client',
    write
      .select({ id: clients.id, phone: clients.phone })
      .from(clients)
      .where(and(eq(clients.locationId, location.id), isThis)),
    'key share',
  );
  if (client) {
    if (client.phone === null) throw new Invalid({ clientId: ['must be a client with a phone number'] });
    return { clientId: client.id, name: '', phone: null, email: '', number: client.phone };
  }
  if ('clientId' in who) throw new Invalid({ clientId: ['must be a client of this location'] });
  return { clientId: null, ...who, number: who.phone };
}

/** A person as the desk describes them. @throws Invalid for a phone number that is none, or a missing name */
export function personGiven(location: Location, given: { name: string; phone: string; email: string }): Waiting {
  const phone = normalizePhone(given.phone, location.countryCode);
  const name = given.name.trim();
  const errors: FieldErrors = {};
  if (!phone) errors.phone = ['must be a phone number'];
  if (name === '') errors.name = ['must not be empty'];
  if (Object.keys(errors).length) throw new Invalid(errors);
  return { name, phone: phone as string, email: given.email.trim() };
}

const valuesOf = ({ memberId, dateFrom, dateTo, timeFrom, timeTo, comment }: Wish) => ({
  teamMemberId: memberId,
  dateFrom,
  dateTo,
  timeFrom,
  timeTo,
  comment,
});

const writeServices = (write: Write, locationId: number, entryId: number, serviceIds: readonly number[]) =>
  write
    .insert(waitingServices)
    .values([...new Set(serviceIds)].map((serviceId, position) => ({ locationId, entryId, position, serviceId })));

/** A look at the waiting list of a location is due. */
export const markLocation = async (write: Write, locationId: number): Promise<void> => {
  await write.insert(waitingMarks).values({ locationId });
};

/** A time may have become free in a location. Locations where nobody waits pay one look into an index. */
export const markIfAwaited = async (write: Write, locationId: number): Promise<void> => {
  await write.execute(sql`
    insert into waiting_marks (location_id)
    select ${locationId}::int where exists (select from waiting_entries where location_id = ${locationId} and ended_at is null)`);
};

/**
 * Adds a client to the waiting list. A look follows at once: a time may be free already.
 * @throws Invalid naming the field, CannotBeBooked, Conflict when the list or the client has too many entries
 */
export async function addEntry(
  write: Write,
  location: Location,
  who: Waiting,
  wish: Wish,
  isOnline: boolean,
): Promise<{ id: number; createdAt: Date }> {
  await checkWish(write, location, wish);
  // Entries are added one after the other, so that their number has a limit.
  await lockLocation(write, location.id);
  const { number, ...person } = await personOf(write, location, who);
  const areOpen = and(eq(waitingEntries.locationId, location.id), isNull(waitingEntries.endedAt));
  if ((await write.$count(waitingEntries, areOpen)) >= mostEntries) throw new Conflict('The waiting list is full.');
  const isSame = person.clientId === null ? eq(waitingEntries.phone, number) : eq(waitingEntries.clientId, person.clientId);
  if ((await write.$count(waitingEntries, and(areOpen, isSame))) >= mostOfPhone) {
    throw new Conflict(`A client can wait for at most ${mostOfPhone} times.`);
  }
  const [row] = await write
    .insert(waitingEntries)
    // To the millisecond, as links have it.
    .values({ locationId: location.id, ...person, ...valuesOf(wish), isOnline, createdAt: new Date() })
    .returning({ id: waitingEntries.id, createdAt: waitingEntries.createdAt });
  const entry = row as NonNullable<typeof row>;
  await writeServices(write, location.id, entry.id, wish.serviceIds);
  await markLocation(write, location.id);
  return entry;
}

const lockedColumns = {
  id: waitingEntries.id,
  status: waitingEntries.status,
  missed: waitingEntries.missed,
  createdAt: waitingEntries.createdAt,
  dateTo: waitingEntries.dateTo,
};

/** Locks entries until the commit, by id. Everything that changes an entry or its offers does this first. */
export const lockEntries = (write: Write, locationId: number, ids: readonly number[]) =>
  write.lock(
    'waiting entry',
    write
      .select(lockedColumns)
      .from(waitingEntries)
      .where(and(eq(waitingEntries.locationId, locationId), inArray(waitingEntries.id, [...ids])))
      .orderBy(asc(waitingEntries.id)),
  );

/** The keys of the messages about an offer. */
export const messageKeys = (offerId: number): string[] => [`offer ${offerId} sms`, `offer ${offerId} email`];

/**
 * Ends the open offer of a locked entry, if it has one: its time is free again, and the message is not sent if it was not yet.
 * @returns the offer that ended
 */
export async function endOffer(
  write: Write,
  locationId: number,
  entryId: number,
  state: Exclude<OfferState, 'open' | 'taken'>,
): Promise<number | undefined> {
  const [ended] = await write
    .update(waitingOffers)
    .set({ state })
    .where(and(eq(waitingOffers.locationId, locationId), eq(waitingOffers.entryId, entryId), eq(waitingOffers.state, 'open')))
    .returning({ id: waitingOffers.id });
  if (!ended) return undefined;
  await releaseHolds(write, locationId, [ended.id]);
  await skipQueued(write, locationId, messageKeys(ended.id), 'The offer has ended');
  return ended.id;
}

/** Sets the status of a locked entry. */
export async function setStatus(
  write: Write,
  locationId: number,
  id: number,
  status: EntryStatus,
  more: { missed?: number } = {},
): Promise<void> {
  const now = new Date();
  await write
    .update(waitingEntries)
    .set({ status, ...more, changedAt: now, endedAt: isOpen(status) ? null : now })
    .where(and(eq(waitingEntries.locationId, locationId), eq(waitingEntries.id, id)));
}

const over = () => new Conflict('The entry has ended: nothing is waited for any more.');

/** The ids of the services that an entry waits for, in order. */
const servicesOf = async (db: Read, locationId: number, entryId: number): Promise<number[]> =>
  (
    await db
      .select({ id: waitingServices.serviceId })
      .from(waitingServices)
      .where(and(eq(waitingServices.locationId, locationId), eq(waitingServices.entryId, entryId)))
      .orderBy(asc(waitingServices.position))
  ).map(({ id }) => id);

/**
 * Changes what a client waits for. The entry keeps its place, and an open offer is withdrawn if it may not fit any more.
 * @throws NotFound, Conflict for an entry that has ended, Invalid naming the field, CannotBeBooked
 */
export async function changeEntry(
  write: Write,
  location: Location,
  id: number,
  changes: { [Name in keyof Wish]?: Wish[Name] | undefined },
  calendars: Calendars,
): Promise<void> {
  await getEntry(write, location, id, calendars);
  const [locked] = await lockEntries(write, location.id, [id]);
  const row = locked && (await getEntry(write, location, id, calendars));
  if (!row) throw new NotFound('The entry was not found');
  if (!isOpen(row.status)) throw over();
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<Wish>;
  const { dateFrom, dateTo, timeFrom, timeTo, comment } = row;
  const before = await servicesOf(write, location.id, id);
  const wish: Wish = { dateFrom, dateTo, timeFrom, timeTo, comment, memberId: row.teamMemberId, serviceIds: before, ...given };
  const { comment: _, ...aboutTime } = given;
  if (Object.keys(aboutTime).length) {
    await checkWish(write, location, wish);
    await endOffer(write, location.id, id, 'withdrawn');
    await write.delete(waitingServices).where(and(eq(waitingServices.locationId, location.id), eq(waitingServices.entryId, id)));
    await writeServices(write, location.id, id, wish.serviceIds);
    await setStatus(write, location.id, id, 'waiting');
    await markLocation(write, location.id);
  }
  await write
    .update(waitingEntries)
    .set({ ...valuesOf(wish), changedAt: new Date() })
    .where(and(eq(waitingEntries.locationId, location.id), eq(waitingEntries.id, id)));
}

/**
 * Ends an entry: the client waits no more, and a time that was offered is free for the next one.
 * @throws NotFound, Conflict for an entry that has ended already
 */
export async function closeEntry(write: Write, location: Location, id: number, calendars: Calendars): Promise<void> {
  await getEntry(write, location, id, calendars);
  const [entry] = await lockEntries(write, location.id, [id]);
  if (!entry) throw new NotFound('The entry was not found');
  if (!isOpen(entry.status)) throw over();
  if ((await endOffer(write, location.id, id, 'withdrawn')) !== undefined) await markLocation(write, location.id);
  await setStatus(write, location.id, id, 'cancelled');
}

/** Ends all entries of a location that is deleted, and forgets that a look was due. */
export async function endWaiting(write: Write, locationId: number): Promise<void> {
  await write.delete(waitingMarks).where(eq(waitingMarks.locationId, locationId));
  const areOpen = and(eq(waitingEntries.locationId, locationId), isNull(waitingEntries.endedAt));
  const open = await write.select({ id: waitingEntries.id }).from(waitingEntries).where(areOpen);
  for (const { id, status } of await lockEntries(
    write,
    locationId,
    open.map((row) => row.id),
  )) {
    if (!isOpen(status)) continue;
    await endOffer(write, locationId, id, 'withdrawn');
    await setStatus(write, locationId, id, 'cancelled');
  }
}

/** Frees what was held for clients who are deleted: their entries are gone with them. */
export const dropOrphans = async (write: Write, locationId: number): Promise<void> => {
  await write.execute(sql`
    delete from occupations where location_id = ${locationId} and id in (
      select id from occupations where location_id = ${locationId} and held_until is not null and source = 'offer' and not exists (
        select from waiting_offers where waiting_offers.location_id = ${locationId} and waiting_offers.id = occupations.source_id)
      for update skip locked)`);
};

/** Removes entries that ended long ago. */
export const sweepEntries = (transact: Parameters<typeof deleteInSteps>[0]): Promise<void> =>
  deleteInSteps(transact, waitingEntries, sql`${waitingEntries.endedAt} < now() - make_interval(days => ${keptDays})`);
