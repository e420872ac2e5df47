import { and, eq, isNull, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Transact, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { appointments, clientSeries } from '../appointments/tables.ts';
import { phoneOfClient } from '../clients/phone.ts';
import { ReceiptPrinted } from '../inventory/receipt.ts';
import { getPlace } from '../locations/location.ts';
import { balancesOfClients } from '../loyalty/card.ts';
import { addLoyaltyTransactions } from '../loyalty-transactions/transaction.ts';
import { changeMembership, lockMembershipsOfPhone, type MembershipRow, soonestFirst } from '../memberships/membership.ts';
import { tellOfUse } from '../memberships/notices.ts';
import { membershipDebits } from '../memberships/tables.ts';
import { dueOfSale } from '../sales/payment.ts';
import { type DueItem, lockSale, type Sale } from '../sales/sale.ts';
import { countSales } from '../sales/totals.ts';
import { openForLoyalty } from './cover.ts';
import { activationBy, hindrance, openServices, takenBy, transactionsOf, visitsIn } from './membership.ts';

/** An appointment whose time has come. */
interface Due {
  locationId: number;
  id: number;
}

/** The appointments that one statement finds. */
const atOnce = 200;

/**
 * Takes visits from the memberships of clients whose appointments begin: of the services that say so, once for each appointment and its time.
 * Several processes may do it at the same time, and each may end at any moment: an appointment is one transaction. Those that began more than
 * a day ago are left to the desk.
 * @throws the first error, when all other appointments are done
 */
export async function debitMemberships(transact: Transact): Promise<void> {
  const errors: unknown[] = [];
  let after: Due = { locationId: 0, id: 0 };
  for (;;) {
    const due = await transact((write) => dueAppointments(write, after));
    for (const one of due) {
      await transact((write) => debitAppointment(write, one)).catch((error) => errors.push(error));
    }
    const last = due.at(-1);
    if (due.length < atOnce || !last) break;
    after = last;
  }
  if (errors.length) throw errors[0];
}

const dueAppointments = (write: Write, after: Due): Promise<Due[]> =>
  rowsOf<Due>(
    write,
    sql`
    with places as materialized (
      select debited.location_id as id, max(debited.auto_debit_lead) as lead from services debited
      join locations on locations.id = debited.location_id and locations.deleted_at is null
      where debited.is_auto_debited and debited.deleted_at is null and debited.location_id >= ${after.locationId}
      group by debited.location_id)
    select distinct booked.location_id as "locationId", booked.id
    from places
    join appointments booked on booked.location_id = places.id and booked.starts_at > now() - interval '1 day'
      and booked.starts_at <= now() + make_interval(secs => places.lead)
    join appointment_services used on used.location_id = booked.location_id and used.appointment_id = booked.id
    join services debited on debited.location_id = used.location_id and debited.id = used.service_id and debited.is_auto_debited
    where booked.deleted_at is null and booked.client_id is not null
      and booked.starts_at <= now() + make_interval(secs => debited.auto_debit_lead)
      and (booked.location_id, booked.id) > (${after.locationId}::int, ${after.id}::int)
      and not exists (
        select from membership_debits decided
        where decided.location_id = used.location_id and decided.appointment_id = used.appointment_id
          and decided.service_id = used.service_id and decided.starts_at = booked.starts_at)
    order by booked.location_id, booked.id
    limit ${atOnce}`,
  );

/** Decides about the services of an appointment whose time has come, as they are once its visit is locked. */
async function debitAppointment(write: Write, { locationId, id }: Due): Promise<void> {
  const location = await getPlace(write, locationId);
  const own = and(eq(appointments.locationId, locationId), eq(appointments.id, id), isNull(appointments.deletedAt));
  const [seen] = await write.select({ documentId: appointments.documentId }).from(appointments).where(own);
  if (!seen) return;
  const locked = await lockSale(write, location, seen.documentId).catch(nothingIf(NotFound));
  const [appointment] = await write.select().from(appointments).where(own);
  if (!locked || !appointment) return;
  const wanted = await claimServices(write, locationId, id);
  if (wanted.size === 0 || appointment.clientId === null || appointment.prepayment === 'open') return;
  const sale = await openForLoyalty(write, location, locked).catch(nothingIf(ReceiptPrinted));
  if (!sale) return;
  const items = (await dueOfSale(write, location, sale)).filter(
    (item) => item.documentId === appointment.documentId && wanted.has(item.id) && isUntouched(item),
  );
  const open = await openServices(write, location, sale, items);
  const phone = await phoneOfClient(write, locationId, appointment.clientId);
  if (open.length === 0 || phone === null) return;
  const at = appointment.startsAt;
  const now = new Date();
  // The visit may give points when it is paid.
  const ofClient = await balancesOfClients(write, location, [sale.clientId, appointment.clientId]);
  const usable = (await lockMembershipsOfPhone(write, location, phone, ofClient, at)).filter(
    (row) => row.createdAt <= at && hindrance(row, at) === undefined,
  );
  const cause = `visit of appointment ${id} at ${at.toISOString()}`;
  let rest = open;
  const chosen = await chosenFor(write, locationId, appointment.clientSeriesId);
  const isChosen = ({ id: membershipId }: MembershipRow) => Number(membershipId === chosen);
  for (const membership of usable.toSorted((one, other) => isChosen(other) - isChosen(one) || soonestFirst(one, other))) {
    const taken = takenBy(membership, rest, location.timeZone);
    const activation = activationAt(membership, sale, now);
    if (taken.length === 0 || !activation) continue;
    await changeMembership(write, membership, { ...activation, lastUsedAt: now });
    await addLoyaltyTransactions(write, location.chainId, transactionsOf(location, sale, membership, taken, cause));
    await tellOfUse(write, membership, visitsIn(taken));
    rest = rest.filter(({ item }) => taken.every((one) => one.item !== item));
  }
  if (rest.length < open.length) await countSales(write, location, sale.documentIds);
}

/**
 * Writes down that it is decided about the services of a locked appointment whose time has come.
 * @returns those about which it was not decided before
 */
async function claimServices(write: Write, locationId: number, appointmentId: number): Promise<Set<number>> {
  const rows = await rowsOf<{ id: number }>(
    write,
    sql`
    insert into ${membershipDebits} as decided (location_id, appointment_id, service_id, starts_at)
    select distinct booked.location_id, booked.id, used.service_id, booked.starts_at
    from appointments booked
    join appointment_services used on used.location_id = booked.location_id and used.appointment_id = booked.id
    join services debited on debited.location_id = used.location_id and debited.id = used.service_id and debited.is_auto_debited
    where booked.location_id = ${locationId} and booked.id = ${appointmentId} and booked.deleted_at is null
      and booked.starts_at <= now() + make_interval(secs => debited.auto_debit_lead)
    on conflict (location_id, appointment_id, service_id) do update set starts_at = excluded.starts_at, decided_at = now()
      where decided.starts_at <> excluded.starts_at
    returning service_id as id`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** The membership that was chosen for the series of a client. */
async function chosenFor(write: Write, locationId: number, clientSeriesId: number | null): Promise<number | null> {
  if (clientSeriesId === null) return null;
  const own = and(eq(clientSeries.locationId, locationId), eq(clientSeries.id, clientSeriesId));
  const [row] = await write.select({ membershipId: clientSeries.membershipId }).from(clientSeries).where(own);
  return row?.membershipId ?? null;
}

/** Nothing was paid for a service yet, and nothing was taken off: the desk decides about the rest of others. */
const isUntouched = ({ type, due, cost }: DueItem) => type === 'service' && compare(due, cost) === 0;

/** What a use makes of a membership whose state is that of the visit, which may be later than now. */
function activationAt(membership: MembershipRow, sale: Pick<Sale, 'at'>, now: Date): ReturnType<typeof activationBy> {
  if (!membership.activatedAt || membership.activatedAt <= now) {
    const { activatedAt, expiresAt } = membership;
    return activatedAt ? { activatedAt, expiresAt } : activationBy(membership, sale, now);
  }
  // It becomes active by itself before the visit.
  return {};
}

const nothingIf =
  (kind: new (...args: never[]) => Error) =>
  (error: unknown): undefined => {
    if (error instanceof kind) return undefined;
    throw error;
  };
