import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { addDays, type DayClock, dateIn, datesBetween, dayClock } from '../../platform/clock.ts';
import { isLong, pause } from '../../platform/pause.ts';
import { getPlace } from '../locations/location.ts';
import { senderOf } from '../messaging/notice.ts';
import { quietTimeAt } from '../notifications/settings.ts';
import { slotsOn } from '../slots/engine.ts';
import {
  type Calendars,
  isComplete,
  loadCalendars,
  loadCatalog,
  loadRules,
  membersOf,
  runsOf,
  type Team,
  teamOfOne,
} from '../slots/load.ts';
import { type EntryRow, listCandidates } from './entry.ts';
import { type Found, makeOffer, onlyRun, releaseEnded, settleEnds } from './offer.ts';
import { getWaitingSettings } from './settings.ts';
import { waitingMarks, waitingOffers } from './tables.ts';

declare module '../../platform/jobs.ts' {
  interface JobKinds {
    'offer free times': { locationId: number };
  }
}

/** Offers that one job makes before other locations get their turn. */
const offersAtOnce = 50;
/** Times that one look tries for a client, if others book them meanwhile. */
const mostAttempts = 3;
/** Milliseconds before a quiet time in which no offer is made, because its message could come too late. */
const beforeQuiet = 120_000;

const looks = (where: ReturnType<typeof sql>) => sql`
  insert into jobs (kind, key, payload, location_id)
  select 'offer free times', due.location_id::text, jsonb_build_object('locationId', due.location_id), due.location_id
  from (${where}) as due join locations on locations.id = due.location_id and locations.deleted_at is null order by due.location_id
  on conflict do nothing`;

/** Enqueues a look at every waiting list where something changed or an offer ended. */
export const findMarked = async (write: Write): Promise<void> => {
  await write.execute(
    looks(sql`
      select location_id from waiting_marks
      union select location_id from waiting_offers where state = 'open' and expires_at <= now()`),
  );
};

/**
 * Enqueues a look at every waiting list. Times become free without a change too: a quiet time ends, or a day comes near enough to be booked.
 */
export const findAwaited = async (write: Write): Promise<void> => {
  await write.execute(looks(sql`select distinct location_id from waiting_entries where ended_at is null`));
};

/** Days of a calendar are read once for many entries. */
class Days {
  readonly #timeZone: string;
  readonly #clocks = new Map<string, DayClock>();

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  wallOf(date: string, start: number): number {
    const known = this.#clocks.get(date) ?? dayClock(date, this.#timeZone);
    this.#clocks.set(date, known);
    return known.wallOf(start);
  }
}

/** A waiting entry with the members who can serve it, and the days it can be served on. */
interface Candidate {
  entry: EntryRow;
  team: Team;
  first: string;
  last: string;
  /** Times that were offered to the entry already, in unix seconds. */
  tried: readonly { start: number; end: number }[];
}

async function candidatesOf(db: Read, location: Location, from: Date): Promise<Candidate[]> {
  const rows = await listCandidates(db, location);
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const offered = await db
    .select({ entryId: waitingOffers.entryId, startsAt: waitingOffers.startsAt, duration: waitingOffers.duration })
    .from(waitingOffers)
    .where(
      and(
        eq(waitingOffers.locationId, location.id),
        inArray(waitingOffers.entryId, ids),
        // The client did not answer an offer that was taken back.
        ne(waitingOffers.state, 'withdrawn'),
      ),
    );
  const tried = new Map<number, { start: number; end: number }[]>();
  for (const { entryId, startsAt, duration } of offered) {
    const start = startsAt.getTime() / 1000;
    tried.set(entryId, [...(tried.get(entryId) ?? []), { start, end: start + duration }]);
  }
  const catalog = await loadCatalog(db, location.id, {
    serviceIds: rows.flatMap(({ services }) => services.map(({ id }) => id)),
  });
  const today = dateIn(from, location.timeZone);
  return rows.flatMap((entry) => {
    const serviceIds = entry.services.map(({ id }) => id);
    // A service that has become a composite one needs several appointments, and an offer is one.
    if (serviceIds.some((id) => catalog.services.get(id)?.partIds.length)) return [];
    const team = teamOfOne(catalog, serviceIds, entry.teamMemberId ?? undefined);
    const [first = today] = [entry.dateFrom, today].sort().reverse();
    if (!isComplete(team) || first > entry.dateTo) return [];
    return [{ entry, team, first, last: entry.dateTo, tried: tried.get(entry.id) ?? [] }];
  });
}

/** Days that somebody waits for, without long gaps, and the calendars of all members and resources on them. */
interface Span {
  first: string;
  last: string;
  calendars: Calendars;
}

/** Gaps of so many days are loaded too, rather than with statements of their own. */
const shortGap = 7;

