import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Conflict, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { enqueue } from '../../platform/jobs.ts';
import { currencyDigits, type Money, minus, negated, noMoney, sum, toMinor } from '../../platform/money.ts';
import { deleteAppointment } from '../appointments/delete.ts';
import { lockLivingEvents } from '../appointments/seats.ts';
import { appointments, visits } from '../appointments/tables.ts';
import { lockClients } from '../clients/locked.ts';
import { addTransactions, expenses, type NewTransaction } from '../money/transaction.ts';
import { dueByDocument } from '../sales/payment.ts';
import { spread } from '../sales/sale.ts';
import { countSales } from '../sales/totals.ts';
import { allCalendars } from '../team/calendars.ts';
import { demandOf } from './demand.ts';
import type { Callback } from './provider.ts';
import { accountForPrepayments, keepSettings } from './settings.ts';
import { prepaymentParts, prepaymentRefunds, prepayments } from './tables.ts';

declare module '../../platform/jobs.ts' {
  interface JobKinds {
    'end prepayment': ForPrepayment;
    'cancel prepayment': ForPrepayment;
    'capture prepayment': ForPrepayment;
    'refund prepayment': { locationId: number; refundId: number };
  }
}

/** What a job is about. */
export interface ForPrepayment {
  locationId: number;
  prepaymentId: number;
}

export type PrepaymentRow = typeof prepayments.$inferSelect;

const own = (locationId: number, id: number) => and(eq(prepayments.locationId, locationId), eq(prepayments.id, id));

/**
 * Holds the times of new appointments while their client pays in advance, if the services, the team members or the client ask for it. A
 * location without a provider takes no prepayments.
 * @param isChosen whether the client chose to pay in advance, where that is allowed
 */
export async function holdForPayment(
  write: Write,
  location: Location,
  appointmentIds: readonly number[],
  isChosen: boolean,
  now: Date,
): Promise<void> {
  const demand = await demandOf(write, location, appointmentIds, isChosen);
  if (demand.size === 0) return;
  const settings = await keepSettings(write, location.id);
  if (!settings) return;
  const amount = sum([...demand.values()]);
  const expiresAt = new Date(now.getTime() + settings.holdMinutes * 60_000);
  const [made] = await write
    .insert(prepayments)
    .values({
      locationId: location.id,
      provider: settings.provider,
      amount,
      minor: toMinor(amount, currencyDigits(location.currency)),
      currency: location.currency,
      key: randomUUID(),
      expiresAt,
    })
    .returning({ id: prepayments.id });
  const { id } = made as { id: number };
  write.made('prepayment', [id]);
  await write
    .insert(prepaymentParts)
    .values(
      [...demand].map(([appointmentId, part]) => ({ locationId: location.id, prepaymentId: id, appointmentId, amount: part })),
    );
  await mark(write, location.id, [...demand.keys()], 'open');
  await enqueueFor(write, 'end prepayment', location.id, id, { due: expiresAt });
}

const enqueueFor = (
  write: Write,
  kind: 'end prepayment' | 'cancel prepayment' | 'capture prepayment',
  locationId: number,
  prepaymentId: number,
  { due = new Date(), key = `${prepaymentId}` }: { due?: Date; key?: string } = {},
) => enqueue(write, kind, { locationId, prepaymentId }, { due, key, locationId });

/** Shows in appointments whether they are paid in advance. */
export async function mark(
  write: Write,
  locationId: number,
  ids: readonly number[],
  prepayment: (typeof appointments.$inferSelect)['prepayment'],
): Promise<void> {
  if (ids.length === 0) return;
  await write
    .update(appointments)
    .set({ prepayment })
    .where(and(eq(appointments.locationId, locationId), inArray(appointments.id, [...ids])));
  for (const id of ids) write.changed('appointment', locationId, id, 'update');
}

/** An appointment of a prepayment, with its share. */
export interface Part {
  appointmentId: number;
  amount: Money;
}

