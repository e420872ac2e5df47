import { and, asc, eq, type InferSelectModel, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { zonedDateTime } from '../../platform/clock.ts';
import { occurrencesAfter, type Recurrence, type Weekday } from '../../platform/recurrence.ts';
import type { Origin } from '../appointments/fields.ts';
import type { PlaceRights } from '../appointments/rights.ts';
import { createEventAppointments } from '../appointments/seats.ts';
import { appointments } from '../appointments/tables.ts';
import { TimeTaken } from '../schedule/occupation.ts';
import { createPossibleEvents, type EventFields, getEvent } from './event.ts';
import { duplicationStrategies, type RepeatMode } from './tables.ts';

export type StrategyRow = InferSelectModel<typeof duplicationStrategies>;

/** How an event repeats. */
export interface Repetition {
  repeatMode: RepeatMode;
  /** 0 Sunday to 6 Saturday; of weekly ones, the weekday of the event by default */
  weekdays: number[];
  /** Units that are left out between two. */
  gap: number;
  copiesAppointments: boolean;
}

const weekdays: readonly Weekday[] = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** A repetition in the terms of RFC 5545. */
export function recurrenceOf({ repeatMode, weekdays: days, gap }: Repetition): Recurrence {
  const interval = gap + 1;
  switch (repeatMode) {
    case 1:
      return { frequency: 'DAILY', interval };
    case 2:
      return { frequency: 'WEEKLY', interval: 1, weekdays: ['MO', 'TU', 'WE', 'TH', 'FR'] };
    case 3:
      return { frequency: 'WEEKLY', interval: 1, weekdays: ['MO', 'WE', 'FR'] };
    case 4:
      return { frequency: 'WEEKLY', interval: 1, weekdays: ['TU', 'TH'] };
    case 5:
      return {
        frequency: 'WEEKLY',
        interval,
        ...(days.length ? { weekdays: days.map((day) => weekdays[day] as Weekday) } : {}),
      };
    case 6:
      return { frequency: 'MONTHLY', interval };
    case 7:
      return { frequency: 'YEARLY', interval };
  }
}

/** The strategies of a location, oldest first. */
export const listStrategies = (db: Read, locationId: number): Promise<StrategyRow[]> =>
  db
    .select()
    .from(duplicationStrategies)
    .where(eq(duplicationStrategies.locationId, locationId))
    .orderBy(asc(duplicationStrategies.id));

export async function createStrategy(
  write: Write,
  locationId: number,
  fields: Repetition & { title: string },
): Promise<StrategyRow> {
  const [row] = await write
    .insert(duplicationStrategies)
    .values({ ...fields, locationId })
    .returning();
  return row as StrategyRow;
}

/** An undefined field stays unchanged. @throws NotFound */
export async function updateStrategy(
  write: Write,
  locationId: number,
  id: number,
  fields: Partial<Repetition & { title: string }>,
): Promise<StrategyRow> {
  const [row] = await write
    .update(duplicationStrategies)
    .set(fields)
    .where(and(eq(duplicationStrategies.locationId, locationId), eq(duplicationStrategies.id, id)))
    .returning();
  if (!row) throw new NotFound(`Strategy ${id} was not found`);
  return row;
}

/** @throws NotFound */
export async function getStrategy(db: Read, locationId: number, id: number): Promise<StrategyRow> {
  const row = (await listStrategies(db, locationId)).find((each) => each.id === id);
  if (!row) throw new NotFound(`Strategy ${id} was not found`);
  return row;
}

/** The times of the copies: given ones, or those of a repetition. */
export type DuplicationTimes =
  | { dates: Date[]; copiesAppointments: boolean }
  | { repetition: Repetition; last?: string | undefined; count?: number | undefined };

/** No request copies an event more often. */
const most = 366;

/**
 * Copies an event to other times, all or none.
 * @param times of a repetition without an end the next one counts
 * @returns the ids of the copies
 * @throws NotFound, Invalid without times, TimeTaken naming the time unless the caller forces it, Forbidden as createEvents
 */
export async function duplicateEvent(
  write: Write,
  location: Location,
  id: number,
  times: DuplicationTimes,
  origin: Origin,
  rights: PlaceRights,
): Promise<number[]> {
  const original = await getEvent(write, location.id, id, rights.calendars);
  if (original.deletedAt) throw new NotFound(`Event ${id} was not found`);
  const dates =
    'dates' in times
      ? times.dates
      : occurrencesAfter(original.startsAt, location.timeZone, recurrenceOf(times.repetition), {
          last: times.last,
          count: times.count ?? (times.last === undefined ? 1 : most + 1),
        });
  if (dates.length === 0) throw new Invalid({ dates: ['must name at least one time'] });
  if (dates.length > most) throw new Invalid({ dates: [`must be at most ${most}`] });
  const copies = dates.map(
    (startsAt): EventFields => ({
      teamMemberId: original.teamMemberId,
      serviceId: original.serviceId,
      startsAt,
      duration: original.duration,
      technicalBreak: original.technicalBreak,
      capacity: original.capacity,
      comment: original.comment,
      color: original.color,
      instructions: original.instructions,
      streamLink: original.streamLink,
      resourceInstanceIds: original.instances.map((instance) => instance.id),
      tagIds: original.labels.map((label) => label.id),
    }),
  );
  const fail = (error: TimeTaken, index: number) => {
    const at = zonedDateTime(copies[index]?.startsAt ?? original.startsAt, location.timeZone);
    throw new TimeTaken(error.obstacle, error.errors ?? {}, `${error.message}: ${at}`);
  };
  const eventIds = (await createPossibleEvents(write, location, copies, rights, fail)) as number[];
  const copiesAppointments = 'dates' in times ? times.copiesAppointments : times.repetition.copiesAppointments;
  if (copiesAppointments) {
    const booked = await write
      .select()
      .from(appointments)
      .where(and(eq(appointments.locationId, location.id), eq(appointments.eventId, id), isNull(appointments.deletedAt)))
      .orderBy(asc(appointments.id));
    const booking = { ...rights, addClients: false, clientsOf: 0 };
    const seats = eventIds.flatMap((eventId) =>
      booked.map(({ clientId, guestName, guestEmail, seats: count }) => ({
        eventId,
        client: clientId === null ? { name: guestName, email: guestEmail } : { id: clientId },
        seats: count,
      })),
    );
    await createEventAppointments(write, location, seats, origin, booking);
  }
  return eventIds;
}