/** The days of all candidates, as few stretches. */
function stretchesOf(candidates: readonly Candidate[]): { first: string; last: string }[] {
  const stretches: { first: string; last: string }[] = [];
  for (const { first, last } of candidates.toSorted((one, other) => one.first.localeCompare(other.first))) {
    const before = stretches.at(-1);
    if (!before || first > addDays(before.last, shortGap)) stretches.push({ first, last });
    else if (last > before.last) before.last = last;
  }
  return stretches;
}

/**
 * Offers the free times of a location to those who wait, first come first served: the first time that fits to the first client it fits. What
 * is found is found without locks; `makeOffer` decides under them.
 * @returns the number of offers, and whether there may be more
 */
export async function offerFreeTimes(
  { db, transact, now = () => new Date() }: { db: Read; transact: Transact; now?: () => Date },
  locationId: number,
  signal: AbortSignal,
): Promise<{ offers: number; isDone: boolean }> {
  const location = await getPlace(db, locationId);
  while ((await transact((write) => settleEnds(write, location))) > 0) if (signal.aborted) return { offers: 0, isDone: false };
  // The marks stay until everything is free.
  const isLeft = await transact((write) => releaseEnded(write, location.id));
  const marks = isLeft
    ? []
    : await db.select({ id: waitingMarks.id }).from(waitingMarks).where(eq(waitingMarks.locationId, locationId));
  const done = async (offers: number) => {
    const ids = marks.map(({ id }) => id);
    if (ids.length) {
      await transact((write) =>
        write.delete(waitingMarks).where(and(eq(waitingMarks.locationId, locationId), inArray(waitingMarks.id, ids))),
      );
    }
    return { offers, isDone: !isLeft };
  };
  const sender = await transact((write) => senderOf(write, locationId));
  const at = now();
  const isQuiet = [at, new Date(at.getTime() + beforeQuiet)].some((each) =>
    quietTimeAt(each, sender.settings, location.timeZone),
  );
  // The look that follows the quiet time finds what became free in it.
  if (isQuiet) return done(0);
  const settings = await getWaitingSettings(db, locationId);
  // An offer can be taken until its end, so its time must be bookable until then.
  const from = new Date(at.getTime() + settings.holdMinutes * 60_000);
  const rules = await loadRules(db, location, from);
  const candidates = await candidatesOf(db, location, from);
  if (candidates.length === 0) return done(0);
  const days = new Days(location.timeZone);
  const everyone = {
    memberIds: [...new Set(candidates.flatMap(({ team }) => membersOf(team)))],
    resourceIds: [...new Set(candidates.flatMap(({ team }) => team.resourceIds))],
  };
  const spans: Span[] = [];
  for (const stretch of stretchesOf(candidates)) {
    spans.push({ ...stretch, calendars: await loadCalendars(db, location, stretch, everyone) });
  }
  const spanOf = (date: string) => spans.find(({ first, last }) => first <= date && date <= last) as Span;
  let known = new Map<string, { start: number; end: number; memberId: number }[]>();
  /** Entries with the same services and members have the same times. */
  const timesOn = (team: Team, key: string, date: string) => {
    const name = `${key} ${date}`;
    const times =
      known.get(name) ??
      slotsOn(rules, onlyRun(runsOf(team, spanOf(date).calendars)), date).map(({ start, offer }) => ({
        start,
        end: start + offer.need.length,
        memberId: offer.calendar.memberId,
      }));
    known.set(name, times);
    return times;
  };
  let offers = 0;
  for (const { entry, team, first, last, tried } of candidates) {
    const key = `${entry.teamMemberId ?? ''} ${entry.services.map(({ id }) => id).join(',')}`;
    const find = async (): Promise<Found | undefined> => {
      for (const date of datesBetween(first, last)) {
        if (isLong()) await pause();
        for (const { start, end, memberId } of timesOn(team, key, date)) {
          const time = days.wallOf(date, start);
          if (time < entry.timeFrom || time > entry.timeTo) continue;
          // What a client did not take is not offered again, nor a quarter of an hour later.
          if (tried.some((each) => start < each.end && end > each.start)) continue;
          return { entry, team, memberId, start, date };
        }
      }
      return undefined;
    };
    // Whoever came first gets another time if somebody books the one that was found.
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      const found = await find();
      if (!found) break;
      if (signal.aborted || offers >= offersAtOnce) return { offers, isDone: false };
      const outcome = await transact((write) => makeOffer(write, location, found, sender, settings, now()));
      if (outcome === 'made') offers++;
      // Nothing is held, so what is known of the calendars still counts for the others.
      if (outcome === 'no') break;
      const span = spanOf(found.date);
      span.calendars = await loadCalendars(db, location, span, everyone);
      known = new Map();
      if (outcome === 'made') break;
    }
  }
  return done(offers);
}
