import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, negated } from '../../platform/exact.ts';
import { currencyDigits } from '../../platform/money.ts';
import { inSmallerUnit } from '../../platform/quantity.ts';
import { clients } from '../clients/tables.ts';
import { type KeptProduct, keepProducts } from '../products/keep.ts';
import { livingMembers } from '../team/team-member.ts';
import { followArrivals } from './cost-price.ts';
import { type DocumentRow, getDocument, isStockDocument, isWhole, lockDocument } from './document.ts';
import { expectPrices, type PriceFields, priceLine } from './line-price.ts';
import { ReceiptPrinted } from './receipt.ts';
import { moveStock, takeBackStock } from './stock.ts';
import { keepStorages, storageForSale } from './storage.ts';
import { keepSuppliers } from './supplier.ts';
import { type DocumentType, documentLines, type LineType } from './tables.ts';

/** The people and things that a line names; null for none. */
interface Named {
  clientId?: number | null | undefined;
  supplierId?: number | null | undefined;
  /** The seller, or the user of consumables. */
  teamMemberId?: number | null | undefined;
}

/** A new line of a document. */
export interface LineFields extends PriceFields, Named {
  productId: number;
  /** For documents without a storage, such as those of appointments: by default the storage for sale. Otherwise the document's storage. */
  storageId?: number | undefined;
  /** Of consumables: the service for which they are used. */
  serviceId?: number | null | undefined;
  comment?: string | undefined;
  /** The code of a sold membership or gift card. */
  code?: string | undefined;
}

type PlainLine = typeof documentLines.$inferSelect;
type Place = Pick<Location, 'id' | 'currency'>;

/** The type of the lines of a document, by its type. Documents of other types have no lines. */
const lineTypes: { [Type in DocumentType]?: LineType } = { 1: 1, 3: 3, 4: 4, 5: 5, 6: 6, 7: 1, 8: 2 };

/** The type of the lines that are added to a document one by one. @throws Forbidden for a document that takes none */
export function typeOfLines({ type, storageId }: Pick<DocumentRow, 'type' | 'storageId'>): LineType {
  const ofLines = lineTypes[type];
  const isOfAppointment = type === 8 && storageId === null;
  if (ofLines === undefined || isWhole({ type }) || isOfAppointment) throw new Forbidden('This document takes no lines.');
  return ofLines;
}

/** A line that is ready to be stored. */
export type PreparedLine = Omit<typeof documentLines.$inferInsert, 'locationId' | 'documentId' | 'at' | 'userId'>;

/**
 * Adds lines to a document, and moves the stock with them: a sale takes products out of a storage, an arrival brings them in and sets their
 * cost price. Locks suppliers, storages, products, the document and levels, in this order, so lock nothing later before. A transfer gets its
 * lines from `createOperation`, a stocktaking from `countStock`.
 * @returns the ids of the lines, in their order
 * @throws NotFound for an unknown document, Forbidden for one that takes no lines, and Invalid for the fields of lines
 */
export async function addLines(
  write: Write,
  location: Place,
  { id: documentId }: { id: number },
  lines: readonly LineFields[],
): Promise<number[]> {
  if (lines.length === 0) return [];
  const { type: documentType, storageId: ofDocument } = await getDocument(write, location.id, documentId);
  const type = typeOfLines({ type: documentType, storageId: ofDocument });
  await keepNamed(write, location.id, lines);
  const byDefault =
    ofDocument ?? (lines.some(({ storageId }) => storageId === undefined) ? await forSale(write, location.id) : 0);
  const storageOf = (line: LineFields) => ofDocument ?? line.storageId ?? byDefault;
  await keepStorages(write, location.id, lines.map(storageOf));
  const products = await keepLivingProducts(write, location.id, type, lines);
  const document = await lockDocument(write, location.id, documentId);
  if (document.storageId !== ofDocument) await keepStorages(write, location.id, [document.storageId as number]);
  const prepared = lines.map((line) =>
    prepareLine(location, type, products.get(line.productId) as KeptProduct, line, document.storageId ?? storageOf(line)),
  );
  return insertLines(write, location, document, prepared);
}

