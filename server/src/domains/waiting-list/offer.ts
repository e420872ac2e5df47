import { and, asc, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Conflict, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { today } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { readablePhone } from '../../platform/phone.ts';
import type { Booked } from '../appointments/create.ts';
import type { Origin } from '../appointments/fields.ts';
import { clients } from '../clients/tables.ts';
import { compose, type NewMessage, queueMessages, type Sender, timeValues } from '../messaging/notice.ts';
import { channelsOf } from '../notifications/settings.ts';
import { bookOnline } from '../online-booking/booking.ts';
import { grantTime, lockCalendars, occupy, releaseHolds } from '../schedule/occupation.ts';
import type { Runs } from '../slots/chain.ts';
import { isBookable } from '../slots/engine.ts';
import { loadRules, loadRuns, type Team, type WorkOffer } from '../slots/load.ts';
import { allCalendars } from '../team/calendars.ts';
import { teamMembers } from '../team/tables.ts';
import { closeEntry, type EntryRow, endOffer, getEntry, lockEntries, markLocation, messageKeys, setStatus } from './entry.ts';
import { type LinkedThing, offerLink } from './link.ts';
import { getWaitingSettings, type WaitingSettings } from './settings.ts';
import { type OfferState, waitingEntries, waitingOffers } from './tables.ts';

/** A free time for an entry. */
export interface Found {
  entry: EntryRow;
  team: Team;
  memberId: number;
  /** unix seconds */
  start: number;
  date: string;
}

/** Nobody can be told of an offer, so it is not made. */
class Untold extends Error {}

/** The messages about an offer. One that cannot be sent says why. */
function messagesOf(
  location: Location,
  sender: Sender,
  { entry, start }: Found,
  offer: { id: number; member: string; position: string; createdAt: Date; expiresAt: Date },
): NewMessage[] {
  const { settings } = sender;
  const on = channelsOf(settings, 'waiting_offer_client');
  const values = {
    ...sender.company,
    ...timeValues(new Date(start * 1000), settings.language, location.timeZone),
    CLIENT_NAME: `${entry.name} ${entry.surname}`.trim(),
    CLIENT_PHONE: entry.phone === null ? '' : readablePhone(entry.phone),
    SERVICE_TITLE: entry.services.map(({ title }) => title).join(', '),
    MASTER_NAME: offer.member,
    POSITION_TITLE: offer.position,
    OFFER_UNTIL: timeValues(offer.expiresAt, settings.language, location.timeZone).TIME,
  };
  const [smsKey, emailKey] = messageKeys(offer.id) as [string, string];
  return (['sms', 'email'] as const)
    .filter((channel) => on[channel])
    .map((channel) => {
      const recipient = (channel === 'sms' ? entry.phone : entry.email.trim()) ?? '';
      const reason = recipient ? '' : `The client has no ${channel === 'sms' ? 'phone number' : 'e-mail address'}`;
      return {
        locationId: location.id,
        type: 'waiting_offer_client' as const,
        channel: channel === 'sms' ? settings.phoneChannel : channel,
        recipient,
        ...compose(sender, 'waiting_offer_client', channel, values),
        link: offerLink({ locationId: location.id, id: offer.id, createdAt: offer.createdAt }),
        clientId: entry.clientId,
        key: channel === 'sms' ? smsKey : emailKey,
        state: reason ? ('skipped' as const) : ('queued' as const),
        reason,
        dueAt: offer.createdAt,
        createdAt: offer.createdAt,
        expiresAt: offer.expiresAt,
      };
    });
}

/**
 * Offers a free time to a client: holds it, and queues the message. Everything is decided anew under the lock of the calendars, because the
 * time was found without it.
 * @returns `busy` if somebody has booked the time meanwhile; `no` if the entry waits no more for such a time, or nobody can be told
 */
export async function makeOffer(
  write: Write,
  location: Location,
  found: Found,
  sender: Sender,
  settings: WaitingSettings,
  now: Date,
): Promise<'made' | 'busy' | 'no'> {
  const { entry, team, memberId, start, date } = found;
  const own = { ...team, runs: team.runs.map((ways) => ways.filter(({ member }) => member.id === memberId)) };
  const resourceIds = team.resourceIds;
  const instances = await lockCalendars(write, location.id, { memberIds: [memberId], resourceIds, instanceIds: [] });
  const later = new Date(now.getTime() + settings.holdMinutes * 60_000);
  const rules = await loadRules(write, location, later);
  const [free] = onlyRun(await loadRuns(write, location, own, { first: date, last: date }));
  if (!free || !isBookable(rules, free, start)) return 'busy';
  if (entry.clientId !== null) await keepClient(write, location.id, entry.clientId);
  const [locked] = await lockEntries(write, location.id, [entry.id]);
  if (locked?.status !== 'waiting') return 'no';
  const current = await getEntry(write, location, entry.id, allCalendars);
  if (!isSameWish(current, entry)) return 'no';
  const span = { start: new Date(start * 1000), end: new Date((start + free.work.length) * 1000) };
  const [member] = await write
    .select({ name: teamMembers.name, position: teamMembers.specialization })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, location.id), eq(teamMembers.id, memberId)));
  const granted = await grantTime(
    write,
    location,
    { ...span, teamMemberId: memberId, resourceIds, instanceIds: [], force: false },
    instances,
  );
  try {
    await write.savepoint(async (step) => {
      const [offer] = await step
        .insert(waitingOffers)
        .values({
          locationId: location.id,
          entryId: entry.id,
          teamMemberId: memberId,
          startsAt: span.start,
          duration: free.work.length,
          createdAt: now,
          expiresAt: later,
        })
        .returning({ id: waitingOffers.id });
      const { id } = offer as { id: number };
      await occupy(step, location.id, 'offer', [{ sourceId: id, ...span, granted }], later);
      await setStatus(step, location.id, entry.id, 'offered');
      const about = { id, member: member?.name ?? '', position: member?.position ?? '', createdAt: now, expiresAt: later };
      const rows = messagesOf(location, sender, { ...found, entry: current }, about);
      if ((await queueMessages(step, location.id, rows)) === 0) throw new Untold();
    });
  } catch (error) {
    if (!(error instanceof Untold)) throw error;
    await tellWhy(write, location, sender, { ...found, entry: current }, now);
    return 'no';
  }
  return 'made';
}

