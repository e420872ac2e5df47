import { Forbidden } from '../../api/errors.ts';
import { isSince } from '../access/limits.ts';
import { areOfMember, type Calendars, type InCalendar, isInCalendars } from '../team/calendars.ts';
import type { Attendance } from './tables.ts';

/** Which prices the caller may set; others follow from the price list. */
export interface PriceRights {
  costs: boolean;
  discounts: boolean;
}

/** Where the caller may put appointments and events. */
export interface PlaceRights {
  calendars: Calendars;
  /** Take a time that is taken already, or nobody works in. */
  force: boolean;
}

/** What the caller may do beyond writing appointments at all. */
export interface BookingRights extends PriceRights, PlaceRights {
  addClients: boolean;
  /** The team member whose clients may be named by their ids; 0 for anybody's. */
  clientsOf: number;
}

/** How far back appointments may be changed and deleted. */
interface DayRights {
  /** What begins earlier stays as it is; undefined for no such bound. */
  changeableSince: Date | undefined;
}

/** What a caller may change of appointments, and so of the events and series that give them their time and service. */
export interface ChangeRights extends BookingRights, DayRights {
  timeAndMember: boolean;
  duration: boolean;
  comment: boolean;
  services: boolean;
  /** Appointments of clients who arrived. */
  arrived: boolean;
}

/** What a caller may delete of appointments, and of the events that have them. */
export interface DeleteRights extends DayRights {
  /** Only those that stand there are found. */
  calendars: Calendars;
  /** Any at all. */
  appointments: boolean;
  /** Those of clients who arrived. */
  arrived: boolean;
}

/** For what adds, changes and deletes many appointments at once, as a change of a series does. */
export interface SeriesRights {
  create: boolean;
  calendars: Calendars;
  clientsOf: number;
  change: ChangeRights;
  delete: DeleteRights;
}

/** What a change does to appointments, or to the event that they belong to. */
export interface AppointmentChange {
  timeOrMember?: boolean;
  duration?: boolean;
  comment?: boolean;
  services?: boolean;
}

/** Appointments, or events, which have no attendance of their own. */
type Guarded = readonly { startsAt: Date; attendance?: Attendance }[];

const someArrived = (appointments: Guarded) => appointments.some(({ attendance }) => attendance === 1);

function refuseEarly(appointments: Guarded, { changeableSince }: DayRights): void {
  const areLate = appointments.every(({ startsAt }) => isSince(startsAt, changeableSince));
  refuseUnless(areLate, 'You may not change appointments of so long ago.');
}

function refuseUnless(isAllowed: boolean, message?: string): void {
  if (!isAllowed) throw new Forbidden(message);
}

/**
 * Refuses a change that needs a right the caller does not have. Everything that changes appointments asks here: single ones, places in
 * events, events, series and visits.
 * @param appointments what changes, as it is stored and where it moves to: clients who arrived, and days long ago, need rights of their own
 * @throws Forbidden naming what may not be changed
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
}

/** Refuses to add appointments or events on the way of a change without the right to. @throws Forbidden */
export const refuseCreation = (rights: Pick<SeriesRights, 'create'>): void => refuseUnless(rights.create);

/** Refuses to put an appointment, or an event, into a calendar that is not the caller's to work with. @throws Forbidden */
export const refusePlace = (place: InCalendar, { calendars }: { calendars: Calendars }): void =>
  refuseUnless(isInCalendars(place, calendars), foreign);

/** Refuses to plan for a team member whose calendar is not the caller's to work with. @throws Forbidden */
export const refuseMember = (teamMemberId: number, { calendars }: { calendars: Calendars }): void =>
  refuseUnless(areOfMember(calendars, teamMemberId), foreign);

const foreign = 'You may not write to this calendar.';

/** Whether a request changes what is provided: the services, their order or their number. An amount that is not given stays. */
export const changesServices = (
  stored: readonly { serviceId: number; amount: number }[],
  wanted: readonly { id: number; amount?: number | undefined }[],
): boolean =>
  stored.map(({ serviceId }) => serviceId).join() !== wanted.map(({ id }) => id).join() ||
  stored.some(({ amount }, at) => (wanted[at]?.amount ?? amount) !== amount);