/** A line with its prices, to be stored. @throws Invalid for its prices and its amount */
export function prepareLine(
  location: Place,
  type: LineType,
  product: KeptProduct,
  line: LineFields,
  storageId: number,
): PreparedLine {
  expectPrices(line, location);
  const { moved: _, ...priced } = priceLine(type, product, line, currencyDigits(location.currency));
  return {
    ...priced,
    type,
    productId: product.id,
    storageId,
    isInSaleUnits: line.isInSaleUnits,
    unitRatio: product.unitRatio,
    clientId: line.clientId ?? null,
    supplierId: line.supplierId ?? null,
    teamMemberId: line.teamMemberId ?? null,
    serviceId: line.serviceId ?? null,
    comment: line.comment?.trim() ?? '',
    code: line.code?.trim() ?? '',
  };
}

/** Stores lines of a locked document, and moves the stock with them. The caller has locked everything else. @returns the ids, in their order */
export async function insertLines(
  write: Write,
  location: Place,
  document: { id: number; at: Date },
  lines: readonly PreparedLine[],
  { mayRunShort = false }: { mayRunShort?: boolean } = {},
): Promise<number[]> {
  if (lines.length === 0) return [];
  const { userId } = write.author;
  const rows = await write
    .insert(documentLines)
    .values(lines.map((line) => ({ ...line, locationId: location.id, documentId: document.id, at: document.at, userId })))
    .returning();
  await moveStock(write, location, rows.map(movementOf), { mayRunShort });
  await followArrivals(write, location, rows);
  for (const { id } of rows) write.changed('document line', location.id, id, 'create');
  return rows.map(({ id }) => id);
}

/** What a line does to the stock. */
export const movementOf = ({ id, productId, storageId, ...line }: PlainLine) => ({
  lineId: id,
  productId,
  storageId,
  amount: inWriteOffUnits(line),
});

/** The amount of a line in write-off units, signed. */
export const inWriteOffUnits = ({
  amount,
  isInSaleUnits,
  unitRatio,
}: Pick<PlainLine, 'amount' | 'isInSaleUnits' | 'unitRatio'>) => (isInSaleUnits ? inSmallerUnit(amount, unitRatio) : amount);

/**
 * Changes a line of a document. Its former movement of stock is taken back, and the new one is added. Without a cost, the cost follows from
 * a new amount, price or discount. After its receipt was printed, only the seller, the storage and the texts of a line change.
 * @throws NotFound, Forbidden for a line that is not changed by itself, ReceiptPrinted, and Invalid as addLines
 */
