import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { isZero, negated } from '../../platform/exact.ts';
import { currencyDigits, type Money } from '../../platform/money.ts';
import { difference, type Quantity } from '../../platform/quantity.ts';
import { type KeptProduct, keepProducts } from '../products/keep.ts';
import { lockDocuments } from './document.ts';
import { inWriteOffUnits, movementOf } from './line.ts';
import { priceLine } from './line-price.ts';
import { lockLevels, type Movement, moveStock } from './stock.ts';
import { keepStorages } from './storage.ts';
import { documentLines } from './tables.ts';

type Place = Pick<Location, 'id' | 'currency'>;

/** What a line of consumables has used up. */
interface Used {
  /** Write-off units, more than 0. */
  amount: Quantity;
  /** The price of the whole line. */
  cost: Money;
}

/** A new line of consumables. */
interface NewLine extends Used {
  at: Date;
  documentId: number;
  serviceId: number;
  productId: number;
  storageId: number;
}

/** Changes of lines of several documents. Lines of consumables are always in write-off units. */
export interface LineBatch {
  added: readonly NewLine[];
  changed: readonly (Used & { id: number })[];
  /** The ids of lines that are deleted. */
  removed: readonly number[];
}

/** Where lines are or will be, and the documents that have them. */
export interface Stock {
  documentIds: readonly number[];
  places: readonly Pick<Movement, 'productId' | 'storageId'>[];
  /** The caller changes nothing that a printed receipt names, or refuses it. */
  mayBePrinted?: boolean;
}

/**
 * Locks what adding, changing and deleting lines of these documents lock, in their order, before several of these are done: products,
 * documents, their lines and levels. Storages are locked before it.
 * @returns the products and the lines, by id
 * @throws ReceiptPrinted
 */
export async function lockStock(write: Write, location: Place, { documentIds, places, mayBePrinted = false }: Stock) {
  const productIds = places.map(({ productId }) => productId);
  const products = new Map((await keepProducts(write, location.id, productIds)).map((product) => [product.id, product]));
  await lockDocuments(write, location.id, [...new Set(documentIds)], { mayBePrinted });
  const lines = await write.lock(
    'document line',
    write
      .select()
      .from(documentLines)
      .where(
        and(
          eq(documentLines.locationId, location.id),
          inArray(documentLines.documentId, [...new Set(documentIds)]),
          isNull(documentLines.deletedAt),
        ),
      )
      .orderBy(asc(documentLines.id)),
  );
  await lockLevels(
    write,
    location,
    places.filter(({ productId }) => products.has(productId)),
  );
  return { products, lines: new Map(lines.map((line) => [line.id, line])) };
}

/**
 * Adds and changes lines of consumables, and deletes lines of any type but arrivals, in a fixed number of statements. The stock moves with
 * them: what they take and bring back of a product is added up before it is compared with the level. Their documents are not locked by
 * others for long, because the caller has locked the appointments.
 * @param alsoLocked further documents that the caller will change
 * @returns the ids of the added lines, in their order
 * @throws Invalid for `amount`, if a storage has too little and the location forbids that, or if an amount is too large to be stored
 */
export async function postLines(
  write: Write,
  location: Place,
  { added, changed, removed }: LineBatch,
  alsoLocked: readonly number[] = [],
): Promise<number[]> {
  if (added.length + changed.length + removed.length === 0) return [];
  const known = [...removed, ...changed.map(({ id }) => id)];
  const own = and(eq(documentLines.locationId, location.id), inArray(documentLines.id, known), isNull(documentLines.deletedAt));
  const before = known.length ? await write.select().from(documentLines).where(own) : [];
  const used = added.map(({ storageId }) => storageId);
  await keepStorages(write, location.id, [], used);
  const places = [...before, ...added];
  const documentIds = [...alsoLocked, ...places.map(({ documentId }) => documentId)];
  const { products, lines } = await lockStock(write, location, { documentIds, places });
  const digits = currencyDigits(location.currency);
  const priced = (productId: number, { amount, cost }: Used, unitRatio?: Quantity) => {
    const product = products.get(productId) as KeptProduct;
    const ratio = unitRatio ?? product.unitRatio;
    const { moved: _, ...columns } = priceLine(
      2,
      { ...product, unitRatio: ratio },
      { amount, cost, isInSaleUnits: false },
      digits,
    );
    return { ...columns, unitRatio: ratio };
  };
  const now = new Date();

  const gone = removed.flatMap((id) => lines.get(id) ?? []);
  if (gone.length) {
    const ids = gone.map(({ id }) => id);
    await write
      .update(documentLines)
      .set({ deletedAt: now, changedAt: now })
      .where(and(eq(documentLines.locationId, location.id), inArray(documentLines.id, ids)));
  }
  const next = changed.flatMap(({ id, ...fields }) => {
    const line = lines.get(id);
    return line ? [{ ...line, ...priced(line.productId, fields, line.unitRatio) }] : [];
  });
  if (next.length) {
    await write.execute(sql`
      update document_lines set amount = input.amount, cost = input.cost, cost_per_unit = input."costPerUnit", changed_at = now()
      from jsonb_to_recordset(${JSON.stringify(next)}::jsonb)
        as input(id int, amount numeric, cost numeric, "costPerUnit" numeric)
      where document_lines.location_id = ${location.id} and document_lines.id = input.id`);
  }
  const { userId } = write.author;
  const rows = added.length
    ? await write
        .insert(documentLines)
        .values(
          added.map(({ documentId, serviceId, productId, storageId, at, ...fields }) => ({
            locationId: location.id,
            documentId,
            type: 2 as const,
            productId,
            storageId,
            serviceId,
            isInSaleUnits: false,
            ...priced(productId, fields),
            userId,
            at,
          })),
        )
        .returning()
    : [];
  await moveStock(write, location, [
    ...gone.map((line) => ({ ...movementOf(line), amount: negated(inWriteOffUnits(line)) })),
    ...next.flatMap((line) => {
      const movement = {
        ...movementOf(line),
        amount: difference(line.amount, inWriteOffUnits(lines.get(line.id) as typeof line)),
      };
      return isZero(movement.amount) ? [] : [movement];
    }),
    ...rows.map(movementOf),
  ]);
  for (const { id } of gone) write.changed('document line', location.id, id, 'delete');
  for (const { id } of next) write.changed('document line', location.id, id, 'update');
  for (const { id } of rows) write.changed('document line', location.id, id, 'create');
  return rows.map(({ id }) => id);
}
