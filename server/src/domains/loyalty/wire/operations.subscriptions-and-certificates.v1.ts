import Type from 'typebox';
import { locationPartner, partnerOrUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';
import { BalanceContainerLink } from '../../../wire/schemas.ts';
import {
  findGiftCardByCode,
  getClientGiftCards,
  getGiftCardHistory,
  getUserGiftCards,
  setGiftCardBalanceOperation,
  setGiftCardPeriod,
} from '../../gift-cards/wire/operations.gift-cards.v1.ts';
import { getGiftCardTypeList, getGiftCardTypeListById } from '../../gift-cards/wire/operations.types.v1.ts';

const ClientMembershipStatus = named(
  'ClientMembershipStatus',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    extended_title: Type.Optional(Type.String()),
    slug: Type.Optional(Type.String()),
    category: Type.Optional(Type.String()),
  }),
);

const MembershipService = named(
  'MembershipService',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    category_id: Type.Optional(Type.Integer()),
    is_category: Type.Optional(Type.Boolean()),
    title: Type.Optional(Type.String()),
    online_sale_title: Type.Optional(Type.String()),
    is_chain: Type.Optional(Type.Boolean()),
    chain_price_min: Type.Optional(Type.Number()),
    chain_price_max: Type.Optional(Type.Number()),
    category: Type.Optional(Type.Record(Type.String(), Type.Any())),
  }),
);

const GetClientMembershipsLink = named(
  'GetClientMembershipsLink',
  Type.Object({
    count: Type.Optional(Type.Integer()),
    is_unlimited: Type.Optional(Type.Boolean()),
    service: Type.Optional(MembershipService),
    category: Type.Optional(MembershipService),
  }),
);

const ClientMembershipType = named(
  'ClientMembershipType',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    salon_group_id: Type.Optional(Type.Integer({ description: 'chain where type is valid' })),
    title: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'])),
    period: Type.Optional(Type.Integer({ description: '0 when not set' })),
    period_unit_id: Type.Optional(Type.Integer({ description: '0 when not set' })),
    allow_freeze: Type.Optional(Type.Boolean()),
    freeze_limit: Type.Optional(Type.Integer({ description: 'max total freeze, days' })),
    freeze_limit_unit_id: Type.Optional(Type.Integer({ description: '1 day, 2 week, 3 month, 4 year' })),
    is_booking_when_frozen_allowed: Type.Optional(Type.Boolean()),
    category_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'category restriction' })),
    is_allow_empty_code: Type.Optional(Type.Boolean({ description: 'sellable without code' })),
    is_united_balance: Type.Optional(Type.Boolean({ description: 'true shared, false per service' })),
    united_balance_services_count: Type.Optional(Type.Integer({ description: 'visits when balance is shared' })),
    is_united_balance_unlimited: Type.Optional(Type.Boolean()),
    slug: Type.Optional(Type.String()),
    is_code_required: Type.Optional(Type.Boolean()),
    balance_edit_type_id: Type.Optional(Type.Integer()),
    cost: Type.Optional(Type.Number()),
    is_archived: Type.Optional(Type.Boolean()),
    date_archived: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'date-time' })),
    expiration_type_id: Type.Optional(Type.Integer({ description: 'activation: 1 on sale, 2 first use, 3 given date' })),
    expiration_type_title: Type.Optional(Type.String()),
    service_price_correction: Type.Optional(Type.Boolean({ description: 'service price adjustable' })),
    is_online_sale_enabled: Type.Optional(Type.Boolean()),
    online_sale_title: Type.Optional(Type.String()),
    online_sale_description: Type.Optional(Type.String()),
    online_sale_price: Type.Optional(Type.Number()),
    autoactivation_time: Type.Optional(Type.Integer()),
    autoactivation_time_unit_id: Type.Optional(Type.Integer({ description: '1 day, 2 week, 3 month, 4 year' })),
    weight: Type.Optional(Type.Integer({ description: 'sort order' })),
    category: Type.Optional(Type.String()),
    balance_container: Type.Optional(
      Type.Object({
        links: Type.Optional(Type.Array(GetClientMembershipsLink)),
      }),
    ),
  }),
);

const ClientMembership = named(
  'ClientMembership',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    number: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'], { description: 'membership code' })),
    balance_string: Type.Optional(Type.String({ description: "service names with remaining uses, e.g. 'Surfing (x10)'" })),
    is_frozen: Type.Optional(Type.Boolean()),
    freeze_period: Type.Optional(Type.Integer({ description: 'time already spent frozen' })),
    period: Type.Optional(Type.Integer({ description: 'validity length' })),
    period_unit_id: Type.Optional(Type.Integer({ description: '1 day, 2 week, 3 month, 4 year' })),
    expiration_date: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'date-time' })),
    created_date: Type.Optional(Type.String({ description: 'date-time' })),
    activated_date: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'date-time' })),
    is_united_balance: Type.Optional(Type.Boolean()),
    is_united_balance_unlimited: Type.Optional(Type.Boolean()),
    united_balance_services_count: Type.Optional(Type.Integer()),
    goods_transaction_id: Type.Optional(Type.Integer()),
    slug: Type.Optional(Type.String({ description: 'membership type slug' })),
    status: Type.Optional(ClientMembershipStatus),
    balance_container: Type.Optional(
      Type.Object({
        links: Type.Optional(Type.Array(GetClientMembershipsLink)),
      }),
    ),
    type: Type.Optional(ClientMembershipType),
  }),
);

