import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Invalid, NotFound } from '../../../api/errors.ts';
import { answer, counted, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { toWire } from '../../../platform/exact.ts';
import { sum } from '../../../platform/money.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import { VisitDetails } from '../../appointments/wire/schemas.ts';
import { cardsById } from '../../loyalty/card.ts';
import { kinds } from '../../promotions/engine.ts';
import { promotionsWithDeleted, typeId } from '../../promotions/promotion.ts';
import { PromotionTypeName } from '../../promotions/wire/schemas.ts';
import { getSale } from '../../sales/sale.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { visitWithAppointments } from '../../visits/visit.ts';
import { explainVisit } from '../explanation.ts';
import { applyPromotion, cancelPromotion } from '../promotion.ts';
import { applyReferral } from '../referral.ts';
import { VisitLoyaltyRequest } from './operations.visit-loyalty.v1.ts';
import { inVisit } from './visit-loyalty.ts';

const tag = 'Loyalty Programs';
const ProgramPath = Type.Object({
  location_id: Id('location id'),
  card_id: Id('client card id'),
  program_id: Id('promotion linked to the card'),
});

export const applyDiscountPromotion = operation({
  id: 'apply_discount_promotion',
  method: 'POST',
  path: '/visit/loyalty/apply_discount_program/{location_id}/{card_id}/{program_id}',
  tag,
  summary: 'Apply a discount promotion to a visit',
  description:
    'Takes the discount off what is still due, with a transaction for each item. A second time has no effect, nor has a promotion that gives nothing now: `explain_visit_loyalty` says why.',
  access: locationUser('loyalty_access'),
  params: ProgramPath,
  body: VisitLoyaltyRequest,
  success: answer(200, VisitDetails),
  errors: [403, 404],
  example: { body: { record_id: 1, visit_id: 1 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    return inVisit(context, body, async (sale) => {
      await applyPromotion(write, location, sale, { cardId: params.card_id, promotionId: params.program_id });
    });
  },
});

export const cancelDiscountPromotion = operation({
  id: 'cancel_discount_promotion',
  method: 'POST',
  path: '/visit/loyalty/cancel_discount_program/{location_id}/{card_id}/{program_id}',
  tag,
  summary: 'Undo a discount promotion in a visit',
  description: 'What the promotion took off is due again. It does nothing if the promotion took off nothing.',
  access: locationUser('loyalty_access'),
  params: ProgramPath,
  body: VisitLoyaltyRequest,
  success: answer(200, VisitDetails),
  errors: [403, 404],
  example: { body: { record_id: 1, visit_id: 1 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const [card] = await cardsById(write, location.chainId, [params.card_id]);
    const promotion = (await promotionsWithDeleted(write, location.chainId, [params.program_id])).get(params.program_id);
    if (!card || !promotion) throw new NotFound();
    return inVisit(context, body, (sale) =>
      cancelPromotion(write, location, sale, { cardId: card.id, promotionId: promotion.id }),
    );
  },
});

export const applyReferralProgram = operation({
  id: 'apply_referral_program',
  method: 'POST',
  path: '/visit/loyalty/apply_referral_program/{location_id}/{chain_id}',
  tag,
  summary: 'Apply the referral program to a visit',
  description:
    'The guest gets a discount on the first visit to the location, and the inviter points on the card of the program. An inviter without such a card gets one. The answer does not show the points of the inviter. A second time has no effect.',
  access: locationUser('loyalty_access'),
  params: Type.Object({ location_id: Id('location id'), chain_id: Id('chain holding the referral program') }),
  body: named(
    'VisitLoyaltyReferralRequest',
    Type.Object({
      ...VisitLoyaltyRequest.properties,
      referrer_phone: Type.Number({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'inviter phone, digits only' }),
    }),
  ),
  success: answer(200, VisitDetails),
  errors: [403, 404],
  example: { body: { record_id: 1, visit_id: 1, referrer_phone: 13_155_550_175 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    if (params.chain_id !== location.chainId) throw new NotFound();
    const phone = normalizePhone(`+${body.referrer_phone}`, location.countryCode);
    if (!phone) throw new Invalid({ referrerPhone: ['is no phone number'] });
    return inVisit(context, body, (sale) => applyReferral(write, location, sale, { phone }));
  },
});

const reasons = [
  'given',
  'not_applied',
  'another_card',
  'no_items',
  'nothing_due',
  'nothing_sold',
  'over',
  'below_the_threshold',
  'package_not_full',
  'not_attended',
  'not_paid',
  'used_up',
  'not_this_visit',
];

const VisitExplanation = named(
  'VisitLoyaltyExplanation',
  Type.Object({
    card_id: Type.Integer(),
    loyalty_program_id: Type.Integer(),
    title: Type.String(),
    type: PromotionTypeName,
    loyalty_type_id: Type.Integer(),
    gives: Type.String({ enum: ['discount', 'points'] }),
    reason: Type.String({ enum: reasons }),
    text: Type.String({ description: 'the reason in words' }),
    amount: Type.Number({ description: 'what it gave in this visit' }),
    open_amount: Type.Number({ description: 'what it would give now' }),
    value: Type.Number({ description: 'of the rule that is reached; 0 for none' }),
    visits_count: Type.Integer({ description: 'visits before this one, as the promotion counts them' }),
    sold_amount: Type.Number({ description: 'list price of what was sold before, as the promotion counts it' }),
    paid_amount: Type.Number({ description: 'what was paid before, as the promotion counts it' }),
    services_count: Type.Integer({ description: 'of a package: services that were paid before' }),
    uses_count: Type.Integer({ description: 'how often the card had it in other sales' }),
  }),
);

export const explainVisitLoyalty = operation({
  id: 'explain_visit_loyalty',
  method: 'GET',
  path: '/visit/loyalty/explanation/{location_id}/{visit_id}',
  tag,
  summary: 'Why each promotion gave something in a visit, or nothing',
  description: 'Every promotion of the cards of the client that works in the location, with what it counted.',
  extension: true,
  access: locationUser('loyalty_access'),
  params: Type.Object({ location_id: Id('location id'), visit_id: Id('visit id') }),
  success: counted(Type.Array(VisitExplanation)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params } = context;
    const { rows } = await visitWithAppointments(db, location.id, params.visit_id, await calendarsOf(context));
    const [first] = rows;
    if (!first) return [];
    const explained = await explainVisit(db, location, await getSale(db, location, first.documentId));
    return explained.map(({ card, promotion, reason, text, given, outcome, history, uses }) => ({
      card_id: card.id,
      loyalty_program_id: promotion.id,
      title: promotion.title,
      type: promotion.type,
      loyalty_type_id: typeId(promotion.type),
      gives: kinds[promotion.type].gives,
      reason: reason.replaceAll(' ', '_'),
      text,
      amount: toWire(given),
      open_amount: reason === 'not applied' ? toWire(sum(outcome.parts.map(({ amount }) => amount))) : 0,
      value: toWire(outcome.value),
      visits_count: history.visits,
      sold_amount: toWire(history.sold),
      paid_amount: toWire(history.paid),
      services_count: history.services,
      uses_count: uses,
    }));
  },
});
