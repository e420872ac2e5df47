import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { BalanceContainerLink, DocumentWithType, IdAndName, PaymentTransactionAccount, Titled } from '../../../wire/schemas.ts';

const CompanySalonidSaleDocumentidPaymentAccount = named(
  'CompanySalonidSaleDocumentidPaymentAccount',
  Type.Object({
    payment: Type.Optional(
      Type.Object({
        method: Type.Optional(
          Type.Object({
            slug: Type.Optional(Type.String({ description: 'account' })),
            account_id: Type.Optional(Type.Integer({ description: 'cash account' })),
          }),
        ),
        amount: Type.Optional(Type.Number()),
      }),
    ),
  }),
);

const LoyaltyCardType = named(
  'LoyaltyCardType',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    type: Type.Optional(Type.String({ description: 'type name' })),
  }),
);

const PaymentMethodAccount = named(
  'PaymentMethodAccount',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    is_cash: Type.Optional(Type.Boolean()),
  }),
);

const LoyaltyCertificateType = named(
  'LoyaltyCertificateType',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    is_code_required: Type.Optional(Type.Boolean()),
  }),
);

const Deposit = named(
  'Deposit',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    balance: Type.Optional(Type.Number()),
    reserved_balance: Type.Optional(Type.Number({ description: 'held by active holds' })),
    type: Type.Optional(Titled),
  }),
);

const LoyaltyTransactionLoyaltyProgram = named(
  'LoyaltyTransactionLoyaltyProgram',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    type_id: Type.Optional(Type.Integer()),
    is_value_percent: Type.Optional(Type.Boolean()),
    type: Type.Optional(Titled),
    chain: Type.Optional(Titled),
  }),
);

const SaleLoyaltyCertificate = named(
  'SaleLoyaltyCertificate',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    balance: Type.Optional(Type.Number()),
    applicable_balance: Type.Optional(Type.Number()),
    type: Type.Optional(LoyaltyCertificateType),
    chain: Type.Optional(Titled),
  }),
);

const LoyaltyTransactionLoyaltyCard = named(
  'LoyaltyTransactionLoyaltyCard',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    type_id: Type.Optional(Type.Integer()),
    number: Type.Optional(Type.Number()),
    balance: Type.Optional(Type.Number()),
    type: Type.Optional(LoyaltyCardType),
    chain: Type.Optional(Titled),
  }),
);

const KkmStateTransaction = named(
  'KkmStateTransaction',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    document_id: Type.Optional(Type.Integer()),
    print_date: Type.Optional(Type.String({ description: 'date-time' })),
    printed_count: Type.Optional(Type.Integer()),
    sum: Type.Optional(Type.Integer()),
    type: Type.Optional(Titled),
    status: Type.Optional(Titled),
    document: Type.Optional(DocumentWithType),
    cashier: Type.Optional(IdAndName),
  }),
);

const KkmState = named(
  'KkmState',
  Type.Object({
    last_operation_type: Type.Optional(Type.Integer()),
    transactions: Type.Optional(Type.Array(KkmStateTransaction)),
  }),
);

const SaleItem = named(
  'SaleItem',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'sale unit' })),
    type: Type.Optional(Type.String({ description: 'service or good' })),
    title: Type.Optional(Type.String()),
    amount: Type.Optional(Type.Number()),
    default_cost_per_unit: Type.Optional(Type.Number()),
    default_cost_total: Type.Optional(Type.Number()),
    client_discount_percent: Type.Optional(Type.Number()),
    cost_to_pay_total: Type.Optional(Type.Number()),
    document_id: Type.Optional(Type.Integer({ description: 'of services' })),
  }),
);

const LoyaltyAbonement = named(
  'LoyaltyAbonement',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    is_united_balance: Type.Optional(Type.Boolean()),
    united_balance: Type.Optional(Type.Number()),
    type: Type.Optional(LoyaltyCertificateType),
    chain: Type.Optional(Titled),
    balance_container: Type.Optional(
      Type.Object({
        links: Type.Optional(Type.Array(BalanceContainerLink)),
      }),
    ),
  }),
);

const SalePaymentTransaction = named(
  'SalePaymentTransaction',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    document_id: Type.Optional(Type.Integer()),
    sale_item_id: Type.Optional(Type.Integer()),
    sale_item_type: Type.Optional(Type.String({ description: 'good or service' })),
    expense_id: Type.Optional(Type.Integer({ description: 'payment item' })),
    account_id: Type.Optional(Type.Integer({ description: 'cash account' })),
    amount: Type.Optional(Type.Number()),
    created_at: Type.Optional(Type.String()),
    account: Type.Optional(PaymentTransactionAccount),
    expense: Type.Optional(Titled),
  }),
);

