import Type from 'typebox';
import { locationPartner } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import {
  findGiftCardByCode,
  getClientGiftCards,
  getGiftCardHistory,
  getUserGiftCards,
  setGiftCardBalanceOperation,
  setGiftCardPeriod,
} from '../../gift-cards/wire/operations.gift-cards.v1.ts';
import { getGiftCardTypeList, getGiftCardTypeListById } from '../../gift-cards/wire/operations.types.v1.ts';

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
