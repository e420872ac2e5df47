import Type from 'typebox';
import { AnyOfTypes, DateTime, Id, named } from '../../../api/schema.ts';
import { DocumentWithType, IdAndName, LinkCategory, Titled } from '../../../wire/schemas.ts';

const Account = named(
  'SaleAccount',
  Type.Object({ id: Id('account id'), title: Type.String(), is_cash: Type.Boolean(), is_default: Type.Boolean() }),
);

const Item = named(
  'SaleItem',
  Type.Object({
    id: Id('service id or product transaction id'),
    type: Type.String({ enum: ['service', 'good'] }),
    title: Type.String(),
    amount: Type.Number(),
    default_cost_per_unit: Type.Number(),
    default_cost_total: Type.Number({ description: 'before the discount' }),
    client_discount_percent: Type.Number(),
    cost_to_pay_total: Type.Number({ description: 'after the discount; payments do not lower it' }),
    document_id: Type.Optional(Id('of a service: the document of its appointment')),
    good_id: Type.Optional(Id('of a product: its id')),
  }),
);

const CodedType = named(
  'CodedLoyaltyType',
  Type.Object({ id: Type.Integer(), title: Type.String(), is_code_required: Type.Boolean() }),
);
const Deposit = named(
  'SaleDeposit',
  Type.Object({
    id: Id('client account id'),
    balance: Type.Number({ description: 'without what is reserved' }),
    reserved_balance: Type.Number(),
    type: Titled,
  }),
);
const LoyaltyCard = named(
  'SaleLoyaltyCard',
  Type.Object({
    id: Type.Integer(),
    type_id: Type.Integer(),
    number: AnyOfTypes<number | string>(['number', 'string'], { description: 'a number if it has only digits' }),
    balance: Type.Number(),
    type: Type.Object({ id: Type.Integer(), type: Type.String({ description: 'type name' }) }),
    chain: Titled,
  }),
);
const LoyaltyProgram = named(
  'SaleLoyaltyProgram',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    type_id: Type.Integer(),
    is_value_percent: Type.Boolean(),
    type: Titled,
    chain: Titled,
  }),
);
const GiftCard = named(
  'SaleGiftCard',
  Type.Object({ id: Type.Integer(), balance: Type.Number(), applicable_balance: Type.Number(), type: CodedType, chain: Titled }),
);
const Membership = named(
  'SaleMembership',
  Type.Object({
    id: Type.Integer(),
    is_united_balance: Type.Boolean(),
    united_balance: Type.Number(),
    type: CodedType,
    chain: Titled,
    balance_container: Type.Object({
      links: Type.Array(
        Type.Object({
          count: Type.Number(),
          category: LinkCategory,
        }),
      ),
    }),
  }),
);

const paidItem = {
  sale_item_id: Type.Integer({ description: 'service id or product transaction id; 0 for the whole document' }),
  sale_item_type: Type.String({ enum: ['good', 'service'] }),
};

/** What a payment comes from, besides an account of the location. Each kind has its own. */
const sources = {
  deposit: Type.Optional(Deposit),
  loyalty_card_id: Type.Optional(Type.Integer()),
  loyalty_card: Type.Optional(LoyaltyCard),
  loyalty_program_id: Type.Optional(Type.Integer()),
  loyalty_program: Type.Optional(LoyaltyProgram),
  loyalty_certificate_id: Type.Optional(Type.Integer()),
  loyalty_certificate: Type.Optional(GiftCard),
  loyalty_abonement_id: Type.Optional(Type.Integer()),
  loyalty_abonement: Type.Optional(Membership),
};

const LoyaltyTransaction = named(
  'SaleLoyaltyTransaction',
  Type.Object({
    id: Type.Integer(),
    document_id: Id('document id'),
    sale_item_id: Type.Optional(paidItem.sale_item_id),
    sale_item_type: Type.Optional(paidItem.sale_item_type),
    amount: Type.Number(),
    type_id: Type.Integer({ description: '2 loyalty programs, 8 gift cards, 11 client accounts' }),
    created_at: DateTime('when it was paid'),
    chain: Titled,
    type: Titled,
    deposit_transaction_id: Type.Optional(Type.Integer({ description: 'of a payment from a client account' })),
    ...sources,
  }),
);

const Payment = named(
  'SalePayment',
  Type.Object({
    id: Type.Integer(),
    document_id: Id('document id'),
    ...paidItem,
    expense_id: Id('payment item id'),
    account_id: Id('account id'),
    amount: Type.Number(),
    created_at: DateTime('when it was paid'),
    account: Account,
    expense: Titled,
  }),
);

const Method = named(
  'SalePaymentMethod',
  Type.Object({
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
    }),
    is_applicable: Type.Boolean({ description: 'there is something to pay, and you may do it' }),
    applicable_amount: Type.Number({ description: 'the most that can be paid' }),
    applicable_count: Type.Integer({ description: 'visits of a membership; 0 otherwise' }),
    applicable_value: Type.Number({ description: 'percent of a loyalty program; 0 otherwise' }),
    account_id: Type.Optional(Id('account id')),
    account: Type.Optional(Type.Object({ id: Id('account id'), title: Type.String(), is_cash: Type.Boolean() })),
    deposit_id: Type.Optional(Id('client account id')),
    ...sources,
  }),
);

const FiscalOperation = named(
  'SaleFiscalOperation',
  Type.Object({
    id: Type.Integer(),
    document_id: Id('document id'),
    print_date: DateTime('when it was printed'),
    printed_count: Type.Integer(),
    sum: Type.Number(),
    type: Titled,
    status: Titled,
    document: DocumentWithType,
    cashier: IdAndName,
  }),
);

export const SaleAnswer = named(
  'Sale',
  Type.Object({
    state: Type.Object({
      items: Type.Array(Item),
      loyalty_transactions: Type.Array(LoyaltyTransaction),
      payment_transactions: Type.Array(Payment),
    }),
    kkm_state: Type.Object({
      last_operation_type: Type.Integer({ description: '1 a sale receipt can be printed, 0 a return receipt' }),
      transactions: Type.Array(FiscalOperation),
    }),
    payment_methods: Type.Array(Method, { description: 'what the caller may pay with' }),
  }),
);
