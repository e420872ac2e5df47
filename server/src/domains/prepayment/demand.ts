import { and, eq, inArray } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { compare } from '../../platform/exact.ts';
import { currencyDigits, type Money, noMoney, percentOf, roundMoney, sum, times, toPercent } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { appointmentServices, appointments } from '../appointments/tables.ts';
import { services } from '../catalog/tables.ts';
import { teamMembers } from '../team/tables.ts';

/** What a service asks for in advance. */
export interface Terms {
  service: 'forbidden' | 'optional' | 'required';
  member: 'forbidden' | 'allowed' | 'required';
  /** Of one unit; 0 if the percentage counts. */
  fixed: Money;
  /** Percent of the price. */
  percent: number;
  amount: number;
  cost: Money;
}

/** Digits of an amount that providers take: no more than two. Source: the documentation of Stripe, for currencies with three. */
export const payableDigits = (currency: string): number => Math.min(currencyDigits(currency), 2);

/**
 * The share of a service that is paid in advance. The stricter one of the service and the team member counts.
 * @param isChosen whether the client chose to pay in advance, where that is allowed
 */
export function dueInAdvance({ service, member, fixed, percent, amount, cost }: Terms, isChosen: boolean, digits: number): Money {
  const isRequired = service === 'required' || member === 'required';
  const isAllowed = service === 'optional' || member === 'allowed';
  if (!isRequired && !(isAllowed && isChosen)) return noMoney;
  if (compare(fixed, noMoney) <= 0) return percentOf(cost, toPercent(percent), digits);
  const whole = times(fixed, toQuantity(amount));
  return roundMoney(compare(whole, cost) < 0 ? whole : cost, digits);
}

/** What appointments ask for in advance, by their ids. Those that ask for nothing are left out. */
export async function demandOf(
  db: Read,
  location: Pick<Location, 'id' | 'currency'>,
  appointmentIds: readonly number[],
  isChosen: boolean,
): Promise<Map<number, Money>> {
  const rows = await db
    .select({
      id: appointments.id,
      service: services.prepaid,
      member: teamMembers.prepaid,
      fixed: services.prepaidAmount,
      percent: services.prepaidPercent,
      amount: appointmentServices.amount,
      cost: appointmentServices.cost,
    })
    .from(appointments)
    .innerJoin(
      appointmentServices,
      and(eq(appointmentServices.locationId, appointments.locationId), eq(appointmentServices.appointmentId, appointments.id)),
    )
    .innerJoin(services, and(eq(services.locationId, appointments.locationId), eq(services.id, appointmentServices.serviceId)))
    .innerJoin(
      teamMembers,
      and(eq(teamMembers.locationId, appointments.locationId), eq(teamMembers.id, appointments.teamMemberId)),
    )
    .where(and(eq(appointments.locationId, location.id), inArray(appointments.id, [...appointmentIds])))
    .orderBy(appointments.id, appointmentServices.position);
  const digits = payableDigits(location.currency);
  const demand = new Map<number, Money>();
  for (const { id, ...terms } of rows) {
    const due = dueInAdvance(terms, isChosen, digits);
    if (compare(due, noMoney) > 0) demand.set(id, sum([demand.get(id) ?? noMoney, due]));
  }
  return demand;
}
