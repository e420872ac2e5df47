import { Forbidden } from '../../api/errors.ts';
import { isZero } from '../../platform/exact.ts';
import type { Money } from '../../platform/money.ts';
import { isSince } from '../access/limits.ts';
import { areOfMember, type Calendars, type InCalendar, isInCalendars } from '../team/calendars.ts';
import type { Attendance } from './tables.ts';

/** Which prices the caller may set; others follow from the price list. */
export interface PriceRights {
  costs: boolean;
  discounts: boolean;
}

/** The calendars that the caller may write appointments and events to. */
export interface PlaceRights {
  calendars: Calendars;
  /** May book a time that is taken, or outside of working hours. */
  force: boolean;
}

/** Rights of the caller besides writing appointments. */
export interface BookingRights extends PriceRights, PlaceRights {
  addClients: boolean;
  /** The caller may name only clients of this team member by id; 0 for all clients. */
  clientsOf: number;
}

/** How far back appointments may be changed and deleted. */
interface DayRights {
  /** Appointments with an earlier start cannot be changed. Undefined for no such limit. */
  changeableSince: Date | undefined;
}

/** The caller's rights to change appointments, and the events and series that determine their time and service. */
export interface ChangeRights extends BookingRights, DayRights {
  timeAndMember: boolean;
  duration: boolean;
  comment: boolean;
  services: boolean;
  /** May change appointments of clients who arrived. */
  arrived: boolean;
}

/** The caller's rights to delete appointments, and the events that contain them. */
export interface DeleteRights extends DayRights {
  /** Only objects in these calendars are found. */
  calendars: Calendars;
  /** Any at all. */
  appointments: boolean;
  /** May delete appointments of clients who arrived. */
  arrived: boolean;
  /** May delete appointments for which something was paid. */
  withPayments: boolean;
}

/** Rights for changes that add, change and delete many appointments at once, such as a change of a series. */
export interface SeriesRights {
  create: boolean;
  calendars: Calendars;
  clientsOf: number;
  change: ChangeRights;
  delete: DeleteRights;
}

/** The parts of appointments, or of their event, that a change affects. */
export interface AppointmentChange {
  timeOrMember?: boolean;
  duration?: boolean;
  comment?: boolean;
  services?: boolean;
}

/** Appointments, or events, which have no attendance. */
type Guarded = readonly { startsAt: Date; attendance?: Attendance; paid?: Money }[];

const someArrived = (appointments: Guarded) => appointments.some(({ attendance }) => attendance === 1);

function refuseEarly(appointments: Guarded, { changeableSince }: DayRights): void {
  const areLate = appointments.every(({ startsAt }) => isSince(startsAt, changeableSince));
  refuseUnless(areLate, 'You may not change appointments of so long ago.');
}

function refuseUnless(isAllowed: boolean, message?: string): void {
  if (!isAllowed) throw new Forbidden(message);
}

/**
 * Refuses a change if the caller lacks a right for it. All changes of appointments call it: single ones, places in events, events, series
 * and visits.
 * @param appointments the changed rows, as stored and as they will be: clients who arrived and old dates need extra rights
 * @throws Forbidden naming the part that may not be changed
 */
export function refuseChange(appointments: Guarded, change: AppointmentChange, rights: ChangeRights): void {
  refuseEarly(appointments, rights);
  refuseUnless(
    rights.timeAndMember || !change.timeOrMember,
    'You may not change the time and the team member of an appointment.',
  );
  refuseUnless(rights.duration || !change.duration, 'You may not change how long an appointment takes.');
  refuseUnless(rights.arrived || !someArrived(appointments), 'You may not change appointments of clients who arrived.');
  refuseUnless(rights.comment || !change.comment, 'You may not change the comment of an appointment.');
  refuseUnless(rights.services || !change.services, 'You may not change the services of an appointment.');
}

/**
 * Refuses to delete appointments, or events with them, without the right to.
 * @param appointments the ones that go, as they are stored
 * @throws Forbidden
 */
export function refuseDeletion(appointments: Guarded, rights: DeleteRights): void {
  refuseUnless(rights.appointments);
  refuseEarly(appointments, rights);
  refuseUnless(rights.arrived || !someArrived(appointments), 'You may not delete appointments of clients who arrived.');
  const isPaid = appointments.some(({ paid }) => paid !== undefined && !isZero(paid));
  refuseUnless(rights.withPayments || !isPaid, 'You may not delete appointments for which something was paid.');
}

/** Refuses to add appointments or events on the way of a change without the right to. @throws Forbidden */
export const refuseCreation = (rights: Pick<SeriesRights, 'create'>): void => refuseUnless(rights.create);

/** Refuses to put an appointment, or an event, into a calendar that is not the caller's to work with. @throws Forbidden */
export const refusePlace = (place: InCalendar, { calendars }: { calendars: Calendars }): void =>
  refuseUnless(isInCalendars(place, calendars), foreign);

/** Refuses to plan for a team member whose calendar the caller may not write to. @throws Forbidden */
export const refuseMember = (teamMemberId: number, { calendars }: { calendars: Calendars }): void =>
  refuseUnless(areOfMember(calendars, teamMemberId), foreign);

const foreign = 'You may not write to this calendar.';

/** Whether a request changes the services, their order or their number. A missing amount means no change. */
export const changesServices = (
  stored: readonly { serviceId: number; amount: number }[],
  wanted: readonly { id: number; amount?: number | undefined }[],
): boolean =>
  stored.map(({ serviceId }) => serviceId).join() !== wanted.map(({ id }) => id).join() ||
  stored.some(({ amount }, at) => (wanted[at]?.amount ?? amount) !== amount);
