import Type from 'typebox';
import { DateTime, Id, named } from '../../../api/schema.ts';
import { Titled } from '../../../wire/schemas.ts';

const Account = named(
  'SaleAccount',
  Type.Object({ id: Id('account id'), title: Type.String(), is_cash: Type.Boolean(), is_default: Type.Boolean() }),
);

const itemFields = {
  title: Type.String(),
  amount: Type.Number(),
  default_cost_per_unit: Type.Number(),
  default_cost_total: Type.Number({ description: 'before the discount' }),
  client_discount_percent: Type.Number(),
  cost_to_pay_total: Type.Number({ description: 'after the discount; payments do not lower it' }),
};

const ServiceItem = named(
  'SaleServiceItem',
  Type.Object({
    id: Id('service id'),
    type: Type.Literal('service'),
    ...itemFields,
    document_id: Id('document of its appointment'),
  }),
);

const GoodItem = named(
  'SaleGoodItem',
  Type.Object({ id: Id('product transaction id'), type: Type.Literal('good'), ...itemFields, good_id: Id('product id') }),
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
    number: Type.Number(),
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
          category: Type.Object({ id: Type.Integer(), category_id: Type.Integer(), title: Type.String() }),
        }),
      ),
    }),
  }),
);

const loyaltyFields = {
  id: Type.Integer(),
  document_id: Id('document id'),
  amount: Type.Number(),
  type_id: Type.Integer({ description: '2 loyalty programs, 8 gift cards, 11 client accounts' }),
  created_at: DateTime('when it was paid'),
  chain: Titled,
  type: Titled,
};
const paidItem = {
  sale_item_id: Type.Integer({ description: 'service id or product transaction id' }),
  sale_item_type: Type.String({ enum: ['good', 'service'] }),
};

const DepositTransaction = named(
  'SaleDepositTransaction',
  Type.Object({ ...loyaltyFields, ...paidItem, deposit_transaction_id: Type.Integer(), deposit: Deposit }),
);
const ProgramTransaction = named(
  'SaleProgramTransaction',
  Type.Object({
    ...loyaltyFields,
    loyalty_card_id: Type.Integer(),
    loyalty_program_id: Type.Integer(),
    loyalty_card: LoyaltyCard,
    loyalty_program: LoyaltyProgram,
  }),
);
const GiftCardTransaction = named(
  'SaleGiftCardTransaction',
  Type.Object({ ...loyaltyFields, ...paidItem, loyalty_certificate_id: Type.Integer(), loyalty_certificate: GiftCard }),
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

const methodFields = {
  is_applicable: Type.Boolean({ description: 'there is something to pay, and you may do it' }),
  applicable_amount: Type.Number({ description: 'the most that can be paid' }),
  applicable_count: Type.Integer({ description: 'visits of a membership; 0 otherwise' }),
  applicable_value: Type.Number({ description: 'percent of a loyalty program; 0 otherwise' }),
};
const method = <Properties extends Type.TProperties>(slug: string, properties: Properties) =>
  Type.Object({ slug: Type.Literal(slug), ...methodFields, ...properties });

const card = { loyalty_card_id: Type.Integer(), loyalty_card: LoyaltyCard };
const program = { loyalty_program_id: Type.Integer(), loyalty_program: LoyaltyProgram };

const Method = Type.Union([
  method('account', {
    account_id: Id('account id'),
    account: Type.Object({ id: Id('account id'), title: Type.String(), is_cash: Type.Boolean() }),
  }),
  method('deposit', { deposit_id: Id('client account id'), deposit: Deposit }),
  method('loyalty_card', card),
  method('loyalty_program', { ...card, ...program }),
  method('loyalty_certificate', { loyalty_certificate_id: Type.Integer(), loyalty_certificate: GiftCard }),
  method('loyalty_abonement', { loyalty_abonement_id: Type.Integer(), loyalty_abonement: Membership }),
  method('referral_loyalty_program', program),
]);

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
    document: Type.Object({ id: Type.Integer(), type: Type.Integer(), type_title: Type.String() }),
    cashier: Type.Object({ id: Type.Integer(), name: Type.String() }),
  }),
);

export const SaleAnswer = named(
  'Sale',
  Type.Object({
    state: Type.Object({
      items: Type.Array(Type.Union([ServiceItem, GoodItem])),
      loyalty_transactions: Type.Array(Type.Union([DepositTransaction, ProgramTransaction, GiftCardTransaction])),
      payment_transactions: Type.Array(Payment),
    }),
    kkm_state: Type.Object({
      last_operation_type: Type.Integer({ description: '1 a sale receipt can be printed, 0 a return receipt' }),
      transactions: Type.Array(FiscalOperation),
    }),
    payment_methods: Type.Array(Method, { description: 'what the caller may pay with' }),
  }),
);
