import Type, { type Static } from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, Money } from '../../../api/schema.ts';
import type { Write } from '../../../api/write.ts';
import { toMoney } from '../../../platform/money.ts';
import { allowedAccounts, allowedExpenses } from '../../access/limits.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import { receiptStateOf } from '../../fiscal/list.ts';
import { getLocation } from '../../locations/location.ts';
import { cancelCovering, isCovering } from '../../redemption/cover.ts';
import { loyaltyMethods, loyaltyMethodsOf, presentCoverings } from '../../redemption/wire/methods.ts';
import { presentPoints } from '../../redemption/wire/promotion.ts';
import { usableAccounts, usableClientAccounts } from '../methods.ts';
import { cancelClientAccountPayment, cancelPayment, payFromClientAccount, payIntoAccount, stateOfSale } from '../payment.ts';
import { dueOf, getSale, lockSale, paymentsOf, type Sale } from '../sale.ts';
import { expectVisible, mayTakePayments } from './caller.ts';
import { presentSale } from './present.ts';
import { SaleAnswer } from './schemas.ts';

const tag = 'Sales';
const path = '/company/{location_id}/sale/{document_id}';
const SalePath = { location_id: Id('location id'), document_id: Id('document of an appointment or of a sale of products') };
const PaymentPath = Type.Object({ ...SalePath, payment_transaction_id: Id('payment id') });

/** The names of fields that differ from the inner ones. */
const spelling = {
  clientAccountId: 'deposit_id',
  cardId: 'loyalty_card_id',
  promotionId: 'loyalty_program_id',
  giftCardId: 'loyalty_certificate_id',
  membershipId: 'loyalty_abonement_id',
};

/** The sale as it is now, with what the caller may pay it with. */
async function answerSale(caller: Authorized, documentId: number): Promise<Static<typeof SaleAnswer>> {
  const { db, location, can } = caller;
  const sale = await getSale(db, location, documentId);
  const { chainId, chainTitle } = await getLocation(db, location.id);
  const { dueItems, coverings, ...state } = await stateOfSale(db, location, sale);
  const pay = mayTakePayments(caller, sale.at);
  const chain = { id: chainId, title: chainTitle };
  const due = dueOf(dueItems);
  return presentSale(
    {
      ...state,
      accounts: await usableAccounts(db, location.id, allowedAccounts(caller)),
      clientAccounts: await usableClientAccounts(db, location, sale.clientId),
      due,
      coverings: [
        ...(await presentCoverings(db, location, chain, coverings)),
        ...(await presentPoints(db, location, chain, sale)),
      ],
      loyaltyMethods: await loyaltyMethodsOf(caller, { sale, items: dueItems, due, chain, mayPay: pay }),
      receipts: await receiptStateOf(db, location.id, sale.documentIds),
      chain,
      may: { pay, payFromClientAccounts: pay && can('records_finances_pay_from_deposits_access') },
    },
    location,
  );
}

const getSaleTransaction = operation({
  id: 'get_sale_transaction',
  method: 'GET',
  path,
  tag,
  summary: 'Read sale operation state',
  description:
    'The document of an appointment shows the sale of its whole visit: the services and products of all of its appointments, what was paid, and how the rest can be paid.',
  access: locationUser('records_finances_access'),
  params: Type.Object(SalePath),
  success: answer(200, SaleAnswer),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params } = context;
    await expectVisible(context, await getSale(db, location, params.document_id));
    return answerSale(context, params.document_id);
  },
});

const PaymentMethod = Type.Object({
  slug: Type.String({
    enum: [
      'account',
      'deposit',
      'loyalty_card',
      'loyalty_program',
      'loyalty_certificate',
      'loyalty_abonement',
      'referral_loyalty_program',
    ],
    examples: ['account'],
  }),
  account_id: Type.Optional(Id('account that the money goes to, with the slug account')),
  deposit_id: Type.Optional(Id('client account that the money comes from, with the slug deposit')),
  loyalty_card_id: Type.Optional(Id('loyalty card')),
  loyalty_program_id: Type.Optional(Id('loyalty program')),
  loyalty_certificate_id: Type.Optional(Id('gift card')),
  loyalty_abonement_id: Type.Optional(Id('membership')),
});

const PaymentBody = Type.Object({
  payment: Type.Object({
    method: PaymentMethod,
    amount: Type.Optional(Money('greater than 0, and at most what is due')),
    number: Type.Optional(Type.String({ maxLength: 100, description: 'code of a gift card or membership' })),
    referrer_phone: Type.Optional(Type.String({ maxLength: 40 })),
  }),
});

/** A value that the slug needs. @throws Invalid */
function needed<Value>(value: Value | undefined, field: string): Value {
  if (value === undefined) throw new Invalid({ [field]: ['is required'] });
  return value;
}

