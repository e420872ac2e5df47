import { localDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { signature } from '../../../platform/secrets.ts';
import { type Application, type tariffsOf, tokenOf } from '../application.ts';
import type { Agreement, historyOf, Installation, listForLocation, Notice } from '../installation.ts';
import type { InstallationState } from '../tables.ts';

/** The published spelling. */
const stateName = (state: InstallationState) => (state === 'frozen' ? 'freezed' : state);

export const presentApplication = (row: Application) => ({
  id: row.id,
  name: row.name,
  short_description: row.shortDescription,
  kind: row.kind,
  callback_url: row.callbackUrl,
  webhook_url: row.webhookUrl,
  asks_user_data: row.asksUserData,
  rights: row.rights,
});

export const presentOffered = ({ application, state, userId }: Awaited<ReturnType<typeof listForLocation>>[number]) => ({
  id: application.id,
  name: application.name,
  short_description: application.shortDescription,
  rights: application.rights,
  status: stateName(state ?? 'uninstalled'),
  user_id: state === 'active' ? (userId ?? 0) : 0,
});

/** Options that follow each other and have the same number are a tariff. */
export function presentTariffs(options: Awaited<ReturnType<typeof tariffsOf>>) {
  const ids = [...new Set(options.map(({ tariffId }) => tariffId))];
  const tariffs = ids.map((id) => ({ id, ofTariff: options.filter(({ tariffId }) => tariffId === id) }));
  return tariffs.map(({ id, ofTariff }) => ({
    id,
    title: ofTariff[0]?.tariff ?? '',
    options: ofTariff.map((option) => ({
      id: option.id,
      title: option.title,
      overall_price: toWire(option.price),
      duration_in_months: option.months,
      currency_iso: option.currency,
      staff_amount: option.teamMembers,
      free_period_in_months: option.freeMonths,
    })),
  }));
}

export function presentStatus(
  { state, createdAt }: Installation,
  { payments, changes }: Awaited<ReturnType<typeof historyOf>>,
  timeZone: string,
) {
  const local = (at: Date) => localDateTime(at, timeZone, ' ');
  return {
    connection_status: { status: stateName(state), created_at: local(createdAt) },
    payments: payments.map((payment) => ({
      payment_sum: toWire(payment.amount),
      id: payment.id,
      payment_date: local(payment.paidAt),
      is_refunded: payment.refundedAt !== null,
      period_from: local(payment.periodFrom),
      period_to: local(payment.periodTo),
    })),
    logs: changes.map(({ at, from, to, source }) => ({
      changed_at: local(at),
      status_from: stateName(from),
      status_to: stateName(to),
      source,
    })),
  };
}

/** The address of a partner to which the browser goes for a location. */
export function callbackAddress({ id, callbackUrl }: Application, locationId: number): URL {
  const address = new URL(callbackUrl);
  address.searchParams.set('salon_id', String(locationId));
  address.searchParams.set('application_id', String(id));
  return address;
}

/** The same with what the partner may know of the user, signed by the partner's token. Both names of the id are sent, as the published server does. */
export function consentAddress({ application, locationId, user }: Agreement, signingKey: Buffer): string {
  const address = callbackAddress(application, locationId);
  if (user) {
    const data = JSON.stringify({
      id: user.id,
      user_id: user.id,
      name: user.name,
      email: user.email ?? '',
      phone: user.phone ?? '',
      salon_name: user.locationTitle,
      is_approved: user.isApproved,
    });
    address.searchParams.set('user_data', Buffer.from(data).toString('base64'));
    address.searchParams.set('user_data_sign', signature(tokenOf(signingKey, application), data, 'hex'));
  }
  return address.href;
}

/** The body of `marketplace_webhook`. */
export const presentNotice = ({ locationId, applicationId, event, token }: Notice) => ({
  salon_id: locationId,
  application_id: applicationId,
  event,
  partner_token: token,
});
