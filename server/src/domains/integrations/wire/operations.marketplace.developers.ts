import Type from 'typebox';
import { anyone, locationPartner, partnerOrUser } from '../../../api/access.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { PageSize } from '../../../api/pagination.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';

const listMarketplaceAppLocations = operation({
  id: 'list_marketplace_app_locations',
  method: 'GET',
  path: '/marketplace/application/{application_id}/salons',
  tag: 'Marketplace',
  summary: 'Locations that connected the application',
  access: partnerOrUser(),
  params: Type.Object({ application_id: Id('application id') }),
  query: Type.Object({ page: Type.Number(), count: PageSize(1000) }),
  success: answer(
    200,
    Type.Array(
      Type.Object(
        {
          id: Type.Optional(Type.Integer()),
          title: Type.Optional(Type.String()),
          public_title: Type.Optional(Type.String()),
          short_descr: Type.Optional(Type.String({ description: 'category' })),
          logo: Type.Optional(Type.String({ description: 'URL' })),
          active: Type.Optional(Type.Integer({ description: '1 active, 0 inactive' })),
          phone: Type.Optional(Type.String()),
          phones: Type.Optional(Type.Array(Type.String())),
          email: Type.Optional(Type.String()),
          country_id: Type.Optional(Type.Integer()),
          schedule: Type.Optional(Type.String()),
          country: Type.Optional(Type.String()),
          city_id: Type.Optional(Type.Integer()),
          city: Type.Optional(Type.String()),
          timezone: Type.Optional(Type.Number({ description: 'offset hours' })),
          timezone_name: Type.Optional(Type.String({ description: 'IANA' })),
          address: Type.Optional(Type.String()),
          coordinate_lat: Type.Optional(Type.Number()),
          coordinate_lon: Type.Optional(Type.Number()),
          phone_confirmation: Type.Optional(Type.Boolean({ description: 'SMS confirmation needed for booking' })),
          active_staff_count: Type.Optional(Type.Number({ description: 'bookable team members' })),
          next_slot: Type.Optional(Type.String({ description: 'date-time; only with query forBooking=1' })),
          app_ios: Type.Optional(Type.String()),
          app_android: Type.Optional(Type.String()),
          currency_short_title: Type.Optional(Type.String()),
          reminds_sms_disabled: Type.Optional(Type.Boolean()),
          reminds_sms_default: Type.Optional(Type.Integer()),
          group_priority: Type.Optional(Type.Number({ description: 'higher shown first in chain' })),
          bookform_group_priority: Type.Optional(Type.Number()),
          description: Type.Optional(Type.String({ description: 'HTML' })),
          photos: Type.Optional(Type.Array(Type.String())),
          company_photos: Type.Optional(Type.Array(Type.String())),
          booking_widget_promo: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()])),
        },
        { additionalProperties: Type.Any() },
      ),
    ),
  ),
  errors: [403],
});

const marketplacePartnerApplicationsTariffsList = operation({
  id: 'marketplace_partner_applications_tariffs_list',
  method: 'GET',
  path: '/marketplace/application/{application_id}/tariffs',
  tag: 'Marketplace',
  summary: 'Application tariffs',
  access: partnerOrUser(),
  params: Type.Object({ application_id: Id('application id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        title: Type.Optional(Type.String()),
        options: Type.Optional(
          Type.Array(
            Type.Object({
              id: Type.Optional(Type.Integer()),
              title: Type.Optional(Type.String()),
              overall_price: Type.Optional(Type.Number()),
              duration_in_months: Type.Optional(Type.Integer()),
              currency_iso: Type.Optional(Type.String()),
              staff_amount: Type.Optional(Type.Integer({ description: 'max team members' })),
              free_period_in_months: Type.Optional(Type.Integer()),
            }),
          ),
        ),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 89,
        title: '1 month',
        options: [
          {
            id: 123,
            title: 'Solo professional',
            overall_price: 500,
            duration_in_months: 1,
            currency_iso: 'USD',
            staff_amount: 1,
            free_period_in_months: 0,
          },
        ],
      },
    ],
  },
});

const marketplacePartnerApplicationAddDiscount = operation({
  id: 'marketplace_partner_application_add_discount',
  method: 'POST',
  path: '/marketplace/application/add_discount',
  tag: 'Marketplace',
  summary: 'Set payment discount for locations',
  access: partnerOrUser(),
  body: Type.Object({
    salon_ids: Type.Array(Type.Integer()),
    application_id: Type.Integer(),
    discount: Type.Number({ description: 'percent or fixed amount, by configuration' }),
  }),
  success: answer(200, Type.Record(Type.String(), Type.Any())),
  errors: [403, 404],
  example: { body: { salon_ids: [123], application_id: 123, discount: 15.54 } },
});