export interface AppointmentState {
  id: number;
  eventId: number | null;
  clientId: number | null;
  visitId: number;
  documentId: number;
  attendance: number;
  paid: Money;
  isReceiptPrinted: boolean;
  isDeleted: boolean;
}

/** A prepayment that nobody else changes until the transaction ends. */
export interface Locked {
  prepayment: PrepaymentRow;
  parts: (Part & { appointment: AppointmentState })[];
}

const partsOf = (db: Read, locationId: number, id: number): Promise<Part[]> =>
  db
    .select({ appointmentId: prepaymentParts.appointmentId, amount: prepaymentParts.amount })
    .from(prepaymentParts)
    .where(and(eq(prepaymentParts.locationId, locationId), eq(prepaymentParts.prepaymentId, id)))
    .orderBy(asc(prepaymentParts.appointmentId));

/**
 * Locks a prepayment with its events, appointments, clients and visits. Of an end of the time and a payment at the same moment, the second
 * therefore sees what the first did.
 */
export async function lockPrepayment(write: Write, locationId: number, id: number): Promise<Locked> {
  const parts = await partsOf(write, locationId, id);
  const ids = parts.map(({ appointmentId }) => appointmentId);
  const ofIds = and(eq(appointments.locationId, locationId), inArray(appointments.id, ids));
  const seen = await write.select({ eventId: appointments.eventId }).from(appointments).where(ofIds);
  await lockLivingEvents(
    write,
    locationId,
    seen.flatMap(({ eventId }) => eventId ?? []),
  );
  const query = write
    .select({
      id: appointments.id,
      eventId: appointments.eventId,
      clientId: appointments.clientId,
      visitId: appointments.visitId,
      documentId: appointments.documentId,
      attendance: appointments.attendance,
      paid: appointments.paid,
      isReceiptPrinted: appointments.isReceiptPrinted,
      isDeleted: sql<boolean>`${appointments.deletedAt} is not null`,
    })
    .from(appointments)
    .where(ofIds)
    .orderBy(asc(appointments.id));
  const rows = new Map((await write.lock('appointment', query)).map((row) => [row.id, row]));
  const all = [...rows.values()];
  await lockClients(
    write,
    locationId,
    all.map(({ clientId }) => clientId),
  );
  const visitIds = all.map(({ visitId }) => visitId);
  const ofVisits = and(eq(visits.locationId, locationId), inArray(visits.id, visitIds));
  await write.lock('visit', write.select({ id: visits.id }).from(visits).where(ofVisits).orderBy(asc(visits.id)));
  const [prepayment] = await write.lock('prepayment', write.select().from(prepayments).where(own(locationId, id)));
  return {
    prepayment: prepayment as PrepaymentRow,
    parts: parts.map((part) => ({ ...part, appointment: rows.get(part.appointmentId) as AppointmentState })),
  };
}

const isUnderWay = ({ status }: PrepaymentRow) => status === 'open' || status === 'capturing';
/** What is paid in an appointment whose receipt is printed stays as the receipt says. */
const mayRecord = ({ appointment }: Locked['parts'][number]) => !appointment.isDeleted && !appointment.isReceiptPrinted;
const living = ({ parts }: Locked) => parts.filter(({ appointment }) => !appointment.isDeleted);

/**
 * What the provider tells about a payment. It may tell the same twice, and in any order.
 *
 * A payment of the right amount while the times are held is recorded in the documents of the appointments. Any other money goes back: it
 * came after the times were given up, is not the amount that was asked for, or is for an appointment that was deleted, or whose receipt was
 * printed, meanwhile.
 */
