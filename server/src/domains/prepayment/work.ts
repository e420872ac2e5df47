import { and, eq, isNull } from 'drizzle-orm';
import { Conflict } from '../../api/errors.ts';
import type { Read, Transact } from '../../api/write.ts';
import { Hopeless } from '../../platform/jobs.ts';
import { getLocation, getPlace } from '../locations/location.ts';
import { endRefused, type ForPrepayment, lockPrepayment, type PrepaymentRow, prepaymentOf, settle } from './prepayment.ts';
import { type PaymentProvider, ProviderFailed, ProviderRefused } from './provider.ts';
import { type Payments, providerOf } from './settings.ts';
import { prepaymentRefunds, prepayments } from './tables.ts';

/** A database, and transactions of their own on it: calls of providers happen between them. */
export interface Database {
  db: Read;
  transact: Transact;
}

const own = ({ locationId, prepaymentId }: ForPrepayment) =>
  and(eq(prepayments.locationId, locationId), eq(prepayments.id, prepaymentId));

async function rowOf(db: Read, of: ForPrepayment): Promise<PrepaymentRow> {
  const [row] = await db.select().from(prepayments).where(own(of));
  return row as PrepaymentRow;
}

/** @throws Conflict if the location changed its provider */
async function providerFor(db: Read, { locationId, provider }: PrepaymentRow, payments: Payments): Promise<PaymentProvider> {
  const found = await providerOf(db, locationId, provider, payments);
  if (!found) throw new Conflict(`The location has no provider ${provider} any more.`);
  return found;
}

/** Asks the provider for the page of a payment. The same call may be repeated: its parameters are those in the row. */
async function linkFor(db: Read, provider: PaymentProvider, row: PrepaymentRow) {
  const { key, locationId, minor, currency, returnUrl } = row;
  const { title, publicTitle } = await getLocation(db, locationId);
  return provider.createLink({
    key,
    locationId,
    minor,
    currency,
    description: publicTitle || title,
    returnUrl: returnUrl as string,
  });
}

/**
 * Makes the page on which the client of an appointment pays, unless it is there already, or there is nothing to pay any more. What the
 * provider needs is recorded before, so that a call after a crash in between is the same.
 * @param returnUrl where the client goes afterwards; the first one counts
 * @throws NotFound without a prepayment, Conflict without its provider, ProviderFailed if the provider does not make the page
 */
export async function startPayment(
  { db, transact }: Database,
  of: { locationId: number; appointmentId: number },
  returnUrl: string,
  payments: Payments,
  now: Date,
): Promise<void> {
  const { id } = await prepaymentOf(db, of.locationId, of.appointmentId);
  const it = { locationId: of.locationId, prepaymentId: id };
  const row = await transact(async (write) => {
    const { prepayment } = await lockPrepayment(write, of.locationId, id);
    if (prepayment.status !== 'open' || prepayment.expiresAt <= now) return undefined;
    if (prepayment.returnUrl !== null) return prepayment;
    await write.update(prepayments).set({ returnUrl }).where(own(it));
    return { ...prepayment, returnUrl };
  });
  if (!row || row.url !== null) return;
  const provider = await providerFor(db, row, payments);
  const link = await linkFor(db, provider, row).catch((error: unknown) => {
    throw new ProviderFailed('The payment page could not be made', { cause: error });
  });
  await transact((write) =>
    write
      .update(prepayments)
      .set({ linkId: link.id, url: link.url })
      .where(and(own(it), isNull(prepayments.linkId))),
  );
}

/** Makes sure that nothing is paid any more for times that were given up. */
export async function cancelPayment({ db }: Pick<Database, 'db'>, of: ForPrepayment, payments: Payments): Promise<string> {
  const row = await rowOf(db, of);
  if (row.status !== 'ended' || row.receivedMinor !== null) return row.status;
  const provider = await providerFor(db, row, payments);
  // After a crash during the first call, the page may exist without being known here. The repeated call names it.
  const linkId = row.linkId ?? (await linkFor(db, provider, row)).id;
  await provider.cancel({ linkId, paymentId: row.paymentId, key: row.key });
  return 'cancelled';
}

/** Takes the money of an authorised payment. If the provider refuses, the times are given up. */
export async function capturePayment({ db, transact }: Database, of: ForPrepayment, payments: Payments): Promise<string> {
  const row = await rowOf(db, of);
  if (row.status !== 'capturing') return row.status;
  const { key, minor, currency } = row;
  const paymentId = row.paymentId as string;
  try {
    await (await providerFor(db, row, payments)).capture({ key, paymentId, minor, currency });
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    await transact((write) => endRefused(write, of));
    return `refused: ${error.message}`;
  }
  const location = await getPlace(db, of.locationId);
  await transact((write) => settle(write, location, { kind: 'paid', key, paymentId, minor, currency }));
  return 'paid';
}

/** Asks the provider to give money back. */
export async function sendRefund(
  { db, transact }: Database,
  { locationId, refundId }: { locationId: number; refundId: number },
  payments: Payments,
): Promise<string> {
  const ownRefund = and(eq(prepaymentRefunds.locationId, locationId), eq(prepaymentRefunds.id, refundId));
  const [refund] = await db.select().from(prepaymentRefunds).where(ownRefund);
  if (!refund || refund.doneAt) return 'done before';
  const row = await rowOf(db, { locationId, prepaymentId: refund.prepaymentId });
  const { minor, key } = refund;
  const currency = row.receivedCurrency as string;
  try {
    await (await providerFor(db, row, payments)).refund({ paymentId: row.paymentId as string, minor, currency, key });
  } catch (error) {
    throw error instanceof ProviderRefused ? new Hopeless(`The provider refuses: ${error.message}`) : error;
  }
  await transact((write) => write.update(prepaymentRefunds).set({ doneAt: new Date() }).where(ownRefund));
  return 'given back';
}
