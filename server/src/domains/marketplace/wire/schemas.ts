import Type from 'typebox';
import { AnyOfTypes, Id, LocalDateTime, named } from '../../../api/schema.ts';
import { applicationKinds } from '../tables.ts';

export const ApplicationPath = Type.Object({ application_id: Id('application id') });
export const InstallationPath = Type.Object({ location_id: Id('location id'), application_id: Id('application id') });

/** What partners name in bodies. */
export const Place = { salon_id: Id('location id'), application_id: Id('application id') };

const Title = Type.String({ minLength: 1, maxLength: 255 });

const TariffOptionInput = named(
  'TariffOptionInput',
  Type.Object({
    title: Title,
    overall_price: Type.Number({ minimum: 0, maximum: 1e9 }),
    currency_iso: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
    duration_in_months: Type.Integer({ minimum: 1, maximum: 120 }),
    free_period_in_months: Type.Optional(Type.Integer({ minimum: 0, maximum: 120, default: 0 })),
    staff_amount: Type.Integer({ minimum: 0, maximum: 100_000, description: 'max team members' }),
  }),
);

const TariffInput = named(
  'TariffInput',
  Type.Object({ title: Title, options: Type.Array(TariffOptionInput, { minItems: 1, maxItems: 20 }) }),
);

export const Tariff = named(
  'ApplicationTariff',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    options: Type.Array(
      Type.Object({
        id: Type.Integer(),
        title: Type.String(),
        overall_price: Type.Number(),
        duration_in_months: Type.Integer(),
        currency_iso: Type.String(),
        staff_amount: Type.Integer({ description: 'max team members' }),
        free_period_in_months: Type.Integer(),
      }),
    ),
  }),
);

const optional = {
  short_description: Type.Optional(Type.String({ maxLength: 1000 })),
  kind: Type.Optional(
    Type.String({ enum: [...applicationKinds], description: 'only chat bots and SMS aggregators have channels' }),
  ),
  webhook_url: Type.Optional(Type.String({ maxLength: 2000, description: 'gets marketplace_webhook; empty for nowhere' })),
  asks_user_data: Type.Optional(Type.Boolean({ description: 'the redirect has signed data of the user' })),
  rights: Type.Optional(
    Type.Array(Type.String({ maxLength: 100 }), { maxItems: 300, description: 'permissions of its user in a location' }),
  ),
  tariffs: Type.Optional(Type.Array(TariffInput, { maxItems: 50, description: 'replaces all tariffs' })),
};
const Callback = Type.String({ maxLength: 2000, description: 'where the browser of a user goes who connects it' });

export const NewApplication = named('NewApplication', Type.Object({ name: Title, callback_url: Callback, ...optional }));
export const ApplicationChanges = named(
  'ApplicationChanges',
  Type.Object({ name: Type.Optional(Title), callback_url: Type.Optional(Callback), ...optional }),
);

export const PartnerApplication = named(
  'PartnerApplication',
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    short_description: Type.String(),
    kind: Type.String({ enum: [...applicationKinds] }),
    callback_url: Type.String(),
    webhook_url: Type.String(),
    asks_user_data: Type.Boolean(),
    rights: Type.Array(Type.String()),
  }),
);

export const OfferedApplication = named(
  'OfferedApplication',
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    short_description: Type.String(),
    rights: Type.Array(Type.String(), { description: 'what its user may do in the location' }),
    status: Type.String({ enum: ['uninstalled', 'pending', 'active', 'freezed'] }),
    user_id: Type.Integer({ description: 'the user of the application in the location; 0 for none' }),
  }),
);

export const CallbackInput = named(
  'MarketplaceCallbackInput',
  Type.Object({
    ...Place,
    api_key: Type.Optional(
      AnyOfTypes<number | string>(['number', 'string'], { maxLength: 500, description: 'key of the messaging module' }),
    ),
    webhook_urls: Type.Optional(Type.Array(Type.String({ maxLength: 2000 }), { maxItems: 10 })),
  }),
);

export const InstallationStatus = named(
  'InstallationStatus',
  Type.Object({
    connection_status: Type.Object({
      status: Type.String({ enum: ['pending', 'freezed', 'active'] }),
      created_at: LocalDateTime('when the location connected it'),
    }),
    payments: Type.Array(
      Type.Object({
        payment_sum: Type.Number(),
        id: Type.Integer(),
        payment_date: LocalDateTime('as reported'),
        is_refunded: Type.Boolean(),
        period_from: LocalDateTime('included'),
        period_to: LocalDateTime('included'),
      }),
    ),
    logs: Type.Array(
      Type.Object({
        changed_at: LocalDateTime('the local time of the location'),
        status_from: Type.String(),
        status_to: Type.String(),
        source: Type.String({ description: 'marketplace or partner_api' }),
      }),
    ),
  }),
);
