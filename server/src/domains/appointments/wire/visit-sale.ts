import type { Static } from 'typebox';
import { Invalid } from '../../../api/errors.ts';
import { toMoney, toPercent } from '../../../platform/money.ts';
import { toQuantity } from '../../../platform/quantity.ts';
import { allowedAccounts, allowedExpenses, allowedStorages } from '../../access/limits.ts';
import { expectLineRights, withPriceRights } from '../../inventory/wire/caller.ts';
import type { SaleChanges, SaleRights, SoldProduct } from '../../sales/visit-sale.ts';
import { mayTakePayments } from '../../sales/wire/caller.ts';
import type { Authorized } from './caller.ts';
import type { VisitInput } from './schemas.ts';

type Body = Static<typeof VisitInput>;
type SentProduct = NonNullable<Body['goods_transactions']>[number];

/** @throws Invalid for a number that is no id */
function idIn(value: number | string, field: string): number {
  const id = Number(value);
  if (!Number.isInteger(id) || id < 0 || id > 2_147_483_647) throw new Invalid({ [field]: ['must be an id'] });
  return id;
}

/** A number that may be sent as text. */
const numberIn = (value: number | string | undefined) => (value === undefined ? undefined : Number(value));

function productOf(sent: SentProduct): SoldProduct {
  const price = numberIn(sent.cost_per_unit ?? sent.price);
  return {
    id: sent.id ?? 0,
    productId: idIn(sent.good_id, 'productId'),
    amount: toQuantity(Number(sent.amount)),
    isInSaleUnits: sent.operation_unit_type !== 2,
    ...(price === undefined ? {} : { costPerUnit: toMoney(price) }),
    ...(sent.cost === undefined ? {} : { cost: toMoney(Number(sent.cost)) }),
    ...(sent.discount === undefined ? {} : { discount: toPercent(Number(sent.discount)) }),
    ...(sent.storage_id === undefined ? {} : { storageId: idIn(sent.storage_id, 'storageId') }),
    ...(sent.master_id === undefined ? {} : { teamMemberId: idIn(sent.master_id, 'teamMemberId') || null }),
    ...(sent.good_special_number === undefined ? {} : { code: sent.good_special_number }),
  };
}

/** The kind of a fast payment, without the bit that prints a receipt. */
const kinds = { 1: 'cash', 2: 'card' } as const;

/** Whether a fast payment prints a receipt. */
export const printsReceipt = (body: Body): boolean => ((body.fast_payment ?? 0) & 128) !== 0;

/** What a body changes in the sale of a visit. */
export const saleChangesOf = (body: Body): SaleChanges => ({
  products: body.goods_transactions?.map(productOf),
  cancelled: body.deleted_transaction_ids,
  payments: body.new_transactions?.map(({ account_id, amount }) => ({ accountId: account_id, amount: toMoney(amount) })),
  rest: kinds[((body.fast_payment ?? 0) & 127) as 1 | 2],
});

/** The caller's rights over a sale of a visit at a time. */
export const saleRightsOf =
  (caller: Authorized) =>
  (at: Date): SaleRights => ({
    expectProducts: (action) => expectLineRights(caller, action, { id: 0, type: 7, storageId: null, toStorageId: null, at }),
    priced: (product) => withPriceRights(caller, { type: 7 }, product),
    pay: mayTakePayments(caller, at),
    storages: allowedStorages(caller),
    allowed: { accounts: allowedAccounts(caller), expenses: allowedExpenses(caller) },
  });
