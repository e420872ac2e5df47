import Type from 'typebox';
import { locationUser, signedIn } from '../../../api/access.ts';
import { Forbidden, NotFound } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { toWire } from '../../../platform/exact.ts';
import { toMoney } from '../../../platform/money.ts';
import { LoyaltyTransaction } from '../../../wire/schemas.ts';
import { VisitDetails } from '../../appointments/wire/schemas.ts';
import { cardsById, getCard } from '../../loyalty/card.ts';
import { promotionsNamed, transactionsOfVisit } from '../../loyalty-transactions/list.ts';
import { itemTypeId, valueUnitId } from '../../promotions/wire/present.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { locationOfVisit, visitWithAppointments } from '../../visits/visit.ts';
import { cancelPaymentsByCard, payByCard } from '../card.ts';
import { presentTransaction } from './transaction.ts';
import { inVisit } from './visit-loyalty.ts';

const tag = 'Loyalty Programs';
const CardPath = Type.Object({ location_id: Id('location id'), card_id: Id('client card id') });

/** The visit in which loyalty does something. */
export const VisitLoyaltyRequest = named(
  'VisitLoyaltyRequest',
  Type.Object({ record_id: Id('appointment id'), visit_id: Id('visit id') }),
);

const VisitWithdrawal = named(
  'VisitLoyaltyWithdrawlRequest',
  Type.Object({
    ...VisitLoyaltyRequest.properties,
    amount: Type.Number({ minimum: -1e9, maximum: 1e9, description: 'points to redeem; no more than due and than the card has' }),
  }),
);

const VisitTransaction = named(
  'VisitLoyaltyTransaction',
  Type.Object({
    ...LoyaltyTransaction.properties,
    program: Type.Optional(
      Type.Object({
        id: Type.Integer(),
        title: Type.String(),
        value: Type.Number({ description: 'of its first rule' }),
        loyalty_type_id: Type.Integer(),
        item_type_id: Type.Integer(),
        value_unit_id: Type.Integer({ description: '1 percent, 2 amount' }),
        group_id: Type.Integer({ description: 'chain id' }),
      }),
    ),
  }),
);

export const getLoyaltyTransactionsByVisit = operation({
  id: 'get_loyalty_transactions_by_visit',
  method: 'GET',
  path: '/visit/loyalty/transactions/{visit_id}',
  tag,
  summary: 'Loyalty transactions of a visit',
  description: 'What loyalty took off, paid and gave in the visit, without what was cancelled.',
  access: signedIn(),
  params: Type.Object({ visit_id: Id('visit id') }),
  success: answer(200, Type.Array(VisitTransaction)),
  errors: [403, 404],
  handle: async ({ db, gate, partner, user, params, request }) => {
    const locationId = await locationOfVisit(db, params.visit_id);
    const grant = locationId === undefined ? undefined : await gate.userGrant(partner, user, locationId, request.ip);
    if (!grant) throw new NotFound(`Visit ${params.visit_id} was not found`);
    if (!grant.can('loyalty_access')) throw new Forbidden();
    const { location } = grant;
    await visitWithAppointments(db, location.id, params.visit_id, await calendarsOf({ ...grant, db }));
    const rows = await transactionsOfVisit(db, location, params.visit_id);
    const promotions = await promotionsNamed(
      db,
      location.chainId,
      rows.flatMap(({ promotionId }) => promotionId ?? []),
    );
    return rows.map((row) => {
      const promotion = promotions.get(row.promotionId ?? 0);
      if (!promotion) return presentTransaction(row);
      const { id, title, value, typeId } = promotion;
      const program = { id, title, value: toWire(value), loyalty_type_id: typeId, group_id: location.chainId };
      return {
        ...presentTransaction(row),
        program: { ...program, item_type_id: itemTypeId(promotion), value_unit_id: valueUnitId(promotion) },
      };
    });
  },
});

export const applyLoyaltyCardDeduction = operation({
  id: 'apply_loyalty_card_deduction',
  method: 'POST',
  path: '/visit/loyalty/apply_card_withdrawal/{location_id}/{card_id}',
  tag,
  summary: 'Pay part of a visit from a loyalty card',
  description:
    'Takes the amount, and no more than what is due and than the card has, in proportion to what is due for the items. 0 makes no transaction. Only the card of the client of the visit pays.',
  access: locationUser('loyalty_access'),
  params: CardPath,
  body: VisitWithdrawal,
  spelling: { cardId: 'card_id' },
  success: answer(200, VisitDetails),
  errors: [403, 404],
  example: { body: { record_id: 1, visit_id: 1, amount: 20 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const { id: cardId } = await getCard(write, location.chainId, params.card_id, location.id);
    return inVisit(context, body, (sale) => payByCard(write, location, sale, { cardId, amount: toMoney(body.amount) }));
  },
});

export const cancelLoyaltyCardWithdrawal = operation({
  id: 'cancel_loyalty_card_withdrawal',
  method: 'POST',
  path: '/visit/loyalty/cancel_card_withdrawal/{location_id}/{card_id}',
  tag,
  summary: 'Undo a loyalty card write-off in a visit',
  description: 'The points return to the card, and the amount is due again. It does nothing if the card has paid nothing.',
  access: locationUser('loyalty_access'),
  params: CardPath,
  body: VisitLoyaltyRequest,
  success: answer(200, VisitDetails),
  errors: [403, 404],
  example: { body: { record_id: 1, visit_id: 1 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const [card] = await cardsById(write, location.chainId, [params.card_id]);
    if (!card) throw new NotFound();
    return inVisit(context, body, (sale) => cancelPaymentsByCard(write, location, sale, card.id));
  },
});
