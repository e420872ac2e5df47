import { and, asc, eq, inArray, isNull, like, type SQL, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare, fits } from '../../platform/exact.ts';
import type { Money } from '../../platform/money.ts';
import { type Quantity, quantityDigits, toQuantity } from '../../platform/quantity.ts';
import { fold } from '../../platform/text.ts';
import { services, serviceTeamMembers } from '../catalog/tables.ts';
import { containsPattern } from '../clients/search-text.ts';
import { keepStorages } from '../inventory/storage.ts';
import { type KeptProduct, keepProducts } from '../products/keep.ts';
import { products, productUnits } from '../products/tables.ts';
import { billOfMaterialsItems, billsOfMaterials } from './tables.ts';

/** What one service uses up of a product. */
export interface BillItemFields {
  productId: number;
  storageId: number;
  /** Write-off units, more than 0. */
  amount: Quantity;
}

const selectItems = (db: Read, locationId: number, billIds: readonly number[]) =>
  db
    .select({
      id: billOfMaterialsItems.id,
      billId: billOfMaterialsItems.billId,
      productId: billOfMaterialsItems.productId,
      storageId: billOfMaterialsItems.storageId,
      amount: billOfMaterialsItems.amount,
      /** The cost price of the amount, as it is now. */
      price: sql<Money>`trim_scale(round(${products.costPrice} * ${billOfMaterialsItems.amount} / ${products.unitRatio}, 4))::text`,
      product: products.title,
      /** The write-off unit. */
      unit: productUnits.shortTitle,
    })
    .from(billOfMaterialsItems)
    .innerJoin(
      products,
      and(eq(products.locationId, billOfMaterialsItems.locationId), eq(products.id, billOfMaterialsItems.productId)),
    )
    .innerJoin(productUnits, eq(productUnits.id, products.writeOffUnitId))
    .where(and(eq(billOfMaterialsItems.locationId, locationId), inArray(billOfMaterialsItems.billId, [...billIds])))
    .orderBy(asc(billOfMaterialsItems.id));

/** A product of a bill of materials. */
export type BillItem = Awaited<ReturnType<typeof selectItems>>[number];

/** A bill of materials with its products, in their order. */
export interface Bill {
  id: number;
  title: string;
  items: BillItem[];
}

const own = (locationId: number, ...conditions: (SQL | undefined)[]) =>
  and(eq(billsOfMaterials.locationId, locationId), ...conditions);

async function withItems(db: Read, locationId: number, bills: readonly { id: number; title: string }[]): Promise<Bill[]> {
  const found = new Map(bills.map(({ id, title }): [number, Bill] => [id, { id, title, items: [] }]));
  for (const item of await selectItems(db, locationId, [...found.keys()])) found.get(item.billId)?.items.push(item);
  return [...found.values()];
}

/** Bills of materials by their ids, also deleted ones. */
export async function billsById(db: Read, locationId: number, ids: readonly number[]): Promise<Bill[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select()
    .from(billsOfMaterials)
    .where(own(locationId, inArray(billsOfMaterials.id, [...ids])))
    .orderBy(asc(billsOfMaterials.id));
  return withItems(db, locationId, rows);
}

/** The bills of materials of a location, by title. @param search a part of the title, whatever its case and accents */
export async function listBills(
  db: Read,
  locationId: number,
  search: string | undefined,
  { offset, limit }: { offset: number; limit: number },
): Promise<Bill[]> {
  const rows = await db
    .select()
    .from(billsOfMaterials)
    .where(
      own(
        locationId,
        isNull(billsOfMaterials.deletedAt),
        search ? like(billsOfMaterials.search, containsPattern(fold(search))) : undefined,
      ),
    )
    .orderBy(asc(billsOfMaterials.search), asc(billsOfMaterials.id))
    .offset(offset)
    .limit(limit);
  return withItems(db, locationId, rows);
}

/** @throws NotFound, also for a deleted one */
export async function getBill(db: Read, locationId: number, id: number): Promise<Bill> {
  const rows = await db
    .select()
    .from(billsOfMaterials)
    .where(own(locationId, eq(billsOfMaterials.id, id), isNull(billsOfMaterials.deletedAt)));
  const [bill] = await withItems(db, locationId, rows);
  if (!bill) throw new NotFound();
  return bill;
}

/**
 * The bill of materials that a team member follows for a service.
 * @throws NotFound if the team member does not provide the service, or follows none
 */