/** Keeps the card of a client until the commit. The message refers to it. */
const keepClient = async (write: Write, locationId: number, id: number): Promise<void> => {
  await write.lock(
    'client',
    write
      .select({ id: clients.id })
      .from(clients)
      .where(and(eq(clients.locationId, locationId), eq(clients.id, id))),
    'key share',
  );
};

/** Whether an entry still waits for what it waited for when a time was found for it. */
const isSameWish = (one: EntryRow, other: EntryRow): boolean => {
  const wish = ({ teamMemberId, services, dateFrom, dateTo, timeFrom, timeTo }: EntryRow) =>
    JSON.stringify([teamMemberId, services.map(({ id }) => id), dateFrom, dateTo, timeFrom, timeTo]);
  return wish(one) === wish(other);
};

/** Logs once for each time why nobody was told of it. */
async function tellWhy(write: Write, location: Location, sender: Sender, found: Found, now: Date): Promise<void> {
  const rows = messagesOf(location, sender, found, { id: 0, member: '', position: '', createdAt: now, expiresAt: now });
  await queueMessages(
    write,
    location.id,
    rows.map((row) => ({
      ...row,
      link: null,
      key: `no offer ${row.channel} ${found.entry.id} ${found.start}`,
      state: 'skipped' as const,
      reason: row.reason || 'The balance of messages is too small',
    })),
  );
}

/** An offer with its entry. */
export interface OfferRow {
  id: number;
  entryId: number;
  teamMemberId: number;
  member: string;
  startsAt: Date;
  duration: number;
  state: OfferState;
  createdAt: Date;
  expiresAt: Date;
}

