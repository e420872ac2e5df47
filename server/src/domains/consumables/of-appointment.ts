import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, fits } from '../../platform/exact.ts';
import { dividedBy, type Money, roundMoney, times, toMoney } from '../../platform/money.ts';
import { appointmentServices } from '../appointments/tables.ts';
import type { KeptProduct } from '../products/keep.ts';
import { products, productUnits } from '../products/tables.ts';
import { type Bill, type BillItemFields, billsById, keepUsed } from './bill.ts';
import { appointmentBills, appointmentConsumables } from './tables.ts';

const selectConsumables = (db: Read, locationId: number, appointmentId: number) =>
  db
    .select({
      id: appointmentConsumables.id,
      serviceId: appointmentConsumables.serviceId,
      productId: appointmentConsumables.productId,
      storageId: appointmentConsumables.storageId,
      amount: appointmentConsumables.amount,
      price: appointmentConsumables.price,
      lineId: appointmentConsumables.lineId,
      product: products.title,
      /** The write-off unit. */
      unit: productUnits.shortTitle,
    })
    .from(appointmentConsumables)
    .innerJoin(
      products,
      and(eq(products.locationId, appointmentConsumables.locationId), eq(products.id, appointmentConsumables.productId)),
    )
    .innerJoin(productUnits, eq(productUnits.id, products.writeOffUnitId))
    .where(and(eq(appointmentConsumables.locationId, locationId), eq(appointmentConsumables.appointmentId, appointmentId)))
    .orderBy(asc(appointmentConsumables.id));

/** What one service of an appointment uses up of a product. */
export type Consumable = Awaited<ReturnType<typeof selectConsumables>>[number];

/** A service of an appointment with its bills of materials, and what it uses up. */
export interface UsedByService {
  serviceId: number;
  bills: Bill[];
  consumables: Consumable[];
}

/** What the services of an appointment use up, in their order. */
export async function consumablesOf(db: Read, locationId: number, appointmentId: number): Promise<UsedByService[]> {
  const serviceIds = await servicesOf(db, locationId, appointmentId);
  const consumables = await selectConsumables(db, locationId, appointmentId);
  const attached = await db
    .select({ serviceId: appointmentBills.serviceId, billId: appointmentBills.billId })
    .from(appointmentBills)
    .where(and(eq(appointmentBills.locationId, locationId), eq(appointmentBills.appointmentId, appointmentId)));
  const bills = await billsById(db, locationId, [...new Set(attached.map(({ billId }) => billId))]);
  return serviceIds.map((serviceId) => ({
    serviceId,
    bills: bills.filter(({ id }) => attached.some((link) => link.serviceId === serviceId && link.billId === id)),
    consumables: consumables.filter((row) => row.serviceId === serviceId),
  }));
}

async function servicesOf(db: Read, locationId: number, appointmentId: number): Promise<number[]> {
  const rows = await db
    .select({ id: appointmentServices.serviceId })
    .from(appointmentServices)
    .where(and(eq(appointmentServices.locationId, locationId), eq(appointmentServices.appointmentId, appointmentId)))
    .orderBy(asc(appointmentServices.position));
  return [...new Set(rows.map(({ id }) => id))];
}

/** A service of a locked appointment. */
interface Place {
  locationId: number;
  appointmentId: number;
  serviceId: number;
}

/** @throws NotFound if the appointment has no such service */
async function expectService(db: Read, { locationId, appointmentId, serviceId }: Place): Promise<void> {
  if (!(await servicesOf(db, locationId, appointmentId)).includes(serviceId)) {
    throw new NotFound(`Appointment ${appointmentId} has no service ${serviceId}`);
  }
}

/** What one service is to use up of a product. */
export interface ConsumableFields extends BillItemFields {
  /** The line that has written it off; 0 for a new one, and for one that is not written off. */
  lineId: number;
  /** The price of the amount, not negative. By default it stays if the amount does, and follows from the cost price otherwise. */
  price: Money | undefined;
}

/** The most that the price of a consumable can be. */
const tooExpensive = toMoney(1e14);

/**
 * Replaces what a service of a locked appointment uses up. If the client has arrived, it is written off when other rooms react.
 * @throws NotFound if the appointment has no such service, and Invalid for a line of something else, a price, and as keepUsed
 */
export async function replaceConsumables(write: Write, place: Place, fields: readonly ConsumableFields[]): Promise<void> {
  const { locationId, appointmentId, serviceId } = place;
  await expectService(write, place);
  const all = await selectConsumables(write, locationId, appointmentId);
  const before = all.filter((row) => row.serviceId === serviceId);
  const lines = new Map(before.flatMap((row) => (row.lineId === null ? [] : [[row.lineId, row]])));
  const named = fields.flatMap(({ lineId }) => lineId || []);
  const unknown = named.find((id, index) => !lines.has(id) || named.indexOf(id) !== index);
  if (unknown !== undefined) {
    throw new Invalid({ lineId: [`${unknown} must be a product transaction of this service, which is named once`] });
  }
  const kept = await keepUsed(write, locationId, fields, before);
  const priced = fields.map((each) => {
    const former = lines.get(each.lineId);
    return { ...each, id: former?.id ?? null, price: priceOf(each, former, kept.get(each.productId) as KeptProduct) };
  });

  const staying = priced.flatMap(({ id }) => id ?? []);
  const gone = before.filter(({ id }) => !staying.includes(id)).map(({ id }) => id);
  if (gone.length) {
    await write
      .delete(appointmentConsumables)
      .where(and(eq(appointmentConsumables.locationId, locationId), inArray(appointmentConsumables.id, gone)));
  }
  if (staying.length) {
    await write.execute(sql`
    update appointment_consumables used set product_id = input."productId", storage_id = input."storageId", amount = input.amount, price = input.price
    from jsonb_to_recordset(${JSON.stringify(priced)}::jsonb)
      as input(id int, "productId" int, "storageId" int, amount numeric, price numeric)
    where used.location_id = ${locationId} and used.id = input.id`);
  }
  const added = priced
    .filter(({ id }) => id === null)
    .map(({ productId, storageId, amount, price }) => ({ ...place, productId, storageId, amount, price }));
  if (added.length) await write.insert(appointmentConsumables).values(added);
  write.changed('appointment', locationId, appointmentId, 'update');
}

/** @throws Invalid for `price` */
function priceOf(fields: ConsumableFields, former: Consumable | undefined, product: KeptProduct): Money {
  const { amount, productId } = fields;
  const isSame = former?.productId === productId && compare(former.amount, amount) === 0;
  const usual = isSame ? former.price : roundMoney(dividedBy(times(product.costPrice, amount), product.unitRatio), 4);
  const price = fields.price ?? usual;
  if (!fits(price, 4)) throw new Invalid({ price: ['must have at most 4 digits after the point'] });
  if (compare(price, tooExpensive) >= 0) throw new Invalid({ price: ['is too much'] });
  return price;
}

/**
 * Detaches the bills of materials of a service of a locked appointment. What the service uses up stays, unless it is to go.
 * @throws NotFound if the appointment has no such service
 */
export async function detachBills(write: Write, place: Place, { withConsumables }: { withConsumables: boolean }): Promise<void> {
  const { locationId, appointmentId, serviceId } = place;
  await expectService(write, place);
  for (const table of withConsumables ? [appointmentBills, appointmentConsumables] : [appointmentBills]) {
    await write
      .delete(table)
      .where(and(eq(table.locationId, locationId), eq(table.appointmentId, appointmentId), eq(table.serviceId, serviceId)));
  }
  write.changed('appointment', locationId, appointmentId, 'update');
}