const getClientMemberships = operation({
  id: 'get_client_memberships',
  method: 'GET',
  path: '/loyalty/abonements',
  tag: 'Subscriptions & Certificates',
  summary: 'Client memberships by phone',
  access: partnerOrUser(),
  query: Type.Object({ company_id: Type.Integer({ description: 'location' }), phone: Type.Number() }),
  success: answer(
    200,
    Type.Array(ClientMembership),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'total found' })) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 659878,
        number: 788376,
        balance_string: 'Surfing (x10)',
        is_frozen: false,
        freeze_period: 0,
        period: 9999,
        period_unit_id: 3,
        status: { id: 1, title: 'Released', extended_title: 'Released' },
        balance_container: { links: [{ count: 10, category: { id: 3129591, category_id: 1, title: 'Surfing' } }] },
        type: {
          id: 97804,
          salon_group_id: 145071,
          title: 89999,
          period: 9999,
          period_unit_id: 3,
          allow_freeze: false,
          freeze_limit: 0,
          is_allow_empty_code: false,
          is_united_balance: false,
          united_balance_services_count: 0,
          balance_container: { links: [{ count: 10, category: { id: 3129591, category_id: 1, title: 'Surfing' } }] },
        },
      },
    ],
    meta: { count: 1 },
  },
});

const getUserMemberships = operation({
  id: 'get_user_memberships',
  method: 'GET',
  path: '/user/loyalty/abonements',
  tag: 'Subscriptions & Certificates',
  summary: 'Memberships of the authorized user',
  access: partnerOrUser(),
  query: Type.Object({ company_id: Type.Integer({ description: 'location' }) }),
  success: answer(
    200,
    Type.Array(ClientMembership),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'total found' })) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 659878,
        number: 788376,
        balance_string: 'Surfing (x10)',
        is_frozen: false,
        freeze_period: 0,
        period: 9999,
        period_unit_id: 3,
        status: { id: 1, title: 'Released', extended_title: 'Released' },
        balance_container: { links: [{ count: 10, category: { id: 3129591, category_id: 1, title: 'Surfing' } }] },
        type: {
          id: 97804,
          salon_group_id: 145071,
          title: 89999,
          period: 9999,
          period_unit_id: 3,
          allow_freeze: false,
          freeze_limit: 0,
          is_allow_empty_code: false,
          is_united_balance: false,
          united_balance_services_count: 0,
          balance_container: { links: [{ count: 10, category: { id: 3129591, category_id: 1, title: 'Surfing' } }] },
        },
      },
    ],
    meta: { count: 1 },
  },
});

const getMembershipList = operation({
  id: 'get_membership_list',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/abonements',
  tag: 'Subscriptions & Certificates',
  summary: 'Chain memberships by filter',
  access: partnerOrUser(),
  params: Type.Object({ chain_id: Id('chain id') }),
  query: Type.Object({
    created_after: Type.Optional(Type.String({ description: 'created at this moment or later' })),
    created_before: Type.Optional(Type.String({ description: 'created at this moment or earlier' })),
    abonements_ids: Type.Optional(Type.Array(Type.Number({ description: 'membership ids; comma-separated (form, no explode)' }))),
    page: Type.Optional(Type.Number()),
    count: Type.Optional(Type.Number({ description: 'page size' })),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        number: Type.Optional(Type.Number()),
        balance_string: Type.Optional(Type.String({ description: "text like 'Services (x5)'" })),
        created_date: Type.Optional(Type.String({ description: 'date-time' })),
        activated_date: Type.Optional(Type.String({ description: 'date-time; absent if never activated' })),
        is_frozen: Type.Optional(Type.Boolean()),
        freeze_period: Type.Optional(Type.Number()),
        period: Type.Optional(Type.Number()),
        period_unit_id: Type.Optional(Type.Integer()),
        status: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            title: Type.Optional(Type.String()),
            extended_title: Type.Optional(Type.String()),
          }),
        ),
        is_united_balance: Type.Optional(Type.Boolean()),
        united_balance_services_count: Type.Optional(Type.Number()),
        balance_container: Type.Optional(
          Type.Object({
            links: Type.Optional(Type.Array(BalanceContainerLink)),
          }),
        ),
        type: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            salon_group_id: Type.Optional(Type.Integer({ description: 'chain id' })),
            title: Type.Optional(Type.String()),
            period: Type.Optional(Type.Number()),
            period_unit_id: Type.Optional(Type.Integer()),
            allow_freeze: Type.Optional(Type.Boolean()),
            freeze_limit: Type.Optional(Type.Number()),
            is_allow_empty_code: Type.Optional(Type.Boolean()),
            is_united_balance: Type.Optional(Type.Boolean()),
            united_balance_services_count: Type.Optional(Type.Number()),
            is_code_required: Type.Optional(Type.Boolean()),
            balance_container: Type.Optional(
              Type.Object({
                links: Type.Optional(Type.Array(BalanceContainerLink)),
              }),
            ),
          }),
        ),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Number()) }),
  ),
  errors: [400],
  example: {
    data: [
      {
        id: 123,
        number: 123456,
        balance_string: 'Services (x5)',
        created_date: '2026-09-21T23:00:00.000-05:00',
        activated_date: '2026-09-21T23:00:00.000-05:00',
        is_frozen: false,
        freeze_period: 0,
        period: 0,
        period_unit_id: 1,
        status: { id: 2, title: 'activated', extended_title: 'activated' },
        is_united_balance: false,
        united_balance_services_count: 0,
        balance_container: { links: [{ count: 9, category: { id: 7182839, category_id: 1, title: 'Services' } }] },
        type: {
          id: 896,
          salon_group_id: 279982,
          title: 'Subscription for everything',
          period: 0,
          period_unit_id: 1,
          allow_freeze: true,
          freeze_limit: 0,
          is_allow_empty_code: true,
          is_united_balance: false,
          united_balance_services_count: 0,
          is_code_required: false,
          balance_container: { links: [{ count: 10, category: { id: 7182839, category_id: 1, title: 'Services' } }] },
        },
      },
    ],
    meta: { count: 2 },
  },
});