export async function settle(write: Write, location: Location, callback: Callback): Promise<void> {
  const [found] = await write
    .select({ id: prepayments.id })
    .from(prepayments)
    .where(and(eq(prepayments.locationId, location.id), eq(prepayments.key, callback.key)));
  if (!found) return;
  const locked = await lockPrepayment(write, location.id, found.id);
  const { prepayment } = locked;
  switch (callback.kind) {
    case 'ended':
      if (prepayment.status === 'open') await giveUp(write, location.id, locked);
      return;
    case 'authorised':
      await authorise(write, location, locked, callback);
      return;
    case 'paid':
      if (prepayment.receivedMinor !== null) return;
      await receive(write, location, locked, callback);
  }
}

type Told = Extract<Callback, { kind: 'paid' | 'authorised' }>;

const isAsked = ({ minor, currency }: PrepaymentRow, told: Told) => told.minor === minor && told.currency === currency;

/** The client has promised the money. It is taken if the times are still held, else the promise is given back. */
async function authorise(write: Write, location: Location, locked: Locked, callback: Told): Promise<void> {
  const { id, status, paymentId } = locked.prepayment;
  if (status === 'capturing' || status === 'paid') return;
  if (paymentId === null) {
    await write.update(prepayments).set({ paymentId: callback.paymentId }).where(own(location.id, id));
  }
  if (status === 'ended') {
    // An earlier job may run at this moment, and does not see this.
    return enqueueFor(write, 'cancel prepayment', location.id, id, { key: `${id} authorised` });
  }
  if (!isAsked(locked.prepayment, callback)) return giveUp(write, location.id, locked);
  await write.update(prepayments).set({ status: 'capturing' }).where(own(location.id, id));
  await enqueueFor(write, 'capture prepayment', location.id, id);
}

/** The client has paid. */
async function receive(write: Write, location: Location, locked: Locked, callback: Told): Promise<void> {
  const { prepayment } = locked;
  await write
    .update(prepayments)
    .set({
      paymentId: callback.paymentId,
      receivedMinor: callback.minor,
      receivedCurrency: callback.currency,
      receivedAt: new Date(),
    })
    .where(own(location.id, prepayment.id));
  if (!isUnderWay(prepayment)) return giveBack(write, location.id, prepayment.id, null, callback.minor);
  if (!isAsked(prepayment, callback)) {
    await giveUp(write, location.id, locked);
    return giveBack(write, location.id, prepayment.id, null, callback.minor);
  }
  await write.update(prepayments).set({ status: 'paid' }).where(own(location.id, prepayment.id));
  const recorded = locked.parts.filter(mayRecord);
  await record(write, location, recorded);
  await mark(
    write,
    location.id,
    recorded.map(({ appointmentId }) => appointmentId),
    'paid',
  );
  const digits = currencyDigits(prepayment.currency);
  for (const part of locked.parts) {
    const { appointmentId, amount, appointment } = part;
    if (mayRecord(part)) continue;
    if (!appointment.isDeleted) await mark(write, location.id, [appointmentId], 'refunded');
    await giveBack(write, location.id, prepayment.id, appointmentId, toMinor(amount, digits));
  }
}

/** Writes what was paid in advance into the documents of the appointments. What is more than due there is paid for the document as a whole. */
async function record(write: Write, location: Location, parts: Locked['parts']): Promise<void> {
  const documentIds = parts.map(({ appointment }) => appointment.documentId);
  const due = await dueByDocument(write, location, documentIds);
  const accountId = await accountForPrepayments(write, location.id);
  const at = new Date();
  const rows = parts.flatMap(({ amount, appointment: { documentId, clientId } }): NewTransaction[] => {
    const common = { accountId, at, clientId, documentId };
    const paid = spread(amount, due.get(documentId) ?? []);
    const over = minus(amount, sum(paid.map((each) => each.amount)));
    return [
      ...paid.map(({ item, amount: share }) =>
        item.type === 'service'
          ? { ...common, amount: share, expenseId: expenses.services, serviceId: item.id }
          : { ...common, amount: share, expenseId: expenses.products, lineId: item.id },
      ),
      ...(isZero(over) ? [] : [{ ...common, amount: over, expenseId: expenses.services }]),
    ];
  });
  await addTransactions(write, location, rows);
  await countSales(write, location, documentIds);
}