const marketplacePartnerApplicationPaymentLink = operation({
  id: 'marketplace_partner_application_payment_link',
  method: 'GET',
  path: '/marketplace/application/payment_link',
  tag: 'Marketplace',
  summary: 'Signed payment page link',
  access: partnerOrUser(),
  query: Type.Object({
    salon_id: Type.Integer(),
    application_id: Type.Integer(),
    discount: Type.Optional(Type.Number({ description: 'percent' })),
  }),
  success: answer(200, Type.Object({ url: Type.Optional(Type.String()) })),
  errors: [403, 404],
  example: {
    data: { url: 'https://alteg.io/appstore/payment/?salon_id=1111&application_id=1&discount=15.5&source=api&sign=6f9b5bc6' },
  },
});

const marketplacePartnerApplicationsUpdateChannel = operation({
  id: 'marketplace_partner_applications_update_channel',
  method: 'POST',
  path: '/marketplace/application/update_channel',
  tag: 'Marketplace',
  summary: 'Set notification channel availability',
  access: partnerOrUser(),
  body: Type.Object({
    salon_id: Type.Integer(),
    application_id: Type.Integer(),
    channel_slug: Type.String({ enum: ['sms', 'whatsapp'] }),
    is_available: Type.Boolean(),
  }),
  success: answer(200, Type.Record(Type.String(), Type.Any())),
  errors: [403, 422],
  example: { body: { salon_id: 123, application_id: 456, channel_slug: 'sms', is_available: true } },
});

const getMarketplaceIntegrationStatus = operation({
  id: 'get_marketplace_integration_status',
  method: 'GET',
  path: '/marketplace/salon/{location_id}/application/{application_id}',
  tag: 'Marketplace',
  summary: 'Installation state in one location',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), application_id: Id('application id') }),
  success: answer(
    200,
    Type.Object({
      connection_status: Type.Optional(
        Type.Object({
          status: Type.Optional(Type.String({ enum: ['pending', 'freezed', 'active'] })),
          created_at: Type.Optional(Type.String()),
        }),
      ),
      payments: Type.Optional(
        Type.Array(
          Type.Object({
            payment_sum: Type.Optional(Type.Number()),
            id: Type.Optional(Type.Integer()),
            payment_date: Type.Optional(Type.String()),
            is_refunded: Type.Optional(Type.Boolean()),
            period_from: Type.Optional(Type.String()),
            period_to: Type.Optional(Type.String()),
          }),
        ),
      ),
      logs: Type.Optional(
        Type.Array(
          Type.Object({
            changed_at: Type.Optional(Type.String()),
            status_from: Type.Optional(Type.String()),
            status_to: Type.Optional(Type.String()),
            source: Type.Optional(Type.String()),
          }),
        ),
      ),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      logs: [{ changed_at: '2022-06-27 12:20:02', status_from: 'uninstalled', status_to: 'pending', source: 'marketplace' }],
      payments: [
        {
          id: 1523,
          payment_sum: 1523.12,
          payment_date: '2022-06-27 12:22:02',
          is_refunded: false,
          period_from: '2022-06-27 00:00:00',
          period_to: '2022-07-27 00:00:00',
        },
      ],
      connection_status: { status: 'active', created_at: '2022-06-27 12:20:02' },
    },
  },
});

const uninstallMarketplaceApp = operation({
  id: 'uninstall_marketplace_app',
  method: 'POST',
  path: '/marketplace/salon/{location_id}/application/{application_id}/uninstall',
  tag: 'Marketplace',
  summary: 'Uninstall application from location',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), application_id: Id('application id') }),
  success: answer(200, undefined),
  errors: [403, 404],
});

const MarketplaceCallbackInput = named(
  'MarketplaceCallbackInput',
  Type.Object({
    salon_id: Type.Integer(),
    application_id: Type.Integer(),
    api_key: Type.Optional(
      AnyOfTypes<number | string>(['number', 'string'], {
        description: 'key of the messaging module',
      }),
    ),
    webhook_urls: Type.Optional(Type.Array(Type.String())),
  }),
);

const marketplaceNotificationSettingsCallback = operation({
  id: 'marketplace_notification_settings_callback',
  method: 'POST',
  path: '/marketplace/partner/callback',
  tag: 'Marketplace',
  summary: 'Partner finishes installation for location',
  access: partnerOrUser(),
  body: MarketplaceCallbackInput,
  success: empty(200),
  errors: [403, 422],
  example: {
    body: {
      salon_id: 123,
      application_id: 123,
      api_key: '2f181e2a-5c22-4ae7-9d9b-07104f312c28',
      webhook_urls: ['https://example.com/webhook'],
    },
  },
});

