import type { Static } from 'typebox';
import type { Location } from '../../../api/access.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { compare, toWire } from '../../../platform/exact.ts';
import { type Money, noMoney } from '../../../platform/money.ts';
import type { ReceiptState } from '../../fiscal/list.ts';
import { presentReceiptState } from '../../fiscal/wire/present.ts';
import type { UsableAccount, UsableClientAccount } from '../methods.ts';
import type { ClientAccountPayment, SaleItem, SalePayment } from '../sale.ts';
import type { SaleAnswer } from './schemas.ts';

type SaleAnswerOf = Static<typeof SaleAnswer>;

/** Everything that the answer of a sale shows. */
export interface SaleView {
  items: readonly SaleItem[];
  payments: readonly SalePayment[];
  clientAccountPayments: readonly ClientAccountPayment[];
  accounts: readonly UsableAccount[];
  clientAccounts: readonly UsableClientAccount[];
  due: Money;
  /** What loyalty paid, and what it can pay. */
  coverings: SaleAnswerOf['state']['loyalty_transactions'];
  loyaltyMethods: SaleAnswerOf['payment_methods'];
  receipts: ReceiptState;
  chain: { id: number; title: string };
  /** Whether the caller may take payments, and payments from client accounts. */
  may: { pay: boolean; payFromClientAccounts: boolean };
}

const presentItem = (item: SaleView['items'][number]) => {
  const fields = {
    id: item.id,
    title: item.title,
    amount: toWire(item.amount),
    default_cost_per_unit: toWire(item.costPerUnit),
    default_cost_total: toWire(item.firstCost),
    client_discount_percent: toWire(item.discount),
    cost_to_pay_total: toWire(item.cost),
  };
  return item.type === 'service'
    ? { ...fields, type: 'service' as const, document_id: item.documentId }
    : { ...fields, type: 'good' as const, good_id: item.productId ?? 0 };
};

/** The item that a payment names; 0 for a payment of the whole document. */
const paidItem = ({ serviceId, lineId }: { serviceId: number | null; lineId: number | null }) => ({
  sale_item_id: serviceId ?? lineId ?? 0,
  sale_item_type: lineId === null ? 'service' : 'good',
});

const presentDeposit = (account: { id: number; balance: Money; reserved: Money; typeId: number; typeTitle: string }) => ({
  id: account.id,
  balance: toWire(account.balance),
  reserved_balance: toWire(account.reserved),
  type: { id: account.typeId, title: account.typeTitle },
});

const least = (a: Money, b: Money) => (compare(a, b) < 0 ? a : b);
const isPositive = (amount: Money) => compare(amount, noMoney) > 0;

/** The form of a sale in V1 answers. */
export const presentSale = (view: SaleView, { timeZone }: Pick<Location, 'timeZone'>): Static<typeof SaleAnswer> => ({
  state: {
    items: view.items.map(presentItem),
    loyalty_transactions: [
      ...view.coverings,
      ...view.clientAccountPayments.map((payment) => ({
        id: payment.id,
        document_id: payment.documentId,
        ...paidItem(payment),
        amount: toWire(payment.amount),
        type_id: 11,
        created_at: zonedDateTime(payment.createdAt, timeZone),
        chain: view.chain,
        type: { id: 11, title: 'Withdrawal from personal account' },
        deposit_transaction_id: payment.id,
        deposit: presentDeposit({ ...payment, id: payment.accountId }),
      })),
    ].toSorted((one, other) => one.id - other.id),
    payment_transactions: view.payments.map((payment) => ({
      id: payment.id,
      document_id: payment.documentId,
      ...paidItem(payment),
      expense_id: payment.expenseId,
      account_id: payment.accountId,
      amount: toWire(payment.amount),
      created_at: zonedDateTime(payment.createdAt, timeZone),
      account: {
        id: payment.accountId,
        title: payment.accountTitle,
        is_cash: payment.isCash,
        is_default: payment.isDefault,
      },
      expense: { id: payment.expenseId, title: payment.expenseTitle },
    })),
  },
  kkm_state: presentReceiptState(view.receipts, { timeZone }),
  payment_methods: [
    ...view.accounts.map((account) => ({
      slug: 'account' as const,
      is_applicable: view.may.pay && isPositive(view.due),
      applicable_amount: toWire(view.due),
      applicable_count: 0,
      applicable_value: 0,
      account_id: account.id,
      account: { id: account.id, title: account.title, is_cash: account.isCash },
    })),
    ...view.clientAccounts.map((account) => {
      const applicable = least(view.due, account.available);
      return {
        slug: 'deposit' as const,
        is_applicable: view.may.payFromClientAccounts && isPositive(applicable),
        applicable_amount: toWire(isPositive(applicable) ? applicable : noMoney),
        applicable_count: 0,
        applicable_value: 0,
        deposit_id: account.id,
        deposit: presentDeposit(account),
      };
    }),
    ...view.loyaltyMethods,
  ],
});
