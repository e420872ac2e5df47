import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { empty, ok, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { Id, named } from '../../../api/schema.ts';
import { toWire } from '../../../platform/exact.ts';
import { toMoney } from '../../../platform/money.ts';
import { getAppointment } from '../../appointments/appointment.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import { setPrepaidTerms } from '../../catalog/prepaid.ts';
import { mayTakePayments } from '../../sales/wire/caller.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { setPrepaidOfMember } from '../../team/prepaid.ts';
import { prepaymentOf, refundPrepayment } from '../prepayment.ts';
import { clearPrepaymentSettings, getPrepaymentSettings, setPrepaymentSettings } from '../settings.ts';
import { paymentsOf } from './caller.ts';
import { Prepayment, PrepaymentSettingsAnswer, PrepaymentSettingsBody, presentPrepayment, presentSettings } from './schemas.ts';

const tag = 'Prepayment';
const settingsPath = '/company/{location_id}/settings/prepayment';
const LocationPath = Type.Object({ location_id: Id('location id') });

const exampleSettings = {
  provider: 'demo' as const,
  hold_minutes: 15,
  account_id: 0,
  callback_url: 'https://foyer.example.com/payments/demo/1',
};

/** The address that a provider calls. Stripe is named for a location without a provider, because its callback is set up first. */
const callbackUrl = (address: string, locationId: number, provider = 'stripe') => `${address}/payments/${provider}/${locationId}`;

const getPrepaymentSettingsOperation = operation({
  id: 'get_prepayment_settings',
  method: 'GET',
  path: settingsPath,
  tag,
  summary: 'Read who takes online payments',
  description: 'Keys of the provider are never answered.',
  extension: true,
  access: locationUser('finances_settings_invoicing_read_access'),
  params: LocationPath,
  success: ok(PrepaymentSettingsAnswer),
  example: { data: exampleSettings },
  handle: async ({ db, location, services, request }) => {
    const settings = await getPrepaymentSettings(db, location.id);
    return presentSettings(settings, callbackUrl(publicAddress(request, services.config), location.id, settings?.provider));
  },
});

const setPrepaymentSettingsOperation = operation({
  id: 'set_prepayment_settings',
  method: 'PUT',
  path: settingsPath,
  tag,
  summary: 'Set who takes online payments',
  description:
    'Stripe needs a secret key and the signing secret of a webhook that sends `checkout.session.completed`, `checkout.session.expired` and `payment_intent.amount_capturable_updated` to `callback_url`. Both are stored encrypted. Fields that are not sent stay unchanged. The provider cannot be changed while clients pay (409).',
  extension: true,
  access: locationUser('finances_settings_invoicing_update_access'),
  params: LocationPath,
  body: PrepaymentSettingsBody,
  success: ok(PrepaymentSettingsAnswer),
  errors: [409],
  example: { body: { provider: 'demo', hold_minutes: 15 }, data: exampleSettings },
  handle: async ({ write, location, body, services, request }) => {
    const address = publicAddress(request, services.config);
    const settings = await setPrepaymentSettings(
      write,
      location,
      {
        provider: body.provider as 'stripe' | 'demo',
        ...(body.secret_key === undefined ? {} : { secretKey: body.secret_key }),
        ...(body.webhook_secret === undefined ? {} : { webhookSecret: body.webhook_secret }),
        holdMinutes: body.hold_minutes,
        accountId: body.account_id === undefined ? undefined : body.account_id || null,
      },
      paymentsOf(services, address),
    );
    return presentSettings(settings, callbackUrl(address, location.id, settings.provider));
  },
});

const clearPrepaymentSettingsOperation = operation({
  id: 'clear_prepayment_settings',
  method: 'DELETE',
  path: settingsPath,
  tag,
  summary: 'Take no online payments any more',
  description:
    'Forgets the provider and its keys. Services and team members that demand prepayment can then be booked without. Refused while clients pay or money goes back (409).',
  extension: true,
  access: locationUser('finances_settings_invoicing_update_access'),
  params: LocationPath,
  success: empty(204),
  errors: [409],
  handle: ({ write, location }) => clearPrepaymentSettings(write, location.id),
});

const ServicePrepayment = Type.Object({
  prepaid: Type.String({ enum: ['forbidden', 'optional', 'required'] }),
  amount: Type.Number({
    minimum: 0,
    maximum: 1e12,
    description: 'for one, never more than its price; 0 if the percentage counts',
  }),
  percent: Type.Integer({ minimum: 1, maximum: 100, description: 'percent of the price' }),
});

const setServicePrepayment = operation({
  id: 'set_service_prepayment',
  method: 'PUT',
  path: '/company/{location_id}/services/{service_id}/prepayment',
  tag,
  summary: 'Set the prepayment of a service',
  description:
    'Whether clients who book the service online pay in advance, and how much. Fields that are not sent stay unchanged. Without a provider it has no effect.',
  extension: true,
  access: locationUser('settings_services_edit_online_pay_access'),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id') }),
  body: named('ServicePrepaymentChanges', Type.Partial(ServicePrepayment)),
  success: ok(named('ServicePrepayment', ServicePrepayment)),
  errors: [403, 404],
  example: { body: { prepaid: 'required', amount: 0, percent: 50 }, data: { prepaid: 'required', amount: 0, percent: 50 } },
  handle: async ({ write, location, params, body, can }) => {
    if (!can('services_edit')) throw new Forbidden();
    const row = await setPrepaidTerms(write, location, params.service_id, {
      prepaid: body.prepaid as 'forbidden' | 'optional' | 'required' | undefined,
      amount: toMoney(body.amount),
      percent: body.percent,
    });
    return { prepaid: row.prepaid, amount: toWire(row.prepaidAmount), percent: row.prepaidPercent };
  },
});

const MemberPrepayment = named(
  'TeamMemberPrepayment',
  Type.Object({ prepaid: Type.String({ enum: ['forbidden', 'allowed', 'required'] }) }),
);

const setTeamMemberPrepayment = operation({
  id: 'set_team_member_prepayment',
  method: 'PUT',
  path: '/company/{location_id}/staff/{team_member_id}/prepayment',
  tag,
  summary: 'Set the prepayment of a team member',
  description:
    'Whether clients who book the team member online pay in advance. The services say how much. Of the service and the team member, the stricter one counts.',
  extension: true,
  access: locationUser('master_edit'),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  body: MemberPrepayment,
  success: ok(MemberPrepayment),
  errors: [403, 404],
  example: { body: { prepaid: 'allowed' }, data: { prepaid: 'allowed' } },
  handle: async ({ write, location, params, body }) => {
    const prepaid = body.prepaid as 'forbidden' | 'allowed' | 'required';
    await setPrepaidOfMember(write, location.id, params.team_member_id, prepaid);
    return { prepaid };
  },
});

const RecordPath = Type.Object({ location_id: Id('location id'), record_id: Id('record id') });
const recordPath = '/record/{location_id}/{record_id}/prepayment';

/** @throws NotFound for an appointment outside of the caller's calendars, Forbidden for one of days for which the caller takes no payments */
async function expectPayable(caller: Authorized, recordId: number): Promise<void> {
  const { startsAt } = await getAppointment(caller.db, caller.location.id, recordId, await calendarsOf(caller));
  if (!mayTakePayments(caller, startsAt)) throw new Forbidden();
}

const examplePrepayment = {
  id: 1,
  status: 'paid',
  amount: 30,
  currency: 'USD',
  expires_at: '2026-09-25T10:15:00-04:00',
  paid_at: '2026-09-25T10:04:00-04:00',
  record_amount: 30,
  provider: 'stripe',
  payment_id: 'pi_3PqL0o2eZvKYlo2C0abc1234',
  refund: null,
};

const getRecordPrepayment = operation({
  id: 'get_appointment_prepayment',
  method: 'GET',
  path: recordPath,
  tag,
  summary: 'Read the prepayment of an appointment',
  description: 'Also of a deleted appointment. Needs the right to take payments for its date.',
  extension: true,
  access: locationUser('records_finances_access'),
  params: RecordPath,
  success: ok(Prepayment),
  errors: [403, 404],
  example: { data: examplePrepayment },
  handle: async (context) => {
    const { db, location, params } = context;
    await expectPayable(context, params.record_id);
    return presentPrepayment(await prepaymentOf(db, location.id, params.record_id), location.timeZone);
  },
});

const refundRecordPrepayment = operation({
  id: 'refund_appointment_prepayment',
  method: 'POST',
  path: `${recordPath}/refund`,
  tag,
  summary: 'Give the prepayment of an appointment back',
  description:
    "Gives the whole share of the appointment back to its client through the provider, also after the appointment was deleted. The document of a living appointment gets a negative payment. Deleting an appointment does not give money back by itself. If the provider refused before, the call asks again. Needs the rights to take payments for the appointment's date and to delete payments.",
  extension: true,
  access: locationUser('records_finances_access'),
  params: RecordPath,
  success: ok(Prepayment),
  errors: [403, 404, 409],
  example: { data: { ...examplePrepayment, refund: { amount: 30, is_done: false, requested_at: '2026-09-25T12:00:00-04:00' } } },
  handle: async (context) => {
    const { write, location, params, can } = context;
    if (!can('finances_delete_transactions_access')) throw new Forbidden();
    await expectPayable(context, params.record_id);
    await refundPrepayment(write, location, params.record_id);
    return presentPrepayment(await prepaymentOf(write, location.id, params.record_id), location.timeZone);
  },
});

/** Foyer's own operations for prepayments, for the business. */
export const prepaymentOperations = [
  getPrepaymentSettingsOperation,
  setPrepaymentSettingsOperation,
  clearPrepaymentSettingsOperation,
  setServicePrepayment,
  setTeamMemberPrepayment,
  getRecordPrepayment,
  refundRecordPrepayment,
];