/**
 * Gives the times of a locked prepayment up: appointments are deleted, except those to which the client came, for which something else was
 * paid, or whose receipt is printed. A payment that comes later goes back.
 */
async function giveUp(write: Write, locationId: number, locked: Locked): Promise<void> {
  await end(write, locationId, locked.prepayment);
  for (const { appointmentId, appointment } of living(locked)) {
    const { attendance, paid, isReceiptPrinted } = appointment;
    if (attendance === 1 || compare(paid, noMoney) !== 0 || isReceiptPrinted) {
      await mark(write, locationId, [appointmentId], null);
      continue;
    }
    await deleteAppointment(write, locationId, appointmentId, {
      appointments: true,
      arrived: false,
      withPayments: false,
      calendars: allCalendars,
      changeableSince: undefined,
    });
  }
}

async function end(write: Write, locationId: number, { id, returnUrl }: PrepaymentRow): Promise<void> {
  await write.update(prepayments).set({ status: 'ended', endedAt: new Date() }).where(own(locationId, id));
  // Before the first call there is nothing to cancel.
  if (returnUrl !== null) await enqueueFor(write, 'cancel prepayment', locationId, id);
}

/** Gives money of a prepayment back, once. A job asks the provider for it. @param appointmentId null for all that was received */
export async function giveBack(
  write: Write,
  locationId: number,
  prepaymentId: number,
  appointmentId: number | null,
  minor: number,
): Promise<void> {
  if (minor === 0) return;
  const [made] = await write
    .insert(prepaymentRefunds)
    .values({ locationId, prepaymentId, appointmentId, minor, key: randomUUID() })
    .onConflictDoNothing()
    .returning({ id: prepaymentRefunds.id });
  if (made) await enqueueRefund(write, locationId, made.id);
}

export const enqueueRefund = (write: Write, locationId: number, refundId: number) =>
  enqueue(write, 'refund prepayment', { locationId, refundId }, { key: `${refundId}`, locationId });

/** Ends a prepayment whose time is over, unless it was paid. The job is due when the time is over. */
export async function endOverdue(write: Write, { locationId, prepaymentId }: ForPrepayment): Promise<string> {
  const locked = await lockPrepayment(write, locationId, prepaymentId);
  const { status } = locked.prepayment;
  if (status !== 'open') return status;
  await giveUp(write, locationId, locked);
  return 'given up';
}

/** Ends a prepayment whose money cannot be taken. */
export async function endRefused(write: Write, { locationId, prepaymentId }: ForPrepayment): Promise<void> {
  const locked = await lockPrepayment(write, locationId, prepaymentId);
  if (locked.prepayment.status === 'capturing') await giveUp(write, locationId, locked);
}

/** A prepayment ends when the last of its appointments is deleted before it is paid. */
export async function followDeletedAppointments(write: Write, locationId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const held = await prepaymentsWith(
    write,
    locationId,
    and(inArray(prepaymentParts.appointmentId, [...ids]), eq(appointments.prepayment, 'open')),
  );
  if (held.length === 0) return;
  const ofHeld = and(eq(prepayments.locationId, locationId), inArray(prepayments.id, held));
  const locked = await write.lock('prepayment', write.select().from(prepayments).where(ofHeld).orderBy(asc(prepayments.id)));
  const alive = new Set(
    await prepaymentsWith(write, locationId, and(inArray(prepaymentParts.prepaymentId, held), isNull(appointments.deletedAt))),
  );
  for (const row of locked) if (isUnderWay(row) && !alive.has(row.id)) await end(write, locationId, row);
}