async function pay(write: Write, caller: Authorized, sale: Sale, { payment }: Static<typeof PaymentBody>): Promise<void> {
  const { location, can } = caller;
  const { method } = payment;
  const allowed = { accounts: allowedAccounts(caller), expenses: allowedExpenses(caller) };
  switch (method.slug) {
    case 'account': {
      const accountId = needed(method.account_id, 'accountId');
      return payIntoAccount(write, location, sale, { accountId, amount: toMoney(needed(payment.amount, 'amount')) }, { allowed });
    }
    case 'deposit': {
      if (!can('records_finances_pay_from_deposits_access')) throw new Forbidden();
      const clientAccountId = needed(method.deposit_id, 'clientAccountId');
      return payFromClientAccount(write, location, sale, { clientAccountId, amount: toMoney(needed(payment.amount, 'amount')) });
    }
    default: {
      const loyalty = loyaltyMethods[method.slug];
      if (!loyalty) throw new Invalid({ [method.slug]: ['is unknown'] });
      return loyalty.pay(write, caller, sale, {
        cardId: method.loyalty_card_id,
        promotionId: method.loyalty_program_id,
        giftCardId: method.loyalty_certificate_id,
        membershipId: method.loyalty_abonement_id,
        amount: payment.amount === undefined ? undefined : toMoney(payment.amount),
        number: payment.number,
        referrerPhone: payment.referrer_phone,
      });
    }
  }
}

const createPayment = operation({
  id: 'create_payment_with_loyalty_methods',
  method: 'POST',
  path: `${path}/payment`,
  tag,
  summary: 'Pay sale via account or loyalty method',
  description:
    'Pays the cheapest item first: every item gets a payment of its own. Of two payments of one visit at the same moment, the second sees the new amount due. More than that is refused.',
  access: locationUser('records_finances_access'),
  params: Type.Object(SalePath),
  body: PaymentBody,
  spelling,
  success: answer(200, SaleAnswer),
  errors: [403, 404, 422],
  example: { body: { payment: { method: { slug: 'account', account_id: 1 }, amount: 30 } } },
  handle: async (context) => {
    const { write, params, body } = context;
    const sale = await payableSale(write, context, params.document_id);
    await pay(write, context, sale, body);
    await write.react(true);
    return answerSale({ ...context, db: write }, params.document_id);
  },
});

/** The sale, locked. @throws NotFound, Forbidden for one that is too old for the caller */
async function payableSale(write: Write, caller: Authorized, documentId: number): Promise<Sale> {
  const sale = await lockSale(write, caller.location, documentId);
  await expectVisible({ ...caller, db: write }, sale);
  if (!mayTakePayments(caller, sale.at)) throw new Forbidden();
  return sale;
}

const deleteLoyaltyPayment = operation({
  id: 'delete_loyalty_payment_transaction',
  method: 'DELETE',
  path: `${path}/payment/loyalty_transaction/{payment_transaction_id}`,
  tag,
  summary: 'Undo loyalty payment of a sale',
  description:
    'Gives back what was paid: the money returns to the account of the client or to the gift card, points to the loyalty card, a visit to the membership. The amount is due again.',
  access: locationUser('records_finances_access'),
  params: PaymentPath,
  spelling,
  success: answer(200, SaleAnswer),
  errors: [403, 404],
  handle: async (context) => {
    const { write, location, params, can } = context;
    const { payment_transaction_id: id, document_id: documentId } = params;
    const isByLoyalty = await isCovering(write, location, id);
    if (!isByLoyalty && !can('records_finances_pay_from_deposits_access')) throw new Forbidden();
    const sale = await payableSale(write, context, documentId);
    await (isByLoyalty ? cancelCovering : cancelClientAccountPayment)(write, location, sale, id);
    await write.react(true);
    return answerSale({ ...context, db: write }, documentId);
  },
});

const deleteAccountPayment = operation({
  id: 'delete_location_account_payment',
  method: 'DELETE',
  path: `${path}/payment/payment_transaction/{payment_transaction_id}`,
  tag,
  summary: 'Undo cash-account payment of a sale',
  description: 'The money leaves the account again, with its acquiring fee. The amount is due again.',
  access: locationUser('records_finances_access'),
  params: PaymentPath,
  spelling,
  success: answer(200, SaleAnswer),
  errors: [403, 404],
  handle: async (context) => {
    const { write, location, params } = context;
    const sale = await payableSale(write, context, params.document_id);
    const accounts = allowedAccounts(context);
    const payment = (await paymentsOf(write, location, sale)).find(({ id }) => id === params.payment_transaction_id);
    if (payment && !(accounts?.includes(payment.accountId) ?? true)) throw new NotFound();
    await cancelPayment(write, location, sale, params.payment_transaction_id);
    await write.react(true);
    return answerSale({ ...context, db: write }, params.document_id);
  },
});

/** The operations of the tag, in the order of the published documents. */
export const salesOperations = [getSaleTransaction, createPayment, deleteLoyaltyPayment, deleteAccountPayment];
