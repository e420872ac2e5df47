import { toWire } from '../../../platform/exact.ts';
import { type Money, noMoney } from '../../../platform/money.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import type { Bill, BillItem } from '../bill.ts';
import type { UsedByService } from '../of-appointment.ts';

/** A cost price, which is 0 for a reader who may not see it. */
const priceFor = ({ can }: Pick<Authorized, 'can'>, price: Money) =>
  toWire(can('storages_goods_prime_cost_view_access') ? price : noMoney);

const presentItem = (item: BillItem, billId: number, caller: Pick<Authorized, 'can'>) => ({
  id: item.id,
  technological_card_id: billId,
  storage_id: item.storageId,
  good_id: item.productId,
  amount: toWire(item.amount),
  price: priceFor(caller, item.price),
});

export const presentBill = ({ id, title, items }: Bill, caller: Pick<Authorized, 'can'>) => ({
  id,
  title,
  technological_card_items: items.map((item) => ({ ...presentItem(item, id, caller), unit: item.unit, title: item.product })),
});

const presentUsed = ({ productId, product, unit }: { productId: number; product: string; unit: string }) => ({
  id: productId,
  title: product,
  unit,
});

/** A service of an appointment with what it uses up. */
export const presentUsedByService = (
  { serviceId, bills, consumables }: UsedByService,
  appointmentId: number,
  caller: Pick<Authorized, 'can'>,
) => ({
  service_id: serviceId,
  record_id: appointmentId,
  technological_cards: bills.map(({ id, title, items }) => ({
    id,
    title,
    technological_card_items: items.map((item) => ({ ...presentItem(item, id, caller), good: presentUsed(item) })),
  })),
  consumables: consumables.map((row) => ({
    goods_transaction_id: row.lineId ?? 0,
    record_id: appointmentId,
    service_id: serviceId,
    storage_id: row.storageId,
    good_id: row.productId,
    price: priceFor(caller, row.price),
    amount: toWire(row.amount),
    good: presentUsed(row),
  })),
});
