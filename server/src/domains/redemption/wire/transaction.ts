import { toWire } from '../../../platform/exact.ts';
import type { TransactionRow } from '../../loyalty-transactions/list.ts';
import { transactionTitles } from '../../loyalty-transactions/types.ts';

/** The item of a transaction: 1 a service, 7 a product, 0 none. */
function itemOf({ serviceId, lineId, productId, appointmentId }: TransactionRow) {
  if (lineId !== null) {
    return { item_id: productId ?? 0, item_type_id: 7, item_record_id: 0, goods_transaction_id: lineId };
  }
  const isService = serviceId !== null;
  return {
    item_id: serviceId ?? 0,
    item_type_id: isService ? 1 : 0,
    item_record_id: isService ? (appointmentId ?? 0) : 0,
    goods_transaction_id: 0,
  };
}

/** A loyalty transaction of a visit. */
export const presentTransaction = (row: TransactionRow) => ({
  id: row.id,
  status_id: 1,
  amount: toWire(row.amount),
  type_id: row.type,
  program_id: row.promotionId ?? 0,
  card_id: row.cardId ?? 0,
  salon_group_id: row.chainId,
  ...itemOf(row),
  is_discount: row.type === 1,
  is_loyalty_withdraw: row.type === 3,
  type: { id: row.type, title: transactionTitles[row.type] },
});