/** The offer of a link; one whose end has come is expired, before a job says so. @throws NotFound */
export async function getOffer(db: Read, { locationId, id, createdAt }: Omit<LinkedThing, 'kind'>): Promise<OfferRow> {
  const [row] = await db
    .select({
      id: waitingOffers.id,
      entryId: waitingOffers.entryId,
      teamMemberId: waitingOffers.teamMemberId,
      member: teamMembers.name,
      startsAt: waitingOffers.startsAt,
      duration: waitingOffers.duration,
      state: sql<OfferState>`case when ${waitingOffers.state} = 'open' and ${waitingOffers.expiresAt} <= now() then 'expired' else ${waitingOffers.state} end`,
      createdAt: waitingOffers.createdAt,
      expiresAt: waitingOffers.expiresAt,
    })
    .from(waitingOffers)
    .innerJoin(
      teamMembers,
      and(eq(teamMembers.locationId, waitingOffers.locationId), eq(teamMembers.id, waitingOffers.teamMemberId)),
    )
    .where(and(eq(waitingOffers.locationId, locationId), eq(waitingOffers.id, id), eq(waitingOffers.createdAt, createdAt)));
  if (!row) throw new NotFound('The link is not known.');
  return row;
}

/** What has become of an offer that cannot be answered any more. */
const ends: Record<Exclude<OfferState, 'open'>, string> = {
  taken: 'The time was taken already: it is yours.',
  declined: 'The offer was declined already.',
  expired: 'It is too late: the time is not held for you any more.',
  withdrawn: 'The offer was withdrawn.',
};

/** @throws Conflict that says what has become of the offer */
function expectOpen({ state }: OfferRow): void {
  if (state !== 'open') throw new Conflict(ends[state]);
}

/**
 * Takes an offer: an online booking like any other, with the rules of the location, in one transaction with the end of the entry. Of two
 * requests at once, the second waits for the calendar and then sees that the first has taken it.
 * @throws NotFound, Conflict for an offer that is not open, BookingRefused when the rules do not allow it any more
 */
export async function takeOffer(
  write: Write,
  location: Location,
  thing: Omit<LinkedThing, 'kind'>,
  origin: Origin,
  prepays: boolean | undefined,
  now: Date,
): Promise<Booked> {
  const seen = await getOffer(write, thing);
  expectOpen(seen);
  const resourceIds = await resourcesOfOffer(write, location.id, seen);
  await lockCalendars(write, location.id, { memberIds: [seen.teamMemberId], resourceIds, instanceIds: [] });
  const offer = await getOffer(write, thing);
  expectOpen(offer);
  const entry = await getEntry(write, location, offer.entryId, allCalendars);
  await releaseHolds(write, location.id, [offer.id]);
  const booked = await bookOnline(
    write,
    location,
    [
      {
        id: 1,
        serviceIds: entry.services.map(({ id }) => id),
        memberId: offer.teamMemberId,
        start: offer.startsAt,
        isMemberChosen: entry.teamMemberId !== null,
      },
    ],
    { phone: entry.phone ?? '', name: entry.name, email: entry.email || undefined },
    { comment: entry.comment || undefined },
    origin,
    now,
    prepays,
  );
  const appointment = booked[0] as Booked;
  // What follows the booking takes the offer, under the lock of the entry: `followBookings`.
  await write.react(true);
  const isTaken = and(
    eq(waitingOffers.locationId, location.id),
    eq(waitingOffers.id, offer.id),
    eq(waitingOffers.appointmentId, appointment.id),
  );
  // The desk or the client may have ended the entry, or the job the offer, since it was read.
  if ((await write.$count(waitingOffers, isTaken)) === 0) throw new Conflict(ends.withdrawn);
  return appointment;
}