const marketplaceNotificationSettingsRedirectCallback = operation({
  id: 'marketplace_notification_settings_redirect_callback',
  method: 'POST',
  path: '/marketplace/partner/callback/redirect',
  tag: 'Marketplace',
  summary: 'Browser redirect after partner registration',
  access: partnerOrUser(),
  body: MarketplaceCallbackInput,
  success: answer(200, undefined),
  errors: [403, 422],
  example: {
    body: {
      salon_id: 123,
      application_id: 123,
      api_key: '2f181e2a-5c22-4ae7-9d9b-07104f312c28',
      webhook_urls: ['https://example.com/webhook'],
    },
  },
});

const marketplaceNotificationPaymentCallback = operation({
  id: 'marketplace_notification_payment_callback',
  method: 'POST',
  path: '/marketplace/partner/payment',
  tag: 'Marketplace',
  summary: 'Partner reports successful payment',
  access: partnerOrUser(),
  body: Type.Object({
    salon_id: Type.Integer(),
    application_id: Type.Integer(),
    currency_iso: Type.String({ description: 'e.g. USD, EUR, BYN' }),
    payment_sum: Type.Number(),
    payment_date: Type.String({ description: 'YYYY-MM-DD HH:MM:SS' }),
    period_from: Type.String({ description: 'inclusive' }),
    period_to: Type.String({ description: 'inclusive' }),
  }),
  success: answer(200, Type.Object({ id: Type.Optional(Type.Integer({ description: 'payment ID' })) })),
  errors: [403, 422],
  example: {
    data: { id: 123 },
    body: {
      salon_id: 123,
      application_id: 123,
      currency_iso: 'EUR',
      payment_sum: 990.99,
      payment_date: '2022-01-01 10:10:00',
      period_from: '2022-01-01 10:10:00',
      period_to: '2022-02-01 10:10:00',
    },
  },
});

const marketplacePaymentRefundCallback = operation({
  id: 'marketplace_payment_refund_callback',
  method: 'POST',
  path: '/marketplace/partner/payment/refund/{payment_id}',
  tag: 'Marketplace',
  summary: 'Partner reports refund of payment',
  access: partnerOrUser(),
  params: Type.Object({ payment_id: Id('payment id') }),
  success: empty(200),
  errors: [403, 422],
});

const setMarketplaceNotificationShortNames = operation({
  id: 'set_marketplace_notification_short_names',
  method: 'POST',
  path: '/marketplace/partner/short_names',
  tag: 'Marketplace',
  summary: 'SMS sender names available to user',
  access: partnerOrUser(),
  body: Type.Object({ salon_id: Type.Integer(), application_id: Type.Integer(), short_names: Type.Array(Type.String()) }),
  success: empty(200),
  errors: [403, 422],
  example: { body: { salon_id: 123, application_id: 123, short_names: ['Altegio'] } },
});

const marketplaceWebhook = operation({
  id: 'marketplace_webhook',
  method: 'POST',
  path: '/marketplace_webhook',
  tag: 'Marketplace',
  summary: 'Outgoing app lifecycle webhook (not callable)',
  webhook: 'planned',
  access: anyone(),
  body: Type.Object({
    salon_id: Type.Integer(),
    application_id: Type.Integer(),
    event: Type.String({ enum: ['uninstall', 'freeze'] }),
    partner_token: Type.String({ description: "partner's bearer token, proves origin" }),
  }),
  success: empty(200),
  errors: [403, 404],
  example: { body: { salon_id: 123, application_id: 123, event: 'uninstall', partner_token: 'yasdfkjah2328aj' } },
});

/** The operations of the tag, in the order of the published documents. */
export const marketplaceOperations = [
  listMarketplaceAppLocations,
  marketplacePartnerApplicationsTariffsList,
  marketplacePartnerApplicationAddDiscount,
  marketplacePartnerApplicationPaymentLink,
  marketplacePartnerApplicationsUpdateChannel,
  getMarketplaceIntegrationStatus,
  uninstallMarketplaceApp,
  marketplaceNotificationSettingsCallback,
  marketplaceNotificationSettingsRedirectCallback,
  marketplaceNotificationPaymentCallback,
  marketplacePaymentRefundCallback,
  setMarketplaceNotificationShortNames,
  marketplaceWebhook,
];
