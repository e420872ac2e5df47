import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { expectOfChain, locationsOfChain } from '../locations/of-chain.ts';
import { findItems, type ItemIds } from './items.ts';
import {
  type ItemChoice,
  loyaltyCards,
  loyaltyCardTypeItems,
  loyaltyCardTypeLocations,
  loyaltyCardTypes,
  type PeriodUnit,
} from './tables.ts';

/** The ids of the locations where a type works. Plain names: Drizzle drops the table from columns here. */
const locationIds = sql<number[]>`(
  select coalesce(json_agg(attached.location_id order by attached.location_id), '[]'::json) from loyalty_card_type_locations attached
  where attached.chain_id = loyalty_card_types.chain_id and attached.type_id = loyalty_card_types.id)`;

const itemIds = (column: 'service_id' | 'service_category_id' | 'product_id' | 'product_category_id') => sql<number[]>`(
  select coalesce(json_agg(distinct items.${sql.raw(column)} order by items.${sql.raw(column)}), '[]'::json) from loyalty_card_type_items items
  where items.chain_id = loyalty_card_types.chain_id and items.type_id = loyalty_card_types.id and items.${sql.raw(column)} is not null)`;

const selectTypes = (db: Read) =>
  db
    .select({
      id: loyaltyCardTypes.id,
      chainId: loyaltyCardTypes.chainId,
      title: loyaltyCardTypes.title,
      weight: loyaltyCardTypes.weight,
      issuing: loyaltyCardTypes.issuing,
      history: loyaltyCardTypes.history,
      expiration: loyaltyCardTypes.expiration,
      expirationUnit: loyaltyCardTypes.expirationUnit,
      noticeDays: loyaltyCardTypes.noticeDays,
      serviceItems: loyaltyCardTypes.serviceItems,
      productItems: loyaltyCardTypes.productItems,
      locationIds: locationIds.as('location_ids'),
      serviceIds: itemIds('service_id').as('service_ids'),
      serviceCategoryIds: itemIds('service_category_id').as('service_category_ids'),
      productIds: itemIds('product_id').as('product_ids'),
      productCategoryIds: itemIds('product_category_id').as('product_category_ids'),
    })
    .from(loyaltyCardTypes);

/** A type of cards with the locations where it works, and what its points may pay. */
export type CardTypeRow = Awaited<ReturnType<typeof selectTypes>>[number];

/** The fields of a type. An undefined field stays unchanged. */
export interface CardTypeFields {
  title?: string | undefined;
  weight?: number | undefined;
  issuing?: CardTypeRow['issuing'] | undefined;
  history?: CardTypeRow['history'] | undefined;
  expiration?: number | undefined;
  expirationUnit?: PeriodUnit | undefined;
  noticeDays?: number | undefined;
  serviceItems?: ItemChoice | undefined;
  productItems?: ItemChoice | undefined;
  locationIds?: readonly number[] | undefined;
  /** What points may pay where the choice is `custom`. */
  items?: ItemIds | undefined;
}

const living = (chainId: number) => and(eq(loyaltyCardTypes.chainId, chainId), isNull(loyaltyCardTypes.deletedAt));

/** The types of cards of a chain: the heaviest first, then by id. */
export const listCardTypes = (db: Read, chainId: number): Promise<CardTypeRow[]> =>
  selectTypes(db).where(living(chainId)).orderBy(sql`${loyaltyCardTypes.weight} desc`, asc(loyaltyCardTypes.id));

const attachedTo = (db: Read, location: { id: number; chainId: number }) =>
  db
    .select({ id: loyaltyCardTypeLocations.typeId })
    .from(loyaltyCardTypeLocations)
    .where(and(eq(loyaltyCardTypeLocations.chainId, location.chainId), eq(loyaltyCardTypeLocations.locationId, location.id)));

/**
 * The types of cards that work in a location, in the order of `listCardTypes`.
 * @param phone leaves out types of which the owner of this phone number has a card already
 */
export function listCardTypesIn(db: Read, location: { id: number; chainId: number }, phone?: string): Promise<CardTypeRow[]> {
  const hasCard = sql`exists (
    select 1 from ${loyaltyCards} owned where owned.chain_id = ${loyaltyCardTypes.chainId} and owned.phone = ${phone ?? ''}
      and owned.type_id = ${loyaltyCardTypes.id} and owned.deleted_at is null)`;
  return selectTypes(db)
    .where(
      and(
        living(location.chainId),
        inArray(loyaltyCardTypes.id, attachedTo(db, location)),
        phone === undefined ? undefined : sql`not ${hasCard}`,
      ),
    )
    .orderBy(sql`${loyaltyCardTypes.weight} desc`, asc(loyaltyCardTypes.id));
}

/** @throws NotFound */
export async function getCardType(db: Read, chainId: number, id: number): Promise<CardTypeRow> {
  const [row] = await selectTypes(db).where(and(living(chainId), eq(loyaltyCardTypes.id, id)));
  if (!row) throw new NotFound();
  return row;
}

/** @throws Invalid for a field that breaks a rule, and for locations that the chain does not have */
async function expectFields(write: Write, chainId: number, { title, locationIds: ids }: CardTypeFields): Promise<void> {
  if (title?.trim() === '') throw new Invalid({ title: ['must not be empty'] });
  expectOfChain(await locationsOfChain(write, chainId), ids);
}