export async function updateLine(write: Write, location: Place, id: number, fields: Partial<LineFields>): Promise<void> {
  const seen = await plainLine(write, location.id, id);
  await keepNamed(write, location.id, [fields]);
  if (fields.storageId !== undefined) await keepStorages(write, location.id, [fields.storageId]);
  const productId = fields.productId ?? seen.productId;
  const isMoved = productId !== seen.productId;
  const kept = await keepProducts(write, location.id, [seen.productId, productId], { isRepriced: seen.type === 3 });
  const product = kept.find((row) => row.id === productId && !(isMoved && isGone(row)));
  if (!product) throw new Invalid({ productId: [`${productId} is no product of this location`] });
  if (isMoved) expectStored(seen.type, product);
  const document = await lockDocument(write, location.id, seen.documentId, { mayBePrinted: true });
  expectSingle(document, seen);
  const [line] = await write.lock('document line', livingLines(write, location.id, [id]));
  if (!line) throw new NotFound();

  const digits = currencyDigits(location.currency);
  const { amount = line.amount, isInSaleUnits = line.isInSaleUnits, discount = line.discount } = fields;
  expectPrices({ ...fields, isInSaleUnits }, location);
  const isSameUnit = !isMoved && isInSaleUnits === line.isInSaleUnits;
  const isSameAmount = isSameUnit && fields.amount === undefined;
  const isSameTotal = isSameAmount && fields.costPerUnit === undefined && fields.discount === undefined;
  const costPerUnit = fields.costPerUnit ?? (isSameUnit ? line.costPerUnit : undefined);
  const cost = fields.cost ?? (isSameTotal ? line.cost : undefined);
  const unitRatio = isSameAmount ? line.unitRatio : product.unitRatio;
  const { moved, ...priced } = priceLine(
    line.type,
    { ...product, unitRatio },
    { amount, isInSaleUnits, costPerUnit, discount, cost },
    digits,
  );
  const changed = {
    ...line,
    ...given({
      clientId: fields.clientId,
      supplierId: fields.supplierId,
      teamMemberId: fields.teamMemberId,
      comment: fields.comment?.trim(),
      code: fields.code?.trim(),
    }),
    ...priced,
    productId,
    storageId: document.storageId ?? fields.storageId ?? line.storageId,
    isInSaleUnits,
    unitRatio,
    changedAt: new Date(),
  };
  if (document.receiptStatus === 1 && changesReceipt(line, changed)) throw new ReceiptPrinted();
  const isReposted = isMoved || changed.storageId !== line.storageId || compare(moved, inWriteOffUnits(line)) !== 0;
  if (isReposted) await takeBackStock(write, location, [id], [movementOf(changed)]);
  await write
    .update(documentLines)
    .set(changed)
    .where(ownLine(location.id, [id]));
  if (isReposted) await moveStock(write, location, [movementOf(changed)]);
  await followArrivals(write, location, [line, changed]);
  write.changed('document line', location.id, id, 'update');
}

type Receipted = Pick<PlainLine, 'productId' | 'amount' | 'isInSaleUnits' | 'costPerUnit' | 'discount' | 'cost' | 'clientId'>;

/** Whether a change concerns something that a receipt names. */
const changesReceipt = (before: Receipted, after: Receipted): boolean =>
  before.productId !== after.productId ||
  before.isInSaleUnits !== after.isInSaleUnits ||
  before.clientId !== after.clientId ||
  compare(before.amount, after.amount) !== 0 ||
  compare(before.costPerUnit, after.costPerUnit) !== 0 ||
  compare(before.discount, after.discount) !== 0 ||
  compare(before.cost, after.cost) !== 0;

/**
 * Deletes lines and takes back what they did to the stock. Lines that are deleted already are left alone. What belongs to a line, such as
 * its payments, follows from the reported changes.
 * @returns the ids of the lines that are deleted now
 * @throws ReceiptPrinted
 */
export async function deleteLines(write: Write, location: Place, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const seen = await livingLines(write, location.id, ids);
  const productIds = seen.map(({ productId }) => productId);
  if (seen.length) await keepProducts(write, location.id, productIds, { isRepriced: seen.some(({ type }) => type === 3) });
  for (const documentId of [...new Set(seen.map((line) => line.documentId))].sort((a, b) => a - b)) {
    await lockDocument(write, location.id, documentId);
  }
  return removeLines(write, location, ids);
}

/** Deletes lines of locked documents. The caller has locked their products too. @returns the ids of the lines that are deleted now */
export async function removeLines(write: Write, location: Place, ids: readonly number[]): Promise<number[]> {
  const lines = await write.lock('document line', livingLines(write, location.id, ids));
  if (lines.length === 0) return [];
  const deleted = lines.map(({ id }) => id);
  await takeBackStock(write, location, deleted);
  const now = new Date();
  await write.update(documentLines).set({ deletedAt: now, changedAt: now }).where(ownLine(location.id, deleted));
  await followArrivals(write, location, lines);
  for (const id of deleted) write.changed('document line', location.id, id, 'delete');
  return deleted;
}

/** Deletes one line. @throws NotFound, and Forbidden for a line of a transfer or a stocktaking, and for consumables of an appointment */
export async function deleteLine(write: Write, location: Place, id: number): Promise<void> {
  const line = await plainLine(write, location.id, id);
  expectSingle(await getDocument(write, location.id, line.documentId), line);
  const deleted = await deleteLines(write, location, [id]);
  if (deleted.length === 0) throw new NotFound();
}

