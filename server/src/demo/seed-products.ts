import { and, asc, eq, isNull, lt } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { addLines } from '../domains/inventory/line.ts';
import { createOperation } from '../domains/inventory/operation.ts';
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
  for (const { id: storageId } of kept) {
    await createOperation(write, place, {
      type: 3,
      storageId,
      at,
      comment: 'First delivery',
      lines: productIds.map((productId) => ({ productId, amount: toQuantity(20), isInSaleUnits: true })),
    });
  }
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