async function setParts(write: Write, chainId: number, typeId: number, fields: CardTypeFields): Promise<void> {
  if (fields.locationIds) {
    const own = and(eq(loyaltyCardTypeLocations.chainId, chainId), eq(loyaltyCardTypeLocations.typeId, typeId));
    await write.delete(loyaltyCardTypeLocations).where(own);
    const rows = [...new Set(fields.locationIds)].map((locationId) => ({ chainId, typeId, locationId }));
    if (rows.length) await write.insert(loyaltyCardTypeLocations).values(rows);
  }
  if (fields.items) await setItems(write, chainId, typeId, fields.items);
}

/** Replaces the kinds of items that are named; the other kinds stay. */
async function setItems(write: Write, chainId: number, typeId: number, items: ItemIds): Promise<void> {
  const own = and(eq(loyaltyCardTypeItems.chainId, chainId), eq(loyaltyCardTypeItems.typeId, typeId));
  const found = await findItems(write, chainId, items);
  const columns = {
    services: loyaltyCardTypeItems.serviceId,
    serviceCategories: loyaltyCardTypeItems.serviceCategoryId,
    products: loyaltyCardTypeItems.productId,
    productCategories: loyaltyCardTypeItems.productCategoryId,
  };
  const replaced = (Object.keys(columns) as (keyof typeof columns)[]).filter((kind) => items[kind] !== undefined);
  if (replaced.length === 0) return;
  const isReplaced = sql.join(
    replaced.map((kind) => sql`${columns[kind]} is not null`),
    sql` or `,
  );
  await write.delete(loyaltyCardTypeItems).where(and(own, sql`(${isReplaced})`));
  if (found.length) await write.insert(loyaltyCardTypeItems).values(found.map((row) => ({ ...row, chainId, typeId })));
}

const columnsOf = ({ title, locationIds: _locations, items: _items, ...columns }: CardTypeFields) => ({
  ...columns,
  ...(title === undefined ? {} : { title: title.trim() }),
});

/** Adds a type of cards to a chain. @throws Invalid */
export async function createCardType(
  write: Write,
  chainId: number,
  fields: CardTypeFields & { title: string },
): Promise<CardTypeRow> {
  await expectFields(write, chainId, fields);
  const [made] = await write
    .insert(loyaltyCardTypes)
    .values({ ...columnsOf(fields), title: fields.title.trim(), chainId })
    .returning({ id: loyaltyCardTypes.id });
  const { id } = made as { id: number };
  write.made('loyalty card type', [id]);
  await setParts(write, chainId, id, fields);
  return getCardType(write, chainId, id);
}

/** @throws NotFound */
async function lockCardType(write: Write, chainId: number, id: number): Promise<void> {
  const own = and(living(chainId), eq(loyaltyCardTypes.id, id));
  const [row] = await write.lock(
    'loyalty card type',
    write.select({ id: loyaltyCardTypes.id }).from(loyaltyCardTypes).where(own),
  );
  if (!row) throw new NotFound();
}

/** Changes a type of cards. Points that were given before keep their term. @throws NotFound, Invalid */
export async function updateCardType(write: Write, chainId: number, id: number, fields: CardTypeFields): Promise<CardTypeRow> {
  await lockCardType(write, chainId, id);
  await expectFields(write, chainId, fields);
  await write
    .update(loyaltyCardTypes)
    .set({ ...columnsOf(fields), changedAt: new Date() })
    .where(and(eq(loyaltyCardTypes.chainId, chainId), eq(loyaltyCardTypes.id, id)));
  await setParts(write, chainId, id, fields);
  return getCardType(write, chainId, id);
}

/** Deletes a type of cards. Its cards stay and keep working, and no new ones are issued. @throws NotFound */
export async function deleteCardType(write: Write, chainId: number, id: number): Promise<void> {
  await lockCardType(write, chainId, id);
  await write
    .update(loyaltyCardTypes)
    .set({ deletedAt: new Date() })
    .where(and(eq(loyaltyCardTypes.chainId, chainId), eq(loyaltyCardTypes.id, id)));
}

/** When points that are given at a moment burn, and when their owner is told. */
export interface Burning {
  expiresAt: Date | null;
  noticeAt: Date | null;
}

/** The term of points. @param term units 0 for points that never burn, `noticeDays` 0 for no notice */
export function burningOf(at: Date, term: { expiration: number; expirationUnit: PeriodUnit; noticeDays: number }): Burning {
  if (term.expiration === 0) return { expiresAt: null, noticeAt: null };
  const from = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO('UTC');
  const ends = from.add({ [`${term.expirationUnit}s`]: term.expiration });
  const told = ends.subtract({ days: term.noticeDays });
  return {
    expiresAt: new Date(ends.epochMilliseconds),
    noticeAt: term.noticeDays === 0 ? null : new Date(told.epochMilliseconds),
  };
}

/** The terms of the points of types, by the type, also of those that are deleted. */
export async function burningOfTypes(
  db: Read,
  chainId: number,
  typeIds: readonly number[],
  at: Date,
): Promise<Map<number, Burning>> {
  const rows = await db
    .select({
      id: loyaltyCardTypes.id,
      expiration: loyaltyCardTypes.expiration,
      expirationUnit: loyaltyCardTypes.expirationUnit,
      noticeDays: loyaltyCardTypes.noticeDays,
    })
    .from(loyaltyCardTypes)
    .where(and(eq(loyaltyCardTypes.chainId, chainId), inArray(loyaltyCardTypes.id, [...typeIds])));
  return new Map(rows.map(({ id, ...term }) => [id, burningOf(at, term)]));
}

/** The term of the points of a type, also of one that is deleted. */
export async function burningOfType(db: Read, chainId: number, typeId: number, at: Date): Promise<Burning> {
  const terms = await burningOfTypes(db, chainId, [typeId], at);
  return terms.get(typeId) ?? { expiresAt: null, noticeAt: null };
}
