import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { dateIn, dayClock } from '../../platform/clock.ts';
import { compare, isZero, toWire } from '../../platform/exact.ts';
import { currencyDigits, dividedBy, minus, noMoney, roundMoney, times, toMoney } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { appointments } from '../appointments/tables.ts';
import { services } from '../catalog/tables.ts';
import { phoneOfClient } from '../clients/phone.ts';
import { balancesOfClients } from '../loyalty/card.ts';
import { addLoyaltyTransactions, type NewLoyaltyTransaction } from '../loyalty-transactions/transaction.ts';
import {
  changeMembership,
  lockMembership,
  type MembershipRow,
  membershipsOfPhone,
  visitsFor,
} from '../memberships/membership.ts';
import { tellOfUse } from '../memberships/notices.ts';
import { expiryOf, isFrozen } from '../memberships/state.ts';
import { dueOfSale } from '../sales/payment.ts';
import type { DueItem, Sale } from '../sales/sale.ts';
import { countSales } from '../sales/totals.ts';
import { ofItem, openForLoyalty } from './cover.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'timeZone' | 'currency'>;

/** A service of a visit that is still to be paid. */
export interface OpenService {
  item: DueItem;
  categoryId: number;
  startsAt: Date;
  attendance: number;
}

/** The services of a sale that are still to be paid, in the order of the sale. Takes two statements. */
export async function openServices(
  db: Read,
  location: Pick<Location, 'id'>,
  { documentIds }: Pick<Sale, 'documentIds'>,
  items: readonly DueItem[],
): Promise<OpenService[]> {
  const due = items.filter((item) => item.type === 'service' && compare(item.due, noMoney) > 0);
  if (due.length === 0) return [];
  const visited = await db
    .select({ documentId: appointments.documentId, startsAt: appointments.startsAt, attendance: appointments.attendance })
    .from(appointments)
    .where(
      and(
        eq(appointments.locationId, location.id),
        inArray(appointments.documentId, documentIds),
        isNull(appointments.deletedAt),
      ),
    )
    .orderBy(asc(appointments.id));
  const offered = await db
    .select({ id: services.id, categoryId: services.categoryId })
    .from(services)
    .where(
      and(
        eq(services.locationId, location.id),
        inArray(
          services.id,
          due.map(({ id }) => id),
        ),
      ),
    );
  const byDocument = new Map(visited.map((row) => [row.documentId, row]));
  const categories = new Map(offered.map(({ id, categoryId }) => [id, categoryId]));
  return due.flatMap((item) => {
    const [of, categoryId] = [byDocument.get(item.documentId), categories.get(item.id)];
    return of && categoryId !== undefined ? [{ item, categoryId, startsAt: of.startsAt, attendance: of.attendance }] : [];
  });
}

/** Whether a membership may be used for a visit that begins at an instant, by the local times of its type. */
export function isInTimes(times: MembershipRow['type']['times'], at: Date, timeZone: string): boolean {
  if (times.length === 0) return true;
  const date = dateIn(at, timeZone);
  const second = dayClock(date, timeZone).wallOf(at.getTime() / 1000);
  const weekDay = ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
  return times.some(
    ({ weekDays, intervals }) =>
      weekDays.includes(weekDay) && (intervals.length === 0 || intervals.some(({ from, to }) => from <= second && second < to)),
  );
}

/** A service that a membership pays, and the balance that its visits are taken from: null if they are unlimited. */
interface Taken {
  item: DueItem;
  visits: number;
  balanceId: number | null;
}

/**
 * The services that a membership pays, in the order of the sale, as far as its visits suffice. A service that was done several times takes a
 * visit for each.
 */