const StateLoyaltyTransaction = named(
  'StateLoyaltyTransaction',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    document_id: Type.Optional(Type.Integer()),
    sale_item_id: Type.Optional(Type.Integer()),
    sale_item_type: Type.Optional(Type.String({ description: 'good or service' })),
    amount: Type.Optional(Type.Number()),
    type_id: Type.Optional(Type.Integer({ description: 'such as 2 loyalty program, 8 gift card, 11 personal account' })),
    created_at: Type.Optional(Type.String({ description: 'date-time' })),
    deposit_transaction_id: Type.Optional(Type.Integer({ description: 'depends on type' })),
    chain: Type.Optional(Titled),
    type: Type.Optional(Titled),
    deposit: Type.Optional(Deposit),
    loyalty_card_id: Type.Optional(Type.Integer()),
    loyalty_program_id: Type.Optional(Type.Integer()),
    loyalty_certificate_id: Type.Optional(Type.Integer()),
    loyalty_card: Type.Optional(LoyaltyTransactionLoyaltyCard),
    loyalty_program: Type.Optional(LoyaltyTransactionLoyaltyProgram),
    loyalty_certificate: Type.Optional(SaleLoyaltyCertificate),
  }),
);

const SaleState = named(
  'SaleState',
  Type.Object({
    items: Type.Optional(Type.Array(SaleItem)),
    loyalty_transactions: Type.Optional(Type.Array(StateLoyaltyTransaction)),
    payment_transactions: Type.Optional(Type.Array(SalePaymentTransaction)),
  }),
);

const SalePaymentMethod = named(
  'SalePaymentMethod',
  Type.Object({
    slug: Type.Optional(
      Type.String({
        description:
          'such as account, loyalty_card, loyalty_program, loyalty_abonement, loyalty_certificate, referral_loyalty_program or deposit',
      }),
    ),
    is_applicable: Type.Optional(Type.Boolean()),
    applicable_amount: Type.Optional(Type.Number({ description: 'max amount payable' })),
    applicable_count: Type.Optional(Type.Integer({ description: 'membership visits' })),
    applicable_value: Type.Optional(Type.Number({ description: 'loyalty program bonus' })),
    account_id: Type.Optional(Type.Integer({ description: 'slug account' })),
    account: Type.Optional(PaymentMethodAccount),
    loyalty_card_id: Type.Optional(Type.Integer()),
    loyalty_card: Type.Optional(LoyaltyTransactionLoyaltyCard),
    loyalty_program_id: Type.Optional(Type.Integer()),
    loyalty_program: Type.Optional(LoyaltyTransactionLoyaltyProgram),
    loyalty_abonement_id: Type.Optional(Type.Integer()),
    loyalty_abonement: Type.Optional(LoyaltyAbonement),
    loyalty_certificate_id: Type.Optional(Type.Integer()),
    loyalty_certificate: Type.Optional(SaleLoyaltyCertificate),
    deposit_id: Type.Optional(Type.Integer()),
    deposit: Type.Optional(Deposit),
  }),
);

const Sale = named(
  'Sale',
  Type.Object({
    state: Type.Optional(SaleState),
    kkm_state: Type.Optional(KkmState),
    payment_methods: Type.Optional(Type.Array(SalePaymentMethod)),
  }),
);

