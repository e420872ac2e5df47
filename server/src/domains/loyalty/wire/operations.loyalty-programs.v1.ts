import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { LoyaltyTransaction } from '../../../wire/schemas.ts';
import { generateLoyaltyCode } from '../../gift-cards/wire/operations.gift-cards.v1.ts';
import { getLocationLoyaltyProgramList } from '../../promotions/wire/operations.programs.v1.ts';
import {
  applyLoyaltyCardDeduction,
  cancelLoyaltyCardWithdrawal,
  getLoyaltyTransactionsByVisit,
  VisitLoyaltyRequest,
} from '../../redemption/wire/operations.visit-loyalty.v1.ts';

const KkmTransactionDetailsContainer = named(
  'KkmTransactionDetailsContainer',
  Type.Object({
    last_operation_type: Type.Optional(Type.Integer({ description: 'receipt printed: 0 return, 1 sale' })),
    transactions: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
  }),
);

const VisitLoyaltyItem = named(
  'VisitLoyaltyItem',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    item_id: Type.Optional(Type.Integer()),
    item_type_id: Type.Optional(Type.Integer({ description: 'type of the operation, such as 7 product, 1 service' })),
    record_id: Type.Optional(Type.Integer({ description: 'appointment id' })),
    item_title: Type.Optional(Type.String()),
    amount: Type.Optional(Type.Integer({ description: 'quantity' })),
    first_cost: Type.Optional(Type.Number()),
    manual_cost: Type.Optional(Type.Number()),
    discount: Type.Optional(Type.Number()),
    cost: Type.Optional(Type.Number({ description: 'total' })),
    master_id: Type.Optional(Type.Integer({ description: 'team member id' })),
    good_id: Type.Optional(Type.Integer()),
    service_id: Type.Optional(Type.Integer()),
    event_id: Type.Optional(Type.Integer()),
    is_service: Type.Optional(Type.Boolean()),
    is_event: Type.Optional(Type.Boolean()),
    is_good: Type.Optional(Type.Boolean()),
  }),
);

const VisitLoyaltyApplyResponse = named(
  'VisitLoyaltyApplyResponse',
  Type.Object({
    payment_transactions: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
    loyalty_transactions: Type.Optional(Type.Array(LoyaltyTransaction)),
    kkm_transaction_details_container: Type.Optional(KkmTransactionDetailsContainer),
    items: Type.Optional(Type.Array(VisitLoyaltyItem)),
  }),
);

const VisitLoyaltyCancelResponse = named(
  'VisitLoyaltyCancelResponse',
  Type.Object({
    payment_transactions: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
    loyalty_transactions: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
    kkm_transaction_details_container: Type.Optional(KkmTransactionDetailsContainer),
    items: Type.Optional(Type.Array(VisitLoyaltyItem)),
  }),
);

const VisitLoyaltyReferralRequest = named(
  'VisitLoyaltyReferralRequest',
  Type.Object({
    record_id: Type.Integer({ description: 'appointment id' }),
    visit_id: Type.Integer(),
    referrer_phone: Type.Number({ description: 'inviter phone, digits only' }),
  }),
);

const applyDiscountPromotion = operation({
  id: 'apply_discount_promotion',
  method: 'POST',
  path: '/visit/loyalty/apply_discount_program/{location_id}/{card_id}/{program_id}',
  tag: 'Loyalty Programs',
  summary: 'Apply a discount promotion to a visit',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    card_id: Id('client card id'),
    program_id: Id('promotion linked to the card'),
  }),
  body: VisitLoyaltyRequest,
  success: answer(200, VisitLoyaltyApplyResponse),
  errors: [403, 404],
  example: {
    data: {
      payment_transactions: [],
      loyalty_transactions: [
        {
          id: 22985556,
          status_id: 1,
          amount: 20,
          type_id: 1,
          program_id: 20802,
          card_id: 9223622,
          salon_group_id: 145071,
          item_id: 5048384,
          item_type_id: 7,
          item_record_id: 0,
          goods_transaction_id: 96063258,
          is_discount: true,
          is_loyalty_withdraw: false,
          type: { id: 1, title: 'Promotion Discount' },
        },
      ],
      kkm_transaction_details_container: { last_operation_type: 1, transactions: [] },
      items: [
        {
          id: 96063258,
          item_id: 5048384,
          item_type_id: 7,
          record_id: 0,
          item_title: 'test two',
          amount: 1,
          first_cost: 20,
          manual_cost: 20,
          discount: 0,
          cost: 20,
          master_id: 548096,
          good_id: 5048384,
          service_id: 0,
          event_id: 0,
          is_service: false,
          is_event: false,
          is_good: true,
        },
      ],
    },
  },
});

const cancelDiscountPromotion = operation({
  id: 'cancel_discount_promotion',
  method: 'POST',
  path: '/visit/loyalty/cancel_discount_program/{location_id}/{card_id}/{program_id}',
  tag: 'Loyalty Programs',
  summary: 'Undo a discount promotion in a visit',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    card_id: Id('client card id'),
    program_id: Id('promotion linked to the card'),
  }),
  body: VisitLoyaltyRequest,
  success: answer(200, VisitLoyaltyCancelResponse),
  errors: [403, 404],
  example: {
    data: {
      payment_transactions: [],
      loyalty_transactions: [],
      kkm_transaction_details_container: { last_operation_type: 1, transactions: [] },
      items: [
        {
          id: 96063258,
          item_id: 5048384,
          item_type_id: 7,
          record_id: 0,
          item_title: 'test two',
          amount: 1,
          first_cost: 20,
          manual_cost: 20,
          discount: 0,
          cost: 20,
          master_id: 548096,
          good_id: 5048384,
          service_id: 0,
          event_id: 0,
          is_service: false,
          is_event: false,
          is_good: true,
        },
      ],
    },
  },
});

const applyReferralProgram = operation({
  id: 'apply_referral_program',
  method: 'POST',
  path: '/visit/loyalty/apply_referral_program/{location_id}/{chain_id}',
  tag: 'Loyalty Programs',
  summary: 'Apply the referral program to a visit',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), chain_id: Id('chain holding the referral program') }),
  body: VisitLoyaltyReferralRequest,
  success: answer(200, VisitLoyaltyApplyResponse),
  errors: [403, 404],
  example: {
    data: {
      payment_transactions: [],
      loyalty_transactions: [
        {
          id: 22989715,
          status_id: 1,
          amount: 100,
          type_id: 1,
          program_id: 12705,
          card_id: 0,
          salon_group_id: 145071,
          item_id: 5048371,
          item_type_id: 7,
          item_record_id: 0,
          goods_transaction_id: 96082477,
          is_discount: true,
          is_loyalty_withdraw: false,
          type: { id: 1, title: 'Promotion discount' },
        },
      ],
      kkm_transaction_details_container: { last_operation_type: 1, transactions: [] },
      items: [
        {
          id: 96082477,
          item_id: 5048371,
          item_type_id: 7,
          record_id: 0,
          item_title: 'test',
          amount: 1,
          first_cost: 1000,
          manual_cost: 1000,
          discount: 0,
          cost: 1000,
          master_id: 548042,
          good_id: 5048371,
          service_id: 0,
          event_id: 0,
          is_service: false,
          is_event: false,
          is_good: true,
        },
      ],
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const loyaltyProgramsOperations = [
  getLocationLoyaltyProgramList,
  getLoyaltyTransactionsByVisit,
  generateLoyaltyCode,
  applyLoyaltyCardDeduction,
  cancelLoyaltyCardWithdrawal,
  applyDiscountPromotion,
  cancelDiscountPromotion,
  applyReferralProgram,
];