export async function billOfLink(db: Read, locationId: number, teamMemberId: number, serviceId: number): Promise<Bill> {
  const [link] = await db
    .select({ id: serviceTeamMembers.billId })
    .from(serviceTeamMembers)
    .where(ofLinks(locationId, serviceId, [teamMemberId]));
  if (!link) throw new NotFound('The team member does not provide the service.');
  if (link.id === null) throw new NotFound('No bill of materials is linked with the team member and the service.');
  return getBill(db, locationId, link.id);
}

/** @throws Invalid */
function titleOf(title: string): string {
  if (title.trim() === '') throw new Invalid({ title: ['is required'] });
  return title.trim();
}

/**
 * Checks what is used up, and keeps its products and storages until the transaction ends.
 * @param used what was used up before, and may be used further: a product that was archived or deleted meanwhile
 * @throws Invalid for a product or storage that the location does not have, for a product that is a membership or gift card, and for an
 * amount that cannot be stored
 */
export async function keepUsed(
  write: Write,
  locationId: number,
  fields: readonly BillItemFields[],
  used: readonly Pick<BillItemFields, 'productId' | 'storageId'>[] = [],
): Promise<Map<number, KeptProduct>> {
  const wasUsed = <Field extends 'productId' | 'storageId'>(field: Field) => new Set(used.map((each) => each[field]));
  const [formerProducts, formerStorages] = [wasUsed('productId'), wasUsed('storageId')];
  const storageIds = fields.map(({ storageId }) => storageId);
  await keepStorages(
    write,
    locationId,
    storageIds.filter((id) => !formerStorages.has(id)),
    [...formerStorages],
  );
  const productIds = [...fields.map(({ productId }) => productId), ...formerProducts];
  const found = new Map((await keepProducts(write, locationId, productIds)).map((product) => [product.id, product]));
  for (const { productId, amount } of fields) {
    const product = found.get(productId);
    const isGone = !product || product.deletedAt !== null || product.archivedAt !== null;
    if (isGone && !(product && formerProducts.has(productId))) {
      throw new Invalid({ productId: [`${productId} is no product of this location`] });
    }
    if (product.membershipTypeId !== 0 || product.giftCardTypeId !== 0) {
      throw new Invalid({ productId: [`${productId} is a membership or a gift card, which nobody uses up`] });
    }
    if (compare(amount, toQuantity(0)) <= 0) throw new Invalid({ amount: ['must be more than 0'] });
    if (!fits(amount, quantityDigits))
      throw new Invalid({ amount: [`must have at most ${quantityDigits} digits after the point`] });
  }
  return found;
}

const addItems = (write: Write, locationId: number, billId: number, items: readonly BillItemFields[]) =>
  items.length
    ? write
        .insert(billOfMaterialsItems)
        .values(items.map(({ productId, storageId, amount }) => ({ locationId, billId, productId, storageId, amount })))
    : undefined;

/** Adds a bill of materials. @throws Invalid for `title`, and as keepUsed */
export async function createBill(
  write: Write,
  locationId: number,
  { title, items }: { title: string; items: readonly BillItemFields[] },
): Promise<Bill> {
  await keepUsed(write, locationId, items);
  const [row] = await write
    .insert(billsOfMaterials)
    .values({ locationId, title: titleOf(title), search: fold(titleOf(title)) })
    .returning({ id: billsOfMaterials.id });
  const { id } = row as { id: number };
  await addItems(write, locationId, id, items);
  return getBill(write, locationId, id);
}

/**
 * Changes a bill of materials. Appointments that have it already keep what they plan to use up.
 * @param fields an undefined field stays; items replace all that it had
 * @throws NotFound, Invalid as createBill
 */
export async function changeBill(
  write: Write,
  locationId: number,
  id: number,
  { title, items }: { title?: string | undefined; items?: readonly BillItemFields[] | undefined },
): Promise<Bill> {
  const before = await getBill(write, locationId, id);
  if (items) await keepUsed(write, locationId, items, before.items);
  await lockBill(write, locationId, id);
  await write
    .update(billsOfMaterials)
    .set({ ...(title === undefined ? {} : { title: titleOf(title), search: fold(titleOf(title)) }), changedAt: new Date() })
    .where(own(locationId, eq(billsOfMaterials.id, id)));
  if (items) {
    await write
      .delete(billOfMaterialsItems)
      .where(and(eq(billOfMaterialsItems.locationId, locationId), eq(billOfMaterialsItems.billId, id)));
    await addItems(write, locationId, id, items);
  }
  return getBill(write, locationId, id);
}

