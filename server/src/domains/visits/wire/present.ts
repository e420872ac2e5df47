import { startOfDay, zonedDateTime } from '../../../platform/clock.ts';
import { absolute, isZero, toWire } from '../../../platform/exact.ts';
import { type Money, minus, noMoney, times } from '../../../platform/money.ts';
import type { AppointmentRow } from '../../appointments/appointment.ts';
import type { Attendance } from '../../appointments/tables.ts';
import { presentMaster, type View, withPlainMoments } from '../../appointments/wire/present.ts';
import type { ReceiptState } from '../../fiscal/list.ts';
import { presentReceiptState } from '../../fiscal/wire/present.ts';
import type { LineRow } from '../../inventory/line-list.ts';
import type { DueItem } from '../../sales/sale.ts';
import type { TeamMemberCard } from '../../team/team-member.ts';

/** The state of a visit, by the states of its appointments: someone came, else confirmed, else expected. */
function attendanceOf(rows: readonly AppointmentRow[]): Attendance {
  const states = new Set(rows.map((row) => row.attendance));
  return ([1, 2, 0] as const).find((state) => states.has(state)) ?? -1;
}

export const presentVisit = <Consumable>(
  visit: { comment: string; date: string },
  rows: readonly AppointmentRow[],
  consumables: ReadonlyMap<number, Consumable[]>,
  view: View,
) => ({
  attendance: rows.length ? attendanceOf(rows) : 0,
  datetime: zonedDateTime(rows[0]?.startsAt ?? startOfDay(visit.date, view.location.timeZone), view.location.timeZone),
  comment: visit.comment,
  // Numbers here, but booleans in other operations.
  records: rows.map((row) => ({
    ...withPlainMoments(row, view),
    consumables: consumables.get(row.id) ?? [],
    deleted: 0,
    prepaid: 0,
    prepaid_confirmed: 0,
    events: [],
  })),
});

/** Without the document of the receipt, which every receipt names anyway. */
function presentVisitReceipts(receipts: ReceiptState, timeZone: string) {
  const { last_operation_type, transactions } = presentReceiptState(receipts, { timeZone });
  return { last_operation_type, transactions: transactions.map(({ document_id: _, ...row }) => row) };
}

export const presentVisitDetails = <Payment, Loyalty>(
  rows: readonly AppointmentRow[],
  payments: ReadonlyMap<number, Payment[]>,
  loyalty: Loyalty[],
  receipts: ReceiptState,
  { seesProducts, timeZone }: { seesProducts: boolean; timeZone: string },
) => ({
  payment_transactions: rows.flatMap((row) => payments.get(row.id) ?? []),
  loyalty_transactions: loyalty,
  kkm_transaction_details_container: presentVisitReceipts(receipts, timeZone),
  items: rows.flatMap((row) => [
    ...row.services.map((service) => ({
      id: 0,
      item_id: service.id,
      item_type_id: 1,
      record_id: row.id,
      item_title: service.title,
      amount: service.amount,
      first_cost: toWire(service.firstCost),
      manual_cost: toWire(service.cost),
      discount: toWire(service.discount),
      cost: toWire(service.cost),
      master_id: row.teamMemberId,
      good_id: 0,
      service_id: service.id,
      event_id: row.eventId ?? 0,
      is_service: true,
      is_event: false,
      is_good: false,
    })),
    ...(seesProducts ? row.products : []).map((product) => ({
      id: product.id,
      item_id: product.id,
      item_type_id: 2,
      record_id: row.id,
      item_title: product.title,
      amount: toWire(absolute(product.amount)),
      first_cost: toWire(times(product.costPerUnit, absolute(product.amount))),
      manual_cost: toWire(product.cost),
      discount: toWire(product.discount),
      cost: toWire(product.cost),
      master_id: product.teamMemberId ?? 0,
      good_id: product.productId,
      service_id: 0,
      event_id: 0,
      is_service: false,
      is_event: false,
      is_good: true,
    })),
  ]),
});

/** What was paid for an item of this price. */
function paymentOf(cost: Money, item: DueItem | undefined) {
  const paid = item ? minus(cost, item.due) : noMoney;
  const isOpen = item !== undefined && !isZero(item.due);
  const partly = isZero(paid) ? ('not_paid' as const) : ('paid_not_full' as const);
  return { paid_sum: toWire(paid), payment_status: isOpen ? partly : ('paid_full' as const) };
}

/**
 * A visit in the history of a client.
 * @param title of the location @param items what was sold, and what is still to be paid @param used what its services have used up
 */
export const presentHistoryRecord = (
  row: AppointmentRow,
  title: string,
  items: readonly DueItem[],
  used: readonly LineRow[],
  { location, address }: View,
  seesCostPrice: boolean,
) => ({
  id: row.id,
  comment: row.comment,
  date: zonedDateTime(row.startsAt, location.timeZone),
  visit_id: row.visitId,
  attendance: row.attendance,
  services: row.services.map((service) => ({
    id: service.id,
    title: service.title,
    first_cost: toWire(service.firstCost),
    discount_percent: toWire(service.discount),
    cost_to_pay: toWire(service.cost),
    ...paymentOf(
      service.cost,
      items.find(({ type, id }) => type === 'service' && id === service.id),
    ),
    consumables: used
      .filter(({ serviceId }) => serviceId === service.id)
      .map((line) => ({
        title: line.product,
        amount: toWire(absolute(line.amount)),
        cost_per_unit: toWire(seesCostPrice ? line.costPerUnit : noMoney),
        unit: line.isInSaleUnits ? line.saleUnit.title : line.writeOffUnit.title,
      })),
  })),
  staff: presentMaster(row.teamMember, address),
  company: { id: location.id, title },
  tips: { has_tips: false, sum: null },
  comer: { id: 0, title: '', slug: 'person' },
});

/** A line without a seller has nobody. */
const nobody = {
  id: 0,
  name: '',
  company_id: 0,
  specialization: '',
  avatar: '',
  avatar_big: '',
  position: null,
  is_paid_staff: false,
};

/** A product in the history of a client. @param sale `appointment`: undefined without a visit @param items as of presentHistoryRecord */
export const presentHistorySale = (
  { line, appointment, seller }: { line: LineRow; appointment: AppointmentRow | undefined; seller: TeamMemberCard | undefined },
  title: string,
  items: readonly DueItem[],
  { location, address }: View,
) => ({
  id: line.id,
  comment: line.comment,
  date: zonedDateTime(line.at, location.timeZone),
  visit_id: appointment?.visitId ?? 0,
  record_id: appointment?.id ?? 0,
  goods: [
    {
      id: line.productId,
      title: line.product,
      amount: toWire(line.amount),
      unit: (line.isInSaleUnits ? line.saleUnit : line.writeOffUnit).title,
      cost_per_unit: toWire(line.costPerUnit),
      first_cost: toWire(times(line.costPerUnit, absolute(line.amount))),
      discount_percent: toWire(line.discount),
      cost_to_pay: toWire(line.cost),
      ...paymentOf(
        line.cost,
        items.find(({ type, id }) => type === 'good' && id === line.id),
      ),
    },
  ],
  staff: seller ? presentMaster(seller, address) : nobody,
  company: { id: location.id, title },
});