export function takenBy(membership: MembershipRow, open: readonly OpenService[], timeZone: string): Taken[] {
  const left = new Map(membership.balances.map((balance) => [balance.balanceId, balance.left]));
  const withLeft = () => ({
    ...membership,
    balances: membership.balances.map((balance) => ({ ...balance, left: left.get(balance.balanceId) ?? 0 })),
  });
  return open.flatMap(({ item, categoryId, startsAt }): Taken[] => {
    if (!isInTimes(membership.type.times, startsAt, timeZone)) return [];
    const from = visitsFor(withLeft(), { id: item.id, categoryId });
    if (from === undefined) return [];
    const visits = Math.max(1, Math.ceil(toWire(item.amount)));
    if (from === null) return [{ item, visits, balanceId: null }];
    if (from.left < visits) return [];
    left.set(from.balanceId, from.left - visits);
    return [{ item, visits, balanceId: from.balanceId }];
  });
}

export const visitsIn = (taken: readonly Taken[]): number => taken.reduce((total, { visits }) => total + visits, 0);

/** Why a membership pays nothing now; undefined if it may. */
export function hindrance(row: MembershipRow, now: Date): string | undefined {
  if (row.state === 'expired') return 'is expired';
  if (row.state === 'used up') return 'has no visits left';
  if (isFrozen(row, now)) return 'is frozen';
  if (row.state === 'created' && row.type.activation === 'date') return 'is not active yet';
  return undefined;
}

/** A membership with what it can pay of a sale. */
export interface UsableMembership {
  membership: MembershipRow;
  /** The visits that it would take. */
  visits: number;
  amount: DueItem['due'];
}

/** The memberships of a sale's client that may pay, with what they can pay of it. */
export async function usableMemberships(
  db: Read,
  location: Place,
  sale: Sale,
  items: readonly DueItem[],
): Promise<UsableMembership[]> {
  if (sale.visitId === null) return [];
  const phone = await phoneOfClient(db, location.id, sale.clientId);
  if (phone === null) return [];
  const now = new Date();
  const own = (await membershipsOfPhone(db, location, phone)).filter((row) => hindrance(row, now) === undefined);
  if (own.length === 0) return [];
  const open = (await openServices(db, location, sale, items)).filter(({ attendance }) => attendance > 0);
  return own.map((membership) => {
    const taken = takenBy(membership, open, location.timeZone);
    const amount = taken.reduce((total, { item }) => minus(total, minus(noMoney, item.due)), noMoney);
    return { membership, visits: visitsIn(taken), amount };
  });
}

/** What a caller pays with. */
export interface MembershipPayment {
  /** This or the number is needed. */
  id?: number | undefined;
  /** The code. */
  number?: string | undefined;
}

/**
 * Pays services of a locked visit by a membership: each takes a visit, and nothing of its price is left. With a correction of prices, the
 * service costs what a visit of the membership costs. The first use makes it active. A membership with a code moves to the client who uses it.
 * @param mayOmitCode whether the caller may take a membership without its code
 * @throws Invalid for a membership that is unknown, somebody else's, or pays nothing of the visit; ReceiptPrinted
 */
export async function payByMembership(
  write: Write,
  location: Place,
  locked: Sale,
  payment: MembershipPayment,
  mayOmitCode: boolean,
): Promise<number> {
  const number = payment.number?.trim() || undefined;
  const refuse = (message: string) => new Invalid({ membershipId: [message] });
  if (payment.id === undefined && number === undefined) throw refuse('is required');
  if (locked.visitId === null) throw refuse('pays visits only');
  const sale = await openForLoyalty(write, location, locked);
  const now = new Date();
  const which = payment.id === undefined ? { number } : { id: payment.id };
  // The visit may give points when it is paid.
  const ofClient = await balancesOfClients(write, location, [sale.clientId]);
  const membership = await lockMembership(write, location.chainId, { ...which, place: location }, ofClient).catch((error) => {
    throw error instanceof NotFound ? refuse('is unknown') : error;
  });
  const holder = await holderOf(write, location, sale, membership, number, mayOmitCode);
  const hindered = hindrance(membership, now);
  if (hindered) throw refuse(hindered);
  const open = await openServices(write, location, sale, await dueOfSale(write, location, sale));
  const allowed = open.filter(({ attendance }) => attendance > 0);
  if (allowed.length === 0 && open.length > 0) throw refuse('pays only when the client has come, or has confirmed the visit');
  const taken = takenBy(membership, allowed, location.timeZone);
  if (taken.length === 0) throw refuse('pays nothing of this visit');
  const activation = activationBy(membership, sale, now);
  if (!activation) throw refuse('would be expired already');
  await changeMembership(write, membership, { ...activation, lastUsedAt: now, ...holder });
  await addLoyaltyTransactions(write, location.chainId, transactionsOf(location, sale, membership, taken));
  await tellOfUse(write, { ...membership, ...holder }, visitsIn(taken));
  await countSales(write, location, sale.documentIds);
  return taken.length;
}