async function lockBill(write: Write, locationId: number, id: number): Promise<void> {
  const living = own(locationId, eq(billsOfMaterials.id, id), isNull(billsOfMaterials.deletedAt));
  const rows = await write.lock(
    'bill of materials',
    write.select({ id: billsOfMaterials.id }).from(billsOfMaterials).where(living),
  );
  if (rows.length === 0) throw new NotFound();
}

/**
 * Deletes a bill of materials. Team members do not follow it any more; appointments keep it, with what they use up.
 * @throws NotFound
 */
export async function deleteBill(write: Write, locationId: number, id: number): Promise<void> {
  const linked = and(eq(serviceTeamMembers.locationId, locationId), eq(serviceTeamMembers.billId, id));
  const serviceIds = write.select({ id: serviceTeamMembers.serviceId }).from(serviceTeamMembers).where(linked);
  await write.lock(
    'service',
    write
      .select({ id: services.id })
      .from(services)
      .where(and(eq(services.locationId, locationId), inArray(services.id, serviceIds)))
      .orderBy(asc(services.id)),
  );
  await lockBill(write, locationId, id);
  await write
    .update(billsOfMaterials)
    .set({ deletedAt: new Date() })
    .where(own(locationId, eq(billsOfMaterials.id, id)));
  const unlinked = await write
    .update(serviceTeamMembers)
    .set({ billId: null })
    .where(linked)
    .returning({ id: serviceTeamMembers.serviceId });
  for (const serviceId of new Set(unlinked.map((link) => link.id))) write.changed('service', locationId, serviceId, 'update');
}

const ofLinks = (locationId: number, serviceId: number, teamMemberIds: readonly number[]) =>
  and(
    eq(serviceTeamMembers.locationId, locationId),
    eq(serviceTeamMembers.serviceId, serviceId),
    inArray(serviceTeamMembers.teamMemberId, [...teamMemberIds]),
  );

/** The bill of materials that a team member is to follow for a service: null for none, undefined for the present one. */
export interface LinkedBill {
  teamMemberId: number;
  billId: number | null | undefined;
}

/**
 * Checks the bills of materials that links of a locked service name, and keeps them until the transaction ends.
 * @param mayChange whether the caller may give a link another bill
 * @param field of the bill of a link
 * @returns the bills of the links, in their order
 * @throws Forbidden, and Invalid for a bill that the location does not have
 */
export async function keepBillsOfLinks(
  write: Write,
  locationId: number,
  serviceId: number,
  links: readonly LinkedBill[],
  mayChange: boolean,
  field: (index: number) => string,
): Promise<(number | null)[]> {
  const ofService = ofLinks(
    locationId,
    serviceId,
    links.map(({ teamMemberId }) => teamMemberId),
  );
  const rows = await write
    .select({ teamMemberId: serviceTeamMembers.teamMemberId, billId: serviceTeamMembers.billId })
    .from(serviceTeamMembers)
    .where(ofService);
  const present = new Map(rows.map(({ teamMemberId, billId }) => [teamMemberId, billId]));
  const wanted = links.map(({ teamMemberId, billId }) => (billId === undefined ? (present.get(teamMemberId) ?? null) : billId));
  const isOther = (billId: number | null, index: number) =>
    billId !== (present.get((links[index] as LinkedBill).teamMemberId) ?? null);
  if (!mayChange && wanted.some(isOther)) throw new Forbidden('You may not change the bills of materials of services.');
  const ids = wanted.flatMap((billId) => billId ?? []);
  const found = ids.length
    ? await write.lock(
        'bill of materials',
        write
          .select({ id: billsOfMaterials.id })
          .from(billsOfMaterials)
          .where(own(locationId, inArray(billsOfMaterials.id, ids), isNull(billsOfMaterials.deletedAt)))
          .orderBy(asc(billsOfMaterials.id)),
        'share',
      )
    : [];
  const unknown = wanted.findIndex((billId) => billId !== null && !found.some(({ id }) => id === billId));
  if (unknown >= 0) throw new Invalid({ [field(unknown)]: ['must be a bill of materials of this location'] });
  return wanted;
}