const getSaleTransaction = operation({
  id: 'get_sale_transaction',
  method: 'GET',
  path: '/company/{location_id}/sale/{document_id}',
  tag: 'Sales',
  summary: 'Read sale operation state',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), document_id: Id('sales document id') }),
  success: answer(200, Sale),
  errors: [403, 404],
  example: {
    data: {
      state: {
        items: [
          {
            id: 2181520,
            type: 'good',
            title: 'item 12',
            amount: 1,
            default_cost_per_unit: 1300,
            default_cost_total: 1300,
            client_discount_percent: 10,
            cost_to_pay_total: 1170,
          },
        ],
        loyalty_transactions: [
          {
            id: 25042,
            document_id: 8201102,
            sale_item_id: 2181521,
            sale_item_type: 'good',
            amount: 9.9,
            type_id: 11,
            created_at: '2026-09-21T23:00:00.000-05:00',
            deposit_transaction_id: 775,
            chain: { id: 500, title: 'YC BE Chain' },
            type: { id: 11, title: 'Withdrawal from personal account' },
            deposit: { id: 220, balance: 990.1, reserved_balance: 0, type: { id: 5, title: 'deposit 1' } },
          },
        ],
        payment_transactions: [
          {
            id: 6033940,
            document_id: 8200904,
            sale_item_id: 2181442,
            sale_item_type: 'good',
            expense_id: 7,
            account_id: 90218,
            amount: 32,
            account: { id: 90218, title: 'Cash by default', is_cash: true, is_default: true },
            expense: { id: 7, title: 'Sale of goods' },
          },
        ],
      },
      kkm_state: {
        last_operation_type: 1,
        transactions: [
          {
            id: 2424,
            document_id: 8200904,
            print_date: '2026-09-21T23:00:00.000-05:00',
            printed_count: 0,
            sum: 0,
            type: { id: 0, title: 'Sale operation' },
            status: { id: 1, title: 'Successfully' },
            document: { id: 7215, type: 1, type_title: 'Sale of goods' },
            cashier: { id: 746310, name: 'Jack Smith' },
          },
        ],
      },
      payment_methods: [
        {
          slug: 'account',
          is_applicable: false,
          applicable_amount: 1170,
          applicable_count: 0,
          applicable_value: 0,
          account_id: 36785,
          account: { id: 36785, title: 'Location account - non-cash', is_cash: false },
        },
      ],
    },
  },
});

const createPaymentWithLoyaltyMethods = operation({
  id: 'create_payment_with_loyalty_methods',
  method: 'POST',
  path: '/company/{location_id}/sale/{document_id}/payment',
  tag: 'Sales',
  summary: 'Pay sale via account or loyalty method',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), document_id: Id('document id') }),
  body: Type.Object({ anyOf: Type.Optional(Type.Array(CompanySalonidSaleDocumentidPaymentAccount)) }),
  success: answer(200, Sale),
  errors: [403, 404],
  example: {
    data: {
      state: {
        items: [
          {
            id: 2181520,
            type: 'good',
            title: 'item 12',
            amount: 1,
            default_cost_per_unit: 1300,
            default_cost_total: 1300,
            client_discount_percent: 10,
            cost_to_pay_total: 1170,
          },
        ],
        loyalty_transactions: [
          {
            id: 25042,
            document_id: 8201102,
            sale_item_id: 2181521,
            sale_item_type: 'good',
            amount: 9.9,
            type_id: 11,
            created_at: '2026-09-21T23:00:00.000-05:00',
            deposit_transaction_id: 775,
            chain: { id: 500, title: 'YC BE chain' },
            type: { id: 11, title: 'Withdrawal from personal account' },
            deposit: { id: 220, balance: 990.1, reserved_balance: 0, type: { id: 5, title: 'deposit 1' } },
          },
        ],
        payment_transactions: [
          {
            id: 6033940,
            document_id: 8200904,
            sale_item_id: 2181442,
            sale_item_type: 'good',
            expense_id: 7,
            account_id: 90218,
            amount: 32,
            account: { id: 90218, title: 'Cash by default', is_cash: true, is_default: true },
            expense: { id: 7, title: 'Sale of goods' },
          },
        ],
      },
      kkm_state: {
        last_operation_type: 1,
        transactions: [
          {
            id: 2424,
            document_id: 8200904,
            print_date: '2026-09-21T23:00:00.000-05:00',
            printed_count: 0,
            sum: 0,
            type: { id: 0, title: 'Sale operation' },
            status: { id: 1, title: 'Successfully' },
            document: { id: 7215, type: 1, type_title: 'Sale of goods' },
            cashier: { id: 746310, name: 'Jack Smith' },
          },
        ],
      },
      payment_methods: [
        {
          slug: 'account',
          is_applicable: false,
          applicable_amount: 1170,
          applicable_count: 0,
          applicable_value: 0,
          account_id: 36785,
          account: { id: 36785, title: 'Location account - non-cash', is_cash: false },
        },
      ],
    },
  },
});