const searchMembershipsForEvent = operation({
  id: 'search_memberships_for_event',
  method: 'GET',
  path: '/api/v1/company/{location_id}/client/{client_id}/loyalty/abonements/search_for_activity',
  tag: 'Subscriptions & Certificates',
  summary: 'Client memberships usable for an event series',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), client_id: Id('client id') }),
  query: Type.Object({ event_id: Type.Integer({ description: 'group event id' }) }),
  success: answer(
    200,
    Type.Object({
      data: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.Optional(Type.String({ description: 'membership id' })),
            type: Type.Optional(Type.String({ description: 'loyalty_abonement' })),
            attributes: Type.Optional(
              Type.Object({
                number: Type.Optional(Type.String()),
                balance: Type.Optional(Type.Integer({ description: 'remaining visits' })),
              }),
            ),
            relationships: Type.Optional(
              Type.Object({
                loyalty_abonement_type: Type.Optional(
                  Type.Object({
                    data: Type.Optional(
                      Type.Object({
                        id: Type.Optional(Type.String()),
                        type: Type.Optional(Type.String({ description: 'loyalty_abonement_type' })),
                      }),
                    ),
                  }),
                ),
              }),
            ),
          }),
        ),
      ),
      included: Type.Optional(
        Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'membership types and availability intervals' })),
      ),
    }),
  ),
  errors: [403, 404],
});

const checkMembershipsForEvent = operation({
  id: 'check_memberships_for_event',
  method: 'GET',
  path: '/api/v1/company/{location_id}/client/{client_id}/loyalty/abonements/{membership_id}/check_for_activity',
  tag: 'Subscriptions & Certificates',
  summary: 'Check a membership against event schedule days',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), client_id: Id('client id'), membership_id: Id('membership id') }),
  query: Type.Object({
    event_id: Type.Integer({ description: 'group event id' }),
    schedule_day_ids: Type.String({ description: 'comma-separated schedule day ids' }),
  }),
  success: answer(
    200,
    Type.Object({
      data: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.String({ description: 'check result id' })),
          type: Type.Optional(Type.String({ description: 'loyalty_abonement_check' })),
          attributes: Type.Optional(
            Type.Object({
              last_booking_date: Type.Optional(
                Type.String({ description: 'date-time; last bookable date by membership expiry' }),
              ),
              available_visits: Type.Optional(Type.Integer()),
              can_book_all_days: Type.Optional(Type.Boolean({ description: 'covers every requested day' })),
              bookable_day_ids: Type.Optional(Type.Array(Type.Integer())),
            }),
          ),
        }),
      ),
    }),
  ),
  errors: [400, 403, 404],
});

/** The operations of the tag, in the order of the published documents. */
export const subscriptionsAndCertificatesOperations = [
  getClientMemberships,
  getUserMemberships,
  getMembershipList,
  searchMembershipsForEvent,
  checkMembershipsForEvent,
  getClientGiftCards,
  getUserGiftCards,
  getGiftCardTypeListById,
  getGiftCardTypeList,
  findGiftCardByCode,
  getGiftCardHistory,
  setGiftCardBalanceOperation,
  setGiftCardPeriod,
];
