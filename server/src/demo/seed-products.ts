import { and, asc, eq, isNull, lt } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { numberDocument } from '../domains/inventory/document.ts';
import { addLines } from '../domains/inventory/line.ts';
import { createOperation } from '../domains/inventory/operation.ts';
import { countStock } from '../domains/inventory/stocktaking.ts';
import { archiveStorage, createStorage } from '../domains/inventory/storage.ts';
import { archiveSupplier, createSupplier } from '../domains/inventory/supplier.ts';
import { storages } from '../domains/inventory/tables.ts';
import { createProductCategory } from '../domains/products/category.ts';
import { archiveProduct, createProduct } from '../domains/products/product.ts';
import { createUnit } from '../domains/products/unit.ts';
import { addDays, startOfDay, today } from '../platform/clock.ts';
import { toMoney } from '../platform/money.ts';
import { toQuantity } from '../platform/quantity.ts';
import { demoProducts } from './products.ts';

/** The products of a location in their categories, the last of which is not sold any more, and units of its own. @returns the others' ids */
export async function seedProducts(write: Write, place: Location): Promise<number[]> {
  const ids: number[] = [];
  await createUnit(write, place.id, { title: 'Tube', shortTitle: 'tb' });
  await createUnit(write, place.id, { title: 'Bowl', shortTitle: 'bwl' });
  for (const { title, below } of demoProducts) {
    const parent = await createProductCategory(write, place.id, { title });
    for (const { title: childTitle, products } of below) {
      const { id: categoryId } = await createProductCategory(write, place.id, { title: childTitle, parentId: parent.id });
      for (const { title, article, barcode, price, costPrice, saleUnit, writeOffUnit, ratio, desired } of products) {
        const product = await createProduct(write, place, {
          title,
          article,
          barcode,
          categoryId,
          price: toMoney(price),
          costPrice: toMoney(costPrice),
          saleUnitId: saleUnit,
          writeOffUnitId: writeOffUnit,
          unitRatio: toQuantity(ratio),
          criticalAmount: toQuantity(desired / 4),
          desiredAmount: toQuantity(desired),
        });
        ids.push(product.id);
      }
    }
  }
  await archiveProduct(write, place.id, ids.pop() as number);
  return ids;
}

/** Suppliers of a location, the last of which it does not buy from any more. @returns the one that delivers */
async function seedSuppliers(write: Write, place: Location): Promise<number> {
  const supplier = await createSupplier(write, place, { title: 'Hair & Care Wholesale', email: 'orders@example.com' });
  await createSupplier(write, place, { title: 'Salon Textiles' });
  const former = await createSupplier(write, place, { title: 'Colour Import' });
  await archiveSupplier(write, place.id, former.id);
  return supplier.id;
}

/** A document with its lines and its number. */
async function enter(write: Write, place: Location, fields: Parameters<typeof createOperation>[2]): Promise<void> {
  const { id } = await createOperation(write, place, fields);
  await numberDocument(write, place.id, id);
}

/** What was sold at the desk, broken, taken to the chairs and counted, and storages that are empty. */
async function seedDesk(
  write: Write,
  place: Location,
  productIds: readonly number[],
  storage: { consumables: number; sold: number },
): Promise<void> {
  const line = (index: number, amount: number) => ({
    productId: productIds[index % productIds.length] as number,
    amount: toQuantity(amount),
    isInSaleUnits: true,
  });
  const daysAgo = (days: number) =>
    new Date(startOfDay(addDays(today(place.timeZone), -days), place.timeZone).getTime() + 12 * 3_600_000);
  const [storageId, toStorageId] = [storage.sold, storage.consumables];
  for (const days of [9, 5, 3, 2]) {
    await enter(write, place, {
      type: 1,
      storageId,
      at: daysAgo(days),
      comment: 'Sold at the desk',
      lines: [line(days, 1), line(days + 1, 2)],
    });
  }
  await enter(write, place, { type: 4, storageId, at: daysAgo(4), comment: 'Broken bottle', lines: [line(0, 1)] });
  await enter(write, place, { type: 5, storageId, toStorageId, at: daysAgo(4), comment: 'For the chairs', lines: [line(1, 3)] });
  for (const found of [18, 17]) {
    const counts = [0, 1].map((index) => line(index, found));
    const id = await countStock(write, place, { storageId: toStorageId, comment: 'Monthly count', counts });
    await numberDocument(write, place.id, id);
  }
  await createStorage(write, place.id, { title: 'Window display' });
  const former = await createStorage(write, place.id, { title: 'Cellar' });
  await archiveStorage(write, place.id, former.id);
}

/** Days before today on which the demo has received its products. */
const received = 30;
/** Every so many of the past appointments, the client buys something. */
const buyers = 5;

/** Fills the storages of a location, and sells products in past appointments. */
export async function seedStock(write: Write, place: Location, productIds: readonly number[]): Promise<void> {
  const kept = await write
    .select({ id: storages.id })
    .from(storages)
    .where(and(eq(storages.locationId, place.id), isNull(storages.archivedAt)))
    .orderBy(asc(storages.weight));
  const at = startOfDay(addDays(today(place.timeZone), -received), place.timeZone);
  const supplierId = await seedSuppliers(write, place);
  for (const { id: storageId } of kept) {
    await enter(write, place, {
      type: 3,
      storageId,
      at,
      comment: 'First delivery',
      lines: productIds.map((productId) => ({ productId, supplierId, amount: toQuantity(20), isInSaleUnits: true })),
    });
  }
  const [consumables, sold] = kept.map(({ id }) => id) as [number, number];
  await seedDesk(write, place, productIds, { consumables, sold });
  const past = await write
    .select({ documentId: appointments.documentId, teamMemberId: appointments.teamMemberId })
    .from(appointments)
    .where(and(eq(appointments.locationId, place.id), eq(appointments.attendance, 1), lt(appointments.startsAt, new Date())))
    .orderBy(asc(appointments.startsAt), asc(appointments.id));
  for (const [index, { documentId, teamMemberId }] of past.entries()) {
    if (index % buyers !== 0) continue;
    const productId = productIds[index % productIds.length] as number;
    await addLines(write, place, { id: documentId }, [{ productId, amount: toQuantity(1), isInSaleUnits: true, teamMemberId }]);
  }
}