/** The ids of prepayments that have an appointment like this. @param which a condition on the part and its appointment */
async function prepaymentsWith(db: Read, locationId: number, which: SQL | undefined): Promise<number[]> {
  const rows = await db
    .selectDistinct({ id: prepaymentParts.prepaymentId })
    .from(prepaymentParts)
    .innerJoin(
      appointments,
      and(eq(appointments.locationId, prepaymentParts.locationId), eq(appointments.id, prepaymentParts.appointmentId)),
    )
    .where(and(eq(prepaymentParts.locationId, locationId), which));
  return rows.map(({ id }) => id);
}

/** What a client or the business sees of the prepayment of an appointment. */
export interface PrepaymentView extends PrepaymentRow {
  appointmentId: number;
  /** The share of the appointment. */
  part: Money;
  refund: typeof prepaymentRefunds.$inferSelect | undefined;
}

/** The prepayment of an appointment, deleted or not. @throws NotFound if there was none */
export async function prepaymentOf(db: Read, locationId: number, appointmentId: number): Promise<PrepaymentView> {
  const [row] = await db
    .select({ prepayment: prepayments, part: prepaymentParts.amount })
    .from(prepaymentParts)
    .innerJoin(
      prepayments,
      and(eq(prepayments.locationId, prepaymentParts.locationId), eq(prepayments.id, prepaymentParts.prepaymentId)),
    )
    .where(and(eq(prepaymentParts.locationId, locationId), eq(prepaymentParts.appointmentId, appointmentId)));
  if (!row) throw new NotFound('The appointment has no prepayment');
  const refund = await refundOf(db, locationId, row.prepayment.id, appointmentId);
  return { ...row.prepayment, appointmentId, part: row.part, refund };
}

/** The refund of an appointment's share, or of all that was received. */
async function refundOf(db: Read, locationId: number, prepaymentId: number, appointmentId: number) {
  const [refund] = await db
    .select()
    .from(prepaymentRefunds)
    .where(
      and(
        eq(prepaymentRefunds.locationId, locationId),
        eq(prepaymentRefunds.prepaymentId, prepaymentId),
        or(isNull(prepaymentRefunds.appointmentId), eq(prepaymentRefunds.appointmentId, appointmentId)),
      ),
    );
  return refund;
}

/**
 * Gives the share of an appointment back to its client, when the business asks for it. The document of a living appointment gets a payment with
 * a negative amount, but of no more than is paid there. The payments of a deleted one are cancelled already. If the provider has not confirmed
 * an earlier refund, it is asked again.
 * @throws NotFound without a prepayment, Conflict if it was not paid, or was given back already, ReceiptPrinted
 */
export async function refundPrepayment(write: Write, location: Location, appointmentId: number): Promise<void> {
  const { id } = await prepaymentOf(write, location.id, appointmentId);
  const { prepayment, parts } = await lockPrepayment(write, location.id, id);
  const refund = await refundOf(write, location.id, id, appointmentId);
  if (refund?.doneAt) throw new Conflict('The money was given back already.');
  if (refund) return enqueueRefund(write, location.id, refund.id);
  if (prepayment.status !== 'paid') throw new Conflict('The prepayment was not paid.');
  const { amount, appointment } = parts.find((part) => part.appointmentId === appointmentId) as Locked['parts'][number];
  if (!appointment.isDeleted) {
    await takeOut(write, location, appointment, amount);
    await mark(write, location.id, [appointmentId], 'refunded');
  }
  await giveBack(write, location.id, id, appointmentId, toMinor(amount, currencyDigits(prepayment.currency)));
}

/** Writes a payment with a negative amount into the document of a locked appointment: never more than is paid there. */
async function takeOut(write: Write, location: Location, appointment: AppointmentState, amount: Money): Promise<void> {
  const { clientId, documentId, paid } = appointment;
  const back = compare(paid, amount) < 0 ? paid : amount;
  if (compare(back, noMoney) <= 0) return;
  const accountId = await accountForPrepayments(write, location.id);
  const row = { accountId, amount: negated(back), at: new Date(), clientId, documentId, expenseId: expenses.services };
  await addTransactions(write, location, [row]);
  await countSales(write, location, [documentId]);
}
