import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { lockOwned, type MembershipRow, membershipsOfPhone, soonestFirst, visitsFor } from '../memberships/membership.ts';
import { isFrozen } from '../memberships/state.ts';
import { isInTimes } from '../redemption/membership.ts';
import { reasons, refuse } from './refusal.ts';

/** A service that is booked, and needs a visit of a membership. */
interface Needed {
  locationId: number;
  appointmentId: number;
  serviceId: number;
  categoryId: number;
  title: string;
  at: Date;
  visits: number;
}

/**
 * Makes sure that the memberships of a client suffice for appointments that were just booked, and for those that were booked before: of services
 * that are booked only with a membership. What was booked before takes its visits first, whatever its time: each from the membership that ends
 * first. It locks the memberships, which several locations may share: bookings that need the same one wait for each other.
 * @param phone E.164
 * @throws BookingRefused
 */
export async function expectMemberships(
  write: Write,
  location: Pick<Location, 'id' | 'chainId' | 'timeZone'>,
  phone: string | null,
  appointmentIds: readonly number[],
): Promise<void> {
  const isNew = ({ locationId, appointmentId }: Needed) => locationId === location.id && appointmentIds.includes(appointmentId);
  const missing = ({ title }: Needed) =>
    refuse(reasons.serviceGone, `"${title}" can be booked only with a membership that pays it.`);
  if (!(await hasNeeds(write, location.id, appointmentIds))) return;
  // What follows from the appointments, such as the times of their documents, is locked before memberships.
  await write.react(false);
  if (phone !== null) await lockOwned(write, location, phone);
  const needs = await needsOf(write, location, phone, appointmentIds);
  const now = new Date();
  const held = phone === null ? [] : (await membershipsOfPhone(write, location, phone, now)).toSorted(soonestFirst);
  const left = new Map(held.flatMap(({ balances }) => balances.map((balance) => [balance.balanceId, balance.left])));
  for (const need of needs.toSorted((one, other) => Number(isNew(one)) - Number(isNew(other)))) {
    const isPaid = held.some((membership) => takes(membership, need, left, location.timeZone));
    if (!isPaid && isNew(need)) missing(need);
  }
}

/** Whether appointments have services that are booked only with a membership. Most have none. */
const hasNeeds = async (db: Read, locationId: number, appointmentIds: readonly number[]): Promise<boolean> =>
  (
    await rowsOf(
      db,
      sql`
      select 1 from appointment_services used
      join services on services.location_id = used.location_id and services.id = used.service_id and services.needs_membership
      where used.location_id = ${locationId} and used.appointment_id = any(${sql.param([...appointmentIds])}::int[]) limit 1`,
    )
  ).length > 0;

/** What needs visits: of these appointments, and of the coming ones of clients with the number in the chain that no membership has paid yet. */
async function needsOf(
  db: Read,
  { id, chainId }: Pick<Location, 'id' | 'chainId'>,
  phone: string | null,
  appointmentIds: readonly number[],
): Promise<Needed[]> {
  const rows = await rowsOf<Omit<Needed, 'at'> & { at: string }>(
    db,
    sql`
    with planned as (
      select booked.* from appointments booked
      where booked.location_id = ${id} and booked.id = any(${sql.param([...appointmentIds])}::int[])
      union
      select booked.* from locations
      join clients on clients.location_id = locations.id and clients.phone = ${phone}
      join appointments booked on booked.location_id = clients.location_id and booked.client_id = clients.id
        and booked.starts_at > now() and booked.deleted_at is null
      where locations.chain_id = ${chainId} and locations.deleted_at is null)
    select planned.location_id as "locationId", planned.id as "appointmentId", services.id as "serviceId", services.category_id as "categoryId",
      services.title, planned.starts_at as at, used.amount as visits
    from planned
    join appointment_services used on used.location_id = planned.location_id and used.appointment_id = planned.id
    join services on services.location_id = used.location_id and services.id = used.service_id and services.needs_membership
    where not exists (
      select from loyalty_transactions paid
      where paid.location_id = planned.location_id and paid.document_id = planned.document_id and paid.service_id = used.service_id
        and paid.type = 9 and paid.cancelled_at is null)
    order by planned.starts_at, planned.id, used.position`,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** Whether a membership pays a service at its time. If so, its visits are taken from what is left. */
function takes(membership: MembershipRow, need: Needed, left: Map<number, number>, timeZone: string): boolean {
  const { state, type, expiresAt, activatesAt } = membership;
  if (state === 'expired' || state === 'used up') return false;
  if (expiresAt && expiresAt < need.at) return false;
  if (state === 'created' && type.activation === 'date' && !(activatesAt && activatesAt <= need.at)) return false;
  if (isFrozen(membership, need.at) && !type.allowsBookingWhenFrozen) return false;
  if (!isInTimes(type.times, need.at, timeZone)) return false;
  const balances = membership.balances.map((balance) => ({ ...balance, left: left.get(balance.balanceId) ?? 0 }));
  const from = visitsFor({ ...membership, balances }, { id: need.serviceId, categoryId: need.categoryId });
  if (from === undefined) return false;
  if (from === null) return true;
  if (from.left < need.visits) return false;
  left.set(from.balanceId, from.left - need.visits);
  return true;
}
