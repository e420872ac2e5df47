import Type, { type Static } from 'typebox';
import { AnyOfTypes, DateTime, Id, maxId, NullableDateTime, NullableString, named } from '../../../api/schema.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { currencyDigits, fromMinor } from '../../../platform/money.ts';
import type { PrepaymentView } from '../prepayment.ts';
import type { PrepaymentSettings } from '../settings.ts';

const Provider = (more: object = {}) => AnyOfTypes<'stripe' | 'demo' | null>(['string', 'null'], more);
const HoldMinutes = Type.Integer({
  minimum: 5,
  maximum: 1440,
  description: 'minutes for which a time is held while its client pays',
});

export const PrepaymentSettingsAnswer = named(
  'PrepaymentSettings',
  Type.Object({
    provider: Provider({ description: 'stripe or demo; null if the location takes no online payments' }),
    hold_minutes: HoldMinutes,
    account_id: Type.Integer({
      minimum: 0,
      maximum: maxId,
      description: 'account that the money goes to; 0 for the default account of cards',
    }),
    callback_url: Type.String({ description: 'where the provider sends its news; set it up there' }),
  }),
);

export const PrepaymentSettingsBody = named(
  'PrepaymentSettingsChanges',
  Type.Object({
    provider: Type.String({ enum: ['stripe', 'demo'], description: 'demo only on the server of a demo' }),
    secret_key: Type.Optional(
      Type.String({ minLength: 8, maxLength: 255, pattern: '^\\S+$', description: 'secret key of Stripe; it is never answered' }),
    ),
    webhook_secret: Type.Optional(
      Type.String({
        minLength: 8,
        maxLength: 255,
        pattern: '^\\S+$',
        description: 'signing secret of the webhook at Stripe; it is never answered',
      }),
    ),
    hold_minutes: Type.Optional(HoldMinutes),
    account_id: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: maxId,
        description: 'account that the money goes to; 0 for the default account of cards',
      }),
    ),
  }),
);

export const presentSettings = (
  settings: PrepaymentSettings | undefined,
  callbackUrl: string,
): Static<typeof PrepaymentSettingsAnswer> => ({
  provider: settings?.provider ?? null,
  hold_minutes: settings?.holdMinutes ?? 15,
  account_id: settings?.accountId ?? 0,
  callback_url: callbackUrl,
});

const Status = Type.String({
  enum: ['open', 'capturing', 'paid', 'ended'],
  description:
    '`open`: the time is held while the client pays; `capturing`: the money is being taken; `paid`; `ended`: the time was given up',
});

const common = {
  status: Status,
  amount: Type.Number({ description: 'for all appointments of the booking' }),
  currency: Type.String({ description: 'ISO 4217', examples: ['USD'] }),
  expires_at: DateTime('until when the time is held'),
  paid_at: NullableDateTime('when the money came'),
};

/** What the client of an appointment sees. */
export const ClientPrepayment = named(
  'ClientPrepayment',
  Type.Object({ ...common, payment_url: NullableString({ description: 'where to pay; null until the payment is started' }) }),
);

/** What the business sees. */
export const Prepayment = named(
  'Prepayment',
  Type.Object({
    id: Id('prepayment id'),
    ...common,
    record_amount: Type.Number({ description: 'the share of this appointment' }),
    provider: Type.String({ enum: ['stripe', 'demo'] }),
    payment_id: NullableString({ description: 'id of the payment at the provider' }),
    refund: Type.Union([
      Type.Object({
        amount: Type.Number(),
        is_done: Type.Boolean({ description: 'whether the provider has confirmed it' }),
        requested_at: DateTime('when it was asked for'),
      }),
      Type.Null(),
    ]),
  }),
);

const presentCommon = (row: PrepaymentView, timeZone: string) => ({
  status: row.status,
  amount: toWire(row.amount),
  currency: row.currency,
  expires_at: zonedDateTime(row.expiresAt, timeZone),
  paid_at: row.receivedAt && zonedDateTime(row.receivedAt, timeZone),
});

export const presentForClient = (row: PrepaymentView, timeZone: string): Static<typeof ClientPrepayment> => ({
  ...presentCommon(row, timeZone),
  payment_url: row.status === 'open' ? row.url : null,
});

export const presentPrepayment = (row: PrepaymentView, timeZone: string): Static<typeof Prepayment> => ({
  id: row.id,
  ...presentCommon(row, timeZone),
  record_amount: toWire(row.part),
  provider: row.provider,
  payment_id: row.paymentId,
  refund: row.refund
    ? {
        amount: toWire(fromMinor(row.refund.minor, currencyDigits(row.currency))),
        is_done: row.refund.doneAt !== null,
        requested_at: zonedDateTime(row.refund.createdAt, timeZone),
      }
    : null,
});
