import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { type FieldErrors, Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { reachablePhone } from '../../platform/phone.ts';
import { sameSecret } from '../../platform/secrets.ts';
import { users } from '../access/tables.ts';
import { type AppointmentRow, getAppointment } from '../appointments/appointment.ts';
import { type Booked, createAppointments } from '../appointments/create.ts';
import { deleteAppointment } from '../appointments/delete.ts';
import type { AppointmentDetails, Origin } from '../appointments/fields.ts';
import type { BookingRights } from '../appointments/rights.ts';
import { createEventAppointment, lockEvent } from '../appointments/seats.ts';
import { appointments } from '../appointments/tables.ts';
import { updateAppointment } from '../appointments/update.ts';
import { getBookingSettings } from '../booking-settings/settings.ts';
import { phoneOfClient } from '../clients/phone.ts';
import { clients } from '../clients/tables.ts';
import { listCustomFields } from '../custom-fields/custom-field.ts';
import type { CustomValues } from '../custom-fields/values.ts';
import { holdForPayment } from '../prepayment/prepayment.ts';
import { lockCalendars, releaseTime } from '../schedule/occupation.ts';
import { endOfPlan, type Plan, searchIn } from '../slots/chain.ts';
import {
  type BookingRules,
  type Catalog,
  isComplete,
  loadCatalog,
  loadRules,
  loadRuns,
  membersOf,
  type Team,
  teamFor,
  teamOfOne,
  type WorkOffer,
} from '../slots/load.ts';
import { allCalendars } from '../team/calendars.ts';
import { expectMemberships } from './membership-only.ts';
import { BookingRefused, type Refusal, reasons, refuse } from './refusal.ts';

/** An appointment that a client wants to book. */
export interface BookingRequest {
  /** The number it has in the request. */
  id: number;
  serviceIds: readonly number[];
  /** undefined for any team member */
  memberId: number | undefined;
  start: Date;
  /** Whether the client chose the team member; true if one is named. */
  isMemberChosen?: boolean | undefined;
  customFields?: CustomValues | undefined;
}

/** A wish that can be booked, and its appointments: one, or several for a composite service. */
interface Decision {
  wish: BookingRequest;
  plan: Plan<WorkOffer>;
  end: Date;
}

/** Clients may do only what the rules of the location allow. Prices are those of the catalog. */
const rights: BookingRights = {
  force: false,
  addClients: true,
  costs: false,
  discounts: true,
  calendars: allCalendars,
  clientsOf: 0,
};
const changeRights = {
  ...rights,
  changeableSince: undefined,
  timeAndMember: true,
  duration: true,
  comment: true,
  services: true,
  arrived: false,
};

const catalogFor = (db: Read, locationId: number, wishes: readonly BookingRequest[]): Promise<Catalog> =>
  loadCatalog(db, locationId, { serviceIds: wishes.flatMap(({ serviceIds }) => serviceIds) });

/**
 * Checks one wish. The check and the booking agree because both call this.
 * @param team the members who can serve it
 */
async function decideOn(
  db: Read,
  location: Location,
  rules: BookingRules,
  catalog: Catalog,
  wish: BookingRequest,
  team: Team,
): Promise<Plan<WorkOffer> | Refusal> {
  const { id, serviceIds, memberId, start } = wish;
  const no = (code: Refusal['code'], message: string): Refusal => ({ code, message, id });
  if (serviceIds.length === 0) return no(reasons.noServices, 'Choose at least one service.');
  const gone = serviceIds.find((each) => !catalog.services.has(each));
  if (gone !== undefined) return no(reasons.serviceGone, `Service ${gone} cannot be booked online.`);
  if (memberId !== undefined && !isComplete(team)) {
    return no(reasons.serviceGone, 'The team member does not give these services online.');
  }
  if (memberId === undefined && !rules.anyTeamMember) return no(reasons.nobodyFree, 'Choose a team member.');
  const date = dateIn(start, location.timeZone);
  const search = searchIn(rules, await loadRuns(db, location, team, { first: date, last: date }));
  const plan = start.getTime() % 1000 === 0 ? search.planAt(start.getTime() / 1000) : undefined;
  if (plan) return plan;
  return memberId === undefined
    ? no(reasons.nobodyFree, 'No team member is free at this time.')
    : no(reasons.notAvailable, 'This time is not available.');
}

/** The team for each wish. */
const teamsFor = (catalog: Catalog, wishes: readonly BookingRequest[]): Team[] =>
  wishes.map(({ serviceIds, memberId }) => teamFor(catalog, serviceIds, memberId));

/** Decides on wishes; two of one request may not overlap, a client is in one place at a time. */
async function decide(
  db: Read,
  location: Location,
  rules: BookingRules,
  catalog: Catalog,
  wishes: readonly BookingRequest[],
  teams: readonly Team[],
): Promise<{ decisions: Decision[]; refusals: Refusal[] }> {
  const decisions: Decision[] = [];
  const refusals: Refusal[] = [];
  for (const [index, wish] of wishes.entries()) {
    const decided = await decideOn(db, location, rules, catalog, wish, teams[index] as Team);
    if ('code' in decided) {
      refusals.push(decided);
      continue;
    }
    const end = new Date(endOfPlan(decided) * 1000);
    if (decisions.some((other) => wish.start < other.end && other.wish.start < end)) {
      refusals.push({ code: reasons.overlaps, message: 'Overlaps another appointment of this request.', id: wish.id });
    } else decisions.push({ wish, plan: decided, end });
  }
  return { decisions, refusals };
}

const throwAny = ([first, ...others]: readonly Refusal[]) => {
  if (first) throw new BookingRefused([first, ...others]);
};

/** Whether clients could book these wishes now. Nothing is locked. @throws BookingRefused with all reasons */
export async function checkBooking(db: Read, location: Location, wishes: readonly BookingRequest[], now: Date): Promise<void> {
  const rules = await loadRules(db, location, now);
  const catalog = await catalogFor(db, location.id, wishes);
  const { refusals } = await decide(db, location, rules, catalog, wishes, teamsFor(catalog, wishes));
  throwAny(refusals);
}

/** The person who books. */
export interface Visitor {
  /** E.164 */
  phone: string;
  name: string;
  email?: string | undefined;
}

/** Details of the visitor that apply to all appointments of a request. */
export type VisitDetails = Pick<AppointmentDetails, 'comment' | 'apiId' | 'smsReminder' | 'emailReminder'>;

/** @throws BookingRefused for an invalid phone number or a missing name */
export function visitorOf(location: Location, given: { phone: string; fullname: string; email?: string | undefined }): Visitor {
  const phone = reachablePhone(given.phone, location.countryCode);
  if (!phone) refuse(reasons.badPhone, 'The phone number is wrong.');
  const name = given.fullname.trim();
  if (name === '') refuse(reasons.noName, 'Tell us your name.');
  return { phone: phone as string, name, email: given.email?.trim() || undefined };
}

const blacklisted = 2;

/** @throws BookingRefused (403) for a client the location does not serve any more */
export async function refuseBlacklisted(db: Read, locationId: number, phone: string): Promise<void> {
  const [client] = await db
    .select({ importance: clients.importance })
    .from(clients)
    .where(and(eq(clients.locationId, locationId), eq(clients.phone, phone)));
  if (client?.importance === blacklisted) refuse(reasons.blacklisted, 'You cannot book online here. Please call us.');
}

/** @throws Invalid for fields that clients may not fill in */
async function checkFields(db: Read, locationId: number, wishes: readonly BookingRequest[]): Promise<void> {
  const codes = new Set(wishes.flatMap(({ customFields }) => Object.keys(customFields ?? {})));
  if (codes.size === 0) return;
  const open = (await listCustomFields(db, locationId, 'appointment')).filter((field) => field.isEditable && field.isVisible);
  const known = new Set(open.map(({ code }) => code));
  const errors: FieldErrors = {};
  for (const code of codes) if (!known.has(code)) errors[`customFields.${code}`] = ['is no field that clients fill in'];
  if (Object.keys(errors).length) throw new Invalid(errors);
}

/**
 * Books all of the wishes or none. It first locks the calendars of all possible team members, so that its decision holds until the commit.
 * "Any team member" is also chosen fairly among simultaneous requests. A composite service becomes an appointment for each team member who
 * gives some of its parts, one after another.
 * @param prepays whether the client chooses to pay in advance, where that is allowed
 * @returns the appointments with the number of their wish, in the order of the wishes and by time
 * @throws BookingRefused with all reasons, Invalid for fields
 */
export async function bookOnline(
  write: Write,
  location: Location,
  wishes: readonly BookingRequest[],
  visitor: Visitor,
  details: VisitDetails,
  origin: Origin,
  now: Date,
  prepays = false,
): Promise<(Booked & { wishId: number })[]> {
  await refuseBlacklisted(write, location.id, visitor.phone);
  await checkFields(write, location.id, wishes);
  const catalog = await catalogFor(write, location.id, wishes);
  const teams = teamsFor(catalog, wishes);
  await lockCalendars(write, location.id, {
    memberIds: teams.flatMap(membersOf),
    resourceIds: [...new Set(teams.flatMap(({ resourceIds }) => resourceIds))],
    instanceIds: [],
  });
  const { decisions, refusals } = await decide(write, location, await loadRules(write, location, now), catalog, wishes, teams);
  throwAny(refusals);
  const legs = decisions.flatMap(({ wish, plan }) => plan.map((leg) => ({ wish, ...leg })));
  const booked = await createAppointments(
    write,
    location,
    legs.map(({ wish, offer, start }) => ({
      ...details,
      teamMemberId: offer.calendar.memberId,
      services: offer.work.services.map(({ id, discount }) => ({ id, discount })),
      client: visitor,
      startsAt: new Date(start * 1000),
      duration: offer.work.length,
      isMemberChosen: wish.isMemberChosen ?? offer.calendar.memberId === wish.memberId,
      customFields: wish.customFields,
    })),
    origin,
    rights,
  );
  const ids = booked.map(({ id }) => id);
  await holdForPayment(write, location, ids, prepays, now);
  await expectMemberships(write, location, visitor.phone, ids);
  return booked.map((each, index) => ({ ...each, wishId: (legs[index] as (typeof legs)[number]).wish.id }));
}

/**
 * Books places of a group event for a visitor.
 * @param prepays as bookOnline
 * @throws NotFound, BookingRefused when it is too late or the visitor is blacklisted, Invalid for more places than one client may have,
 * NoSeats
 */
export async function bookPlaces(
  write: Write,
  location: Location,
  eventId: number,
  seats: number,
  visitor: Visitor,
  details: VisitDetails,
  origin: Origin,
  now: Date,
  prepays = false,
): Promise<Booked> {
  const event = await lockEvent(write, location.id, eventId, allCalendars);
  await refuseBlacklisted(write, location.id, visitor.phone);
  const { slotDelay, onlineEventSeats } = await getBookingSettings(write, location.id);
  if (event.startsAt.getTime() < now.getTime() + slotDelay * 60_000) {
    refuse(reasons.notAvailable, 'This event cannot be booked any more.');
  }
  const [taken] = await write
    .select({ seats: sql<number>`coalesce(sum(${appointments.seats}), 0)::int` })
    .from(appointments)
    .innerJoin(clients, and(eq(clients.locationId, appointments.locationId), eq(clients.id, appointments.clientId)))
    .where(
      and(
        eq(appointments.locationId, location.id),
        eq(appointments.eventId, eventId),
        isNull(appointments.deletedAt),
        eq(clients.phone, visitor.phone),
      ),
    );
  if ((taken?.seats ?? 0) + seats > onlineEventSeats) {
    throw new Invalid({ seats: [`must be at most ${onlineEventSeats} for one client`] });
  }
  const booked = await createEventAppointment(write, location, eventId, { ...details, client: visitor, seats }, origin, rights);
  await holdForPayment(write, location, [booked.id], prepays, now);
  await expectMemberships(write, location, visitor.phone, [booked.id]);
  return booked;
}

/** The phone number that a user has proven; empty for none. */
export async function phoneOfUser(db: Read, userId: number): Promise<string> {
  const [user] = await db.select({ phone: users.phone }).from(users).where(eq(users.id, userId));
  return user?.phone ?? '';
}

/** How a client shows that an appointment is theirs: by its secret, or by being signed in with its phone number. */
export interface Claim {
  id: number;
  /** undefined for any location */
  locationId?: number | undefined;
  hash?: string | undefined;
  userId?: number | undefined;
}

/** The location of a client's own appointment, deleted or not. @throws NotFound for one that is not theirs too */
export async function locationOfOwn(db: Read, { id, locationId, hash, userId }: Claim): Promise<number> {
  const [row] = await db
    .select({ locationId: appointments.locationId, hash: appointments.hash, phone: clients.phone })
    .from(appointments)
    .leftJoin(clients, and(eq(clients.locationId, appointments.locationId), eq(clients.id, appointments.clientId)))
    .where(and(eq(appointments.id, id), locationId === undefined ? undefined : eq(appointments.locationId, locationId)));
  const isShown = row !== undefined && hash !== undefined && sameSecret(row.hash, hash);
  const isSignedIn = !!row?.phone && userId !== undefined && row.phone === (await phoneOfUser(db, userId));
  if (!row || !(isShown || isSignedIn)) throw new NotFound('The appointment was not found');
  return row.locationId;
}

/** Until when clients may still do something about an appointment. */
const isInTime = (startsAt: Date, notice: number, now: Date) => now.getTime() < startsAt.getTime() - notice * 1000;

/** The changes that clients may make to an appointment now. */
export interface ClientRules {
  mayCancel: boolean;
  mayMove: boolean;
  /** seconds */
  cancelNotice: number;
  moveNotice: number;
}

export async function clientRules(db: Read, locationId: number): Promise<ClientRules> {
  const { clientsMayCancel, clientsMayMove, cancelNotice, moveNotice } = await getBookingSettings(db, locationId);
  return { mayCancel: clientsMayCancel, mayMove: clientsMayMove, cancelNotice, moveNotice };
}

/**
 * Cancels an appointment for its client.
 * @throws NotFound for one that is cancelled already, Forbidden when the location does not let clients cancel, or not any more
 */
export async function cancelOwn(write: Write, locationId: number, id: number, now: Date): Promise<void> {
  const row = await getAppointment(write, locationId, id, allCalendars, false);
  const { mayCancel, cancelNotice } = await clientRules(write, locationId);
  if (!mayCancel) throw new Forbidden('Appointments cannot be cancelled online here. Please call us.');
  if (!isInTime(row.startsAt, cancelNotice, now)) throw new Forbidden('It is too late to cancel this appointment online.');
  await deleteAppointment(write, locationId, id, {
    appointments: true,
    arrived: false,
    // Whoever has paid asks the business, which gives the money back.
    withPayments: false,
    calendars: allCalendars,
    changeableSince: undefined,
  });
}

/**
 * Moves an appointment for its client: the team member, the services and the length stay.
 * @throws NotFound, Forbidden when the location does not let clients move appointments, or not any more, BookingRefused when the time is
 * not available, Invalid for places in a group event
 */
export async function moveOwn(
  write: Write,
  location: Location,
  id: number,
  changes: { start: Date | undefined; comment: string | undefined },
  now: Date,
): Promise<Booked> {
  await write.lock(
    'appointment',
    write
      .select({ id: appointments.id })
      .from(appointments)
      .where(and(eq(appointments.locationId, location.id), eq(appointments.id, id))),
  );
  const row = await getAppointment(write, location.id, id, allCalendars, false);
  const { mayMove, moveNotice } = await clientRules(write, location.id);
  if (!mayMove) throw new Forbidden('Appointments cannot be moved online here. Please call us.');
  if (!isInTime(row.startsAt, moveNotice, now)) throw new Forbidden('It is too late to change this appointment online.');
  if (row.eventId !== null) throw new Invalid({ startsAt: ['cannot be changed: places in a group event cannot be moved'] });
  const start = changes.start ?? row.startsAt;
  const isMoved = start.getTime() !== row.startsAt.getTime();
  if (isMoved) await claimTime(write, location, row, start, now);
  const moved = await updateAppointment(
    write,
    location,
    id,
    {
      teamMemberId: row.teamMemberId,
      services: row.services.map(({ id: service, amount, costPerUnit, discount, firstCost, cost }) => ({
        id: service,
        amount,
        costPerUnit,
        firstCost,
        discount,
        cost,
      })),
      client: row.clientId === null ? { name: row.guestName, email: row.guestEmail } : { id: row.clientId },
      startsAt: start,
      duration: row.duration,
      technicalBreak: row.technicalBreak,
      comment: changes.comment,
      // A client who moves an appointment intends to come, so the time must be free.
      attendance: isMoved && row.attendance === -1 ? 0 : undefined,
    },
    { ...changeRights, costs: true },
  );
  if (isMoved) await expectMemberships(write, location, await phoneOfClient(write, location.id, row.clientId), [id]);
  return moved;
}

/** Frees the time of an appointment and makes sure that the new one is offered. Its services stay as they are. @throws BookingRefused */
async function claimTime(write: Write, location: Location, row: AppointmentRow, start: Date, now: Date): Promise<void> {
  const serviceIds = [...new Set(row.services.map(({ id }) => id))];
  const wish: BookingRequest = { id: row.id, serviceIds, memberId: row.teamMemberId, start };
  const catalog = await catalogFor(write, location.id, [wish]);
  const team = teamOfOne(catalog, serviceIds, row.teamMemberId);
  await lockCalendars(write, location.id, {
    memberIds: [row.teamMemberId],
    resourceIds: team.resourceIds,
    instanceIds: [],
  });
  await releaseTime(write, location.id, 'appointment', [row.id]);
  for (const way of team.runs.flat()) way.work = { ...way.work, length: row.duration };
  const decided = await decideOn(write, location, await loadRules(write, location, now), catalog, wish, team);
  if ('code' in decided) throw new BookingRefused([decided]);
}
