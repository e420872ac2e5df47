import type { Location } from '../../../api/access.ts';
import { toWire } from '../../../platform/exact.ts';
import { currencyDigits, type Money, type Percent, roundMoney, times } from '../../../platform/money.ts';
import type { Quantity } from '../../../platform/quantity.ts';

/** A product that is sold in an appointment. */
interface SoldItem {
  /** The document line. */
  id: number;
  appointmentId: number;
  productId: number;
  storageId: number;
  teamMemberId: number | null;
  /** More than 0. */
  amount: Quantity;
  isInSaleUnits: boolean;
  saleUnitId: number;
  writeOffUnitId: number;
  costPerUnit: Money;
  discount: Percent;
  cost: Money;
}

/** A product of an appointment as a resource of V2. */
export function goodItemResource(item: SoldItem, { currency }: Pick<Location, 'currency'>) {
  const unit = item.isInSaleUnits ? 'sale' : 'consumable';
  return {
    type: 'attendance_good_item',
    id: String(item.id),
    attributes: {
      record_id: item.appointmentId,
      quantity: toWire(item.amount),
      unit_id: item.isInSaleUnits ? item.saleUnitId : item.writeOffUnitId,
      sale_unit_id: item.saleUnitId,
      consumable_unit_id: item.writeOffUnitId,
      operation_unit_type: unit,
      operation_type_slug: unit,
      first_cost: toWire(roundMoney(times(item.costPerUnit, item.amount), currencyDigits(currency))),
      manual_cost: toWire(item.cost),
      cost_per_unit: toWire(item.costPerUnit),
      discount_percent: toWire(item.discount),
      cost: toWire(item.cost),
      master_id: item.teamMemberId ?? 0,
      staff_id: item.teamMemberId ?? 0,
      good_id: item.productId,
      storage_id: item.storageId,
    },
  };
}