/** The resources whose instances an offer holds. */
const resourcesOfOffer = async (db: Read, locationId: number, { id }: OfferRow): Promise<number[]> => {
  const rows = await rowsOf<{ id: number }>(
    db,
    sql`
    select distinct resource_instances.resource_id as id from occupations
    join resource_instances on resource_instances.location_id = occupations.location_id and resource_instances.id = occupations.resource_instance_id
    where occupations.location_id = ${locationId} and occupations.source = 'offer' and occupations.source_id = ${id}`,
  );
  return rows.map((row) => row.id);
};

/**
 * Declines an offer: the time is free for the next one, and the client goes on waiting for another time. Or the client leaves the list, for which
 * it is never too late: the message may be read when the offer has ended.
 * @throws NotFound, Conflict for an offer that is not open, or an entry that has ended
 */
export async function declineOffer(
  write: Write,
  location: Location,
  thing: Omit<LinkedThing, 'kind'>,
  leaves: boolean,
): Promise<void> {
  const { entryId } = await getOffer(write, thing);
  if (leaves) return closeEntry(write, location, entryId, allCalendars);
  await lockEntries(write, location.id, [entryId]);
  expectOpen(await getOffer(write, thing));
  await endOffer(write, location.id, entryId, 'declined');
  await setStatus(write, location.id, entryId, 'waiting');
  await markLocation(write, location.id);
}

/**
 * Ends what time has ended in a location: offers without an answer, and entries whose last day is over.
 * @returns the number of entries that changed
 */
export async function settleEnds(write: Write, location: Location, limit = 100): Promise<number> {
  const date = today(location.timeZone);
  const { mostOffers } = await getWaitingSettings(write, location.id);
  const overdue = await write
    .select({ id: waitingEntries.id })
    .from(waitingEntries)
    .leftJoin(
      waitingOffers,
      and(
        eq(waitingOffers.locationId, waitingEntries.locationId),
        eq(waitingOffers.entryId, waitingEntries.id),
        eq(waitingOffers.state, 'open'),
      ),
    )
    .where(
      and(
        eq(waitingEntries.locationId, location.id),
        isNull(waitingEntries.endedAt),
        sql`(${and(isNotNull(waitingOffers.id), lte(waitingOffers.expiresAt, sql`now()`))} or (${waitingOffers.id} is null and ${waitingEntries.dateTo} < ${date}::date))`,
      ),
    )
    .orderBy(asc(waitingEntries.id))
    .limit(limit);
  if (overdue.length === 0) return 0;
  const ids = overdue.map(({ id }) => id);
  for (const { id } of await lockEntries(write, location.id, ids)) {
    const entry = await getEntry(write, location, id, allCalendars);
    // It was answered meanwhile.
    if (entry.endedAt !== null || entry.offer !== null) continue;
    const hasMissed = (await endOffer(write, location.id, id, 'expired')) !== undefined;
    const missed = entry.missed + Number(hasMissed);
    const status = entry.dateTo < date ? 'expired' : missed >= mostOffers && hasMissed ? 'passed' : 'waiting';
    await setStatus(write, location.id, id, status, { missed });
  }
  return ids.length;
}

/**
 * Frees the time of offers that have ended, where another transaction was about to free it when they did.
 * @returns whether some is left, because a transaction still has it
 */
export async function releaseEnded(write: Write, locationId: number): Promise<boolean> {
  const left = () =>
    rowsOf<{ id: number }>(
      write,
      sql`
      select distinct source_id as id from occupations where location_id = ${locationId} and held_until is not null and not exists (
        select from waiting_offers where location_id = ${locationId} and id = occupations.source_id and state = 'open')`,
    );
  const ended = await left();
  if (ended.length === 0) return false;
  await releaseHolds(
    write,
    locationId,
    ended.map(({ id }) => id),
  );
  return (await left()).length > 0;
}

/** What each member offers for the whole visit: a team of `teamOfOne` has one part. */
export const onlyRun = (runs: Runs<WorkOffer>): WorkOffer[] => (runs[0] ?? []).map(({ offer }) => offer);