/**
 * A use: the price that a membership pays, and its correction, which is cancelled with it.
 * @param cause names the cause of a use that happens once; left out for one by hand
 */
export function transactionsOf(
  location: Place,
  sale: Sale,
  membership: MembershipRow,
  taken: readonly Taken[],
  cause?: string,
): NewLoyaltyTransaction[] {
  const rows: NewLoyaltyTransaction[] = [];
  for (const { item, visits, balanceId } of taken) {
    const about = { ...ofItem(sale, item), locationId: location.id, membershipId: membership.id };
    const amount = membership.type.correctsPrices ? correctedPrice(location, membership, visits) : item.due;
    const key = cause === undefined ? {} : { causeKey: `${cause}, service ${item.id}, item ${rows.length}` };
    const posting =
      balanceId === null ? {} : { posting: { balanceId, amount: toMoney(-visits), cause: 'visit', mayOverdraw: false, ...key } };
    rows.push({ ...about, type: 9, amount, ...posting });
    const correction = minus(item.due, amount);
    if (!isZero(correction)) rows.push({ ...about, type: 10, amount: correction, with: rows.length - 1 });
  }
  return rows;
}

/** The price of a membership divided by its visits: 5000 for 10 are 500 each. */
function correctedPrice(location: Place, { type }: MembershipRow, visits: number) {
  const all = type.isShared ? type.sharedVisits : type.links.reduce((total, link) => total + link.visits, 0);
  const digits = currencyDigits(location.currency);
  return roundMoney(dividedBy(times(type.price, toQuantity(visits)), toQuantity(all)), digits);
}

/**
 * The first use makes a membership active, at the beginning of the visit.
 * @returns the columns to write; undefined if it would be expired already
 */
export function activationBy(
  membership: MembershipRow,
  sale: Pick<Sale, 'at'>,
  now: Date,
): Partial<Pick<MembershipRow, 'activatedAt' | 'activatesAt' | 'expiresAt'>> | undefined {
  if (membership.activatedAt) return {};
  const activatedAt = new Date(Math.max(membership.createdAt.getTime(), Math.min(sale.at.getTime(), now.getTime())));
  const expiresAt = expiryOf(membership, activatedAt, membership.timeZone);
  return expiresAt && expiresAt < now ? undefined : { activatedAt, activatesAt: null, expiresAt };
}

/**
 * Only its buyer uses a personal membership. Another one moves to the client who has its code.
 * @returns the columns of its new owner
 * @throws Invalid
 */
async function holderOf(
  db: Read,
  location: Place,
  sale: Sale,
  membership: MembershipRow,
  number: string | undefined,
  mayOmitCode: boolean,
): Promise<{ phone?: string; clientId?: number | null }> {
  if (number !== undefined && number !== membership.number) throw new Invalid({ number: ['is not the code of this membership'] });
  const phone = await phoneOfClient(db, location.id, sale.clientId);
  if (membership.type.isPersonal) {
    if (phone === null || phone !== membership.phone) throw new Invalid({ membershipId: ['belongs to another client'] });
    return {};
  }
  if (membership.number !== '' && number === undefined && !mayOmitCode)
    throw new Invalid({ number: ['is required: the code of the membership'] });
  if (phone === null || phone === membership.phone) return {};
  return { phone, clientId: membership.locationId === location.id ? sale.clientId : null };
}