/** Both movements of a transfer of a product. @returns the lines that leave one storage, and enter the other */
export const transferred = (line: PreparedLine, toStorageId: number): PreparedLine[] => [
  line,
  { ...line, storageId: toStorageId, amount: negated(line.amount) },
];

/**
 * The living products of lines of a type, by id, locked.
 * @throws Invalid for one that the location does not have any more, and for one that lines of this type cannot have
 */
export async function keepLivingProducts(
  write: Write,
  locationId: number,
  type: LineType,
  lines: readonly { productId: number }[],
): Promise<Map<number, KeptProduct>> {
  const ids = lines.map(({ productId }) => productId);
  const rows = await keepProducts(write, locationId, ids, { isRepriced: type === 3 });
  const products = new Map(rows.filter((row) => !isGone(row)).map((row) => [row.id, row]));
  const missing = ids.find((id) => !products.has(id));
  if (missing !== undefined) throw new Invalid({ productId: [`${missing} is no product of this location`] });
  for (const product of products.values()) expectStored(type, product);
  return products;
}

/** Gift cards and memberships are in no storage, so they are only sold. @throws Invalid */
function expectStored(type: LineType, { id, giftCardTypeId, membershipTypeId }: KeptProduct): void {
  if (type === 1 || (giftCardTypeId === 0 && membershipTypeId === 0)) return;
  throw new Invalid({ productId: [`${id} is a gift card or a membership, which no storage has`] });
}

const isGone = ({ deletedAt, archivedAt }: KeptProduct) => deletedAt !== null || archivedAt !== null;

/**
 * Clients, team members and suppliers of lines. Suppliers stay locked.
 * @throws Invalid for one that the location does not have
 */
export async function keepNamed(write: Write, locationId: number, lines: readonly Named[]): Promise<void> {
  const idsOf = (field: keyof Named) => [...new Set(lines.flatMap((line) => line[field] ?? []))];
  const [clientIds, memberIds] = [idsOf('clientId'), idsOf('teamMemberId')];
  const known = clientIds.length
    ? await write.$count(clients, and(eq(clients.locationId, locationId), inArray(clients.id, clientIds)))
    : 0;
  if (known < clientIds.length) throw new Invalid({ clientId: ['must be a client of this location'] });
  const members = memberIds.length ? await livingMembers(write, locationId, memberIds) : new Set();
  if (members.size < memberIds.length) throw new Invalid({ teamMemberId: ['must be a team member of this location'] });
  await keepSuppliers(write, locationId, idsOf('supplierId'));
}

async function forSale(db: Read, locationId: number): Promise<number> {
  const id = await storageForSale(db, locationId);
  if (id === undefined) throw new Invalid({ storageId: ['is required, because no storage is chosen for sale'] });
  return id;
}

const ownLine = (locationId: number, ids: readonly number[]) =>
  and(eq(documentLines.locationId, locationId), inArray(documentLines.id, [...ids]));

const livingLines = (db: Read, locationId: number, ids: readonly number[]) =>
  db
    .select()
    .from(documentLines)
    .where(and(ownLine(locationId, ids), isNull(documentLines.deletedAt)))
    .orderBy(asc(documentLines.id));

async function plainLine(db: Read, locationId: number, id: number): Promise<PlainLine> {
  const [line] = await livingLines(db, locationId, [id]);
  if (!line) throw new NotFound();
  return line;
}

/** @throws Forbidden for a line that is not changed by itself */
function expectSingle(document: { type: DocumentType; storageId: number | null }, line: PlainLine): void {
  if (isWhole(document)) throw new Forbidden('Transfers and stocktakings are deleted as a whole.');
  if (!isStockDocument(document) && line.type !== 1) throw new Forbidden('Consumables belong to their appointment.');
}

const given = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Field in keyof Fields]: Exclude<Fields[Field], undefined>;
  };