const deleteLoyaltyPaymentTransaction = operation({
  id: 'delete_loyalty_payment_transaction',
  method: 'DELETE',
  path: '/company/{location_id}/sale/{document_id}/payment/loyalty_transaction/{payment_transaction_id}',
  tag: 'Sales',
  summary: 'Undo loyalty payment of a sale',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    document_id: Id('sales document id'),
    payment_transaction_id: Id('payment transaction id'),
  }),
  success: answer(200, Sale),
  errors: [403, 404],
  example: {
    data: {
      state: {
        items: [
          {
            id: 2181520,
            type: 'good',
            title: 'item 12',
            amount: 1,
            default_cost_per_unit: 1300,
            default_cost_total: 1300,
            client_discount_percent: 10,
            cost_to_pay_total: 1170,
          },
        ],
        loyalty_transactions: [
          {
            id: 25042,
            document_id: 8201102,
            sale_item_id: 2181521,
            sale_item_type: 'good',
            amount: 9.9,
            type_id: 11,
            created_at: '2026-09-21T23:00:00.000-05:00',
            deposit_transaction_id: 775,
            chain: { id: 500, title: 'YC BE chain' },
            type: { id: 11, title: 'Withdrawal from personal account' },
            deposit: { id: 220, balance: 990.1, reserved_balance: 0, type: { id: 5, title: 'deposit 1' } },
          },
        ],
        payment_transactions: [
          {
            id: 6033940,
            document_id: 8200904,
            sale_item_id: 2181442,
            sale_item_type: 'good',
            expense_id: 7,
            account_id: 90218,
            amount: 32,
            account: { id: 90218, title: 'Cash by default', is_cash: true, is_default: true },
            expense: { id: 7, title: 'Sale of goods' },
          },
        ],
      },
      kkm_state: {
        last_operation_type: 1,
        transactions: [
          {
            id: 2424,
            document_id: 8200904,
            print_date: '2026-09-21T23:00:00.000-05:00',
            printed_count: 0,
            sum: 0,
            type: { id: 0, title: 'Sale operation' },
            status: { id: 1, title: 'Successfully' },
            document: { id: 7215, type: 1, type_title: 'Sale of goods' },
            cashier: { id: 746310, name: 'Jack Smith' },
          },
        ],
      },
      payment_methods: [
        {
          slug: 'account',
          is_applicable: false,
          applicable_amount: 1170,
          applicable_count: 0,
          applicable_value: 0,
          account_id: 36785,
          account: { id: 36785, title: 'Location account - non-cash', is_cash: false },
        },
      ],
    },
  },
});

const deleteLocationAccountPayment = operation({
  id: 'delete_location_account_payment',
  method: 'DELETE',
  path: '/company/{location_id}/sale/{document_id}/payment/payment_transaction/{payment_transaction_id}',
  tag: 'Sales',
  summary: 'Undo cash-account payment of a sale',
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    document_id: Id('sales document id'),
    payment_transaction_id: Id('payment transaction id'),
  }),
  success: answer(200, Sale),
  errors: [403, 404],
  example: {
    data: {
      state: {
        items: [
          {
            id: 2181520,
            type: 'good',
            title: 'item 12',
            amount: 1,
            default_cost_per_unit: 1300,
            default_cost_total: 1300,
            client_discount_percent: 10,
            cost_to_pay_total: 1170,
          },
        ],
        loyalty_transactions: [
          {
            id: 25042,
            document_id: 8201102,
            sale_item_id: 2181521,
            sale_item_type: 'good',
            amount: 9.9,
            type_id: 11,
            created_at: '2026-09-21T23:00:00.000-05:00',
            deposit_transaction_id: 775,
            chain: { id: 500, title: 'YC BE Chain' },
            type: { id: 11, title: 'Withdrawal from personal account' },
            deposit: { id: 220, balance: 990.1, reserved_balance: 0, type: { id: 5, title: 'deposit 1' } },
          },
        ],
        payment_transactions: [
          {
            id: 6033940,
            document_id: 8200904,
            sale_item_id: 2181442,
            sale_item_type: 'good',
            expense_id: 7,
            account_id: 90218,
            amount: 32,
            account: { id: 90218, title: 'Cash by default', is_cash: true, is_default: true },
            expense: { id: 7, title: 'Sale of goods' },
          },
        ],
      },
      kkm_state: {
        last_operation_type: 1,
        transactions: [
          {
            id: 2424,
            document_id: 8200904,
            print_date: '2026-09-21T23:00:00.000-05:00',
            printed_count: 0,
            sum: 0,
            type: { id: 0, title: 'Sale operation' },
            status: { id: 1, title: 'Successfully' },
            document: { id: 7215, type: 1, type_title: 'Sale of goods' },
            cashier: { id: 746310, name: 'Jack Smith' },
          },
        ],
      },
      payment_methods: [
        {
          slug: 'account',
          is_applicable: false,
          applicable_amount: 1170,
          applicable_count: 0,
          applicable_value: 0,
          account_id: 36785,
          account: { id: 36785, title: 'Location account - non-cash', is_cash: false },
        },
      ],
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const salesOperations = [
  getSaleTransaction,
  createPaymentWithLoyaltyMethods,
  deleteLoyaltyPaymentTransaction,
  deleteLocationAccountPayment,
];
