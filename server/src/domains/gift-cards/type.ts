import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { BadRequest, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { compare } from '../../platform/exact.ts';
import { isRounded, type Money, noMoney } from '../../platform/money.ts';
import { containsPattern } from '../clients/search-text.ts';
import { digitsOfChain, expectOfChain, locationsOfChain } from '../locations/of-chain.ts';
import { findItems, type ItemRow } from '../loyalty/items.ts';
import { followType, type IssuingType, prepareCategories } from '../loyalty/products.ts';
import type { PeriodUnit } from '../loyalty/tables.ts';
import { giftCards, giftCardTypeLocations, giftCardTypeServices, giftCardTypes } from './tables.ts';

/** Plain names: Drizzle drops the table from columns here. */
const locationIds = sql<number[]>`(
  select coalesce(json_agg(offered.location_id order by offered.location_id), '[]'::json) from gift_card_type_locations offered
  where offered.chain_id = gift_card_types.chain_id and offered.type_id = gift_card_types.id)`;
const serviceIds = sql<number[]>`(
  select coalesce(json_agg(distinct chosen.service_id), '[]'::json) from gift_card_type_services chosen
  where chosen.chain_id = gift_card_types.chain_id and chosen.type_id = gift_card_types.id)`;
const issued = sql<number>`(
  select count(*)::int from gift_cards cards
  where cards.chain_id = gift_card_types.chain_id and cards.type_id = gift_card_types.id and cards.deleted_at is null)`;

/** The chain has no time of its own: that of its first location. */
const timeZone = sql<string>`coalesce((
  select places.time_zone from locations places where places.chain_id = gift_card_types.chain_id and places.deleted_at is null
  order by places.id limit 1), 'UTC')`;

const selectTypes = (db: Read) =>
  db
    .select({
      type: giftCardTypes,
      timeZone: timeZone.as('time_zone'),
      locationIds: locationIds.as('location_ids'),
      serviceIds: serviceIds.as('service_ids'),
      issued: issued.as('issued'),
    })
    .from(giftCardTypes);

/** A type of gift cards, with where it is sold and taken, the services that it pays, and how many cards of it there are. */
export type GiftCardTypeRow = typeof giftCardTypes.$inferSelect & {
  locationIds: number[];
  serviceIds: number[];
  issued: number;
  /** In which the chain's own answers write times. */
  timeZone: string;
};

const flat = ({ type, ...row }: Awaited<ReturnType<typeof selectTypes>>[number]): GiftCardTypeRow => ({ ...type, ...row });

/** How long the cards of a type are valid. */
export type Expiration =
  | { type: 'never' }
  | { type: 'date'; at: Date | undefined }
  | { type: 'period'; period: number | undefined; unit: PeriodUnit | undefined };

/** All that a caller sets. */
export interface GiftCardTypeFields {
  title: string;
  balance: Money;
  isMulti: boolean;
  itemType: number;
  allowsEmptyCode: boolean;
  isBalanceEditable: boolean;
  /** A category of services; null for all. */
  categoryId: number | null;
  /** Used only for some services. */
  serviceIds: readonly number[];
  locationIds: readonly number[];
  expiration: Expiration;
  online: { isSold: boolean; title: string; description: string; price: Money };
}

/** The types of items for which a type names its services. */
const withServices: readonly number[] = [3, 4];

const living = (chainId: number, ...where: (SQL | undefined)[]) =>
  and(eq(giftCardTypes.chainId, chainId), isNull(giftCardTypes.deletedAt), ...where);

const titled = (title: string | undefined) =>
  title === undefined ? undefined : sql`${giftCardTypes.title} ilike ${containsPattern(title.trim())}`;

const attachedTo = (locationId: number) =>
  sql`exists (select from gift_card_type_locations attached where attached.chain_id = ${giftCardTypes.chainId}
    and attached.type_id = ${giftCardTypes.id} and attached.location_id = ${locationId})`;

/** Which types are wanted. */
export interface TypeFilter {
  /** A part of the title, in any case. */
  title?: string | undefined;
  ids?: readonly number[] | undefined;
  /** Only those that work there. */
  locationId?: number;
  /** Only those that are still sold. */
  isSold?: boolean;
}

/** How many types a location sells online. */
export const countGiftCardTypesOnline = (db: Read, { id, chainId }: { id: number; chainId: number }): Promise<number> =>
  db.$count(
    giftCardTypes,
    living(chainId, eq(giftCardTypes.isSoldOnline, true), isNull(giftCardTypes.archivedAt), attachedTo(id)),
  );

/** The types of gift cards of a chain, a page of them, and how many there are. */
export async function listGiftCardTypes(
  db: Read,
  chainId: number,
  { title, ids, locationId, isSold = false }: TypeFilter,
  page?: { offset: number; limit: number },
): Promise<{ rows: GiftCardTypeRow[]; total: number }> {
  const where = living(
    chainId,
    titled(title),
    ids && inArray(giftCardTypes.id, [...ids]),
    locationId === undefined ? undefined : attachedTo(locationId),
    isSold ? isNull(giftCardTypes.archivedAt) : undefined,
  );
  const query = selectTypes(db).where(where).orderBy(asc(giftCardTypes.weight), asc(giftCardTypes.id));
  const rows = page ? await query.limit(page.limit).offset(page.offset) : await query;
  return { rows: rows.map(flat), total: await db.$count(giftCardTypes, where) };
}

/** @throws NotFound */
export async function getGiftCardType(db: Read, chainId: number, id: number): Promise<GiftCardTypeRow> {
  const [row] = await selectTypes(db).where(living(chainId, eq(giftCardTypes.id, id)));
  if (!row) throw new NotFound();
  return flat(row);
}

interface Checked {
  places: number[];
  services: ItemRow[];
  category: ItemRow | undefined;
}

/** @throws Invalid for a field that breaks a rule, and for locations, services and a category that the chain does not have */
async function expectFields(db: Read, chainId: number, fields: GiftCardTypeFields): Promise<Checked> {
  const { title, balance, expiration, online, itemType } = fields;
  if (title.trim() === '') throw new Invalid({ title: ['must not be empty'] });
  if (compare(balance, noMoney) <= 0) throw new Invalid({ balance: ['must be greater than 0'] });
  if (compare(online.price, noMoney) < 0) throw new Invalid({ onlinePrice: ['must not be less than 0'] });
  if (online.isSold && compare(online.price, noMoney) === 0) {
    throw new Invalid({ onlinePrice: ['must be greater than 0 for what is sold online'] });
  }
  const places = await locationsOfChain(db, chainId);
  expectOfChain(places, fields.locationIds);
  const digits = digitsOfChain(places);
  for (const [field, amount] of Object.entries({ balance, onlinePrice: online.price })) {
    if (!isRounded(amount, digits)) throw new Invalid({ [field]: ['has more digits than the currencies of the chain'] });
  }
  if (expiration.type === 'date' && !expiration.at) throw new Invalid({ expirationDate: ['is required'] });
  if (expiration.type === 'period') {
    if (!expiration.period) throw new Invalid({ expirationPeriod: ['must be greater than 0'] });
    if (!expiration.unit) throw new Invalid({ expirationUnit: ['is required'] });
  }
  const needsServices = withServices.includes(itemType);
  if (needsServices && fields.serviceIds.length === 0) throw new Invalid({ services: ['must name at least one'] });
  const items = await findItems(db, chainId, {
    services: needsServices ? fields.serviceIds : [],
    serviceCategories: fields.categoryId === null ? [] : [fields.categoryId],
  });
  return {
    places: places.map(({ id }) => id),
    services: items.filter(({ serviceId }) => serviceId !== null),
    category: items.find(({ serviceCategoryId }) => serviceCategoryId !== null),
  };
}

const columnsOf = (fields: GiftCardTypeFields, { category }: Checked) => {
  const { expiration, online } = fields;
  const isPeriod = expiration.type === 'period';
  return {
    title: fields.title.trim(),
    balance: fields.balance,
    isMulti: fields.isMulti,
    itemType: fields.itemType,
    expirationType: expiration.type,
    expiresAt: expiration.type === 'date' ? (expiration.at as Date) : null,
    period: isPeriod ? (expiration.period as number) : 0,
    periodUnit: isPeriod ? (expiration.unit as PeriodUnit) : ('day' as const),
    allowsEmptyCode: fields.allowsEmptyCode,
    isBalanceEditable: fields.isBalanceEditable,
    categoryLocationId: category?.locationId ?? null,
    categoryId: category?.serviceCategoryId ?? null,
    isSoldOnline: online.isSold,
    onlineTitle: online.title.trim(),
    onlineDescription: online.description.trim(),
    onlinePrice: online.price,
  };
};

async function setPlaces(
  write: Write,
  chainId: number,
  typeId: number,
  ids: readonly number[],
  services: readonly ItemRow[],
): Promise<void> {
  const ofType = (table: typeof giftCardTypeLocations | typeof giftCardTypeServices) =>
    and(eq(table.chainId, chainId), eq(table.typeId, typeId));
  await write.delete(giftCardTypeLocations).where(ofType(giftCardTypeLocations));
  await write.delete(giftCardTypeServices).where(ofType(giftCardTypeServices));
  const places = [...new Set(ids)].map((locationId) => ({ chainId, typeId, locationId }));
  if (places.length) await write.insert(giftCardTypeLocations).values(places);
  const paid = services.map(({ locationId, serviceId }) => ({ chainId, typeId, locationId, serviceId: serviceId as number }));
  if (paid.length) await write.insert(giftCardTypeServices).values(paid);
}

/** The products of a type follow it. They are locked: a sale keeps its product, so none of its cards is sold until the transaction ends. */
async function setProducts(
  write: Write,
  row: Pick<GiftCardTypeRow, 'id' | 'title' | 'balance' | 'allowsEmptyCode' | 'archivedAt'>,
  locationIds: readonly number[],
  chainLocationIds: readonly number[],
  isDeleted = false,
): Promise<void> {
  const { id, title, balance: price, allowsEmptyCode, archivedAt } = row;
  const state: IssuingType['state'] = isDeleted ? 'deleted' : archivedAt === null ? 'sold' : 'archived';
  const known = new Set(chainLocationIds);
  const places = locationIds.filter((place) => known.has(place));
  const type: IssuingType = { kind: 'gift card', id, title, price, allowsEmptyCode, locationIds: places, state };
  await followType(write, type, chainLocationIds);
}

/** Adds a type of gift cards to a chain, and a product that issues them to each of its locations. @throws Invalid */
export async function createGiftCardType(write: Write, chainId: number, fields: GiftCardTypeFields): Promise<GiftCardTypeRow> {
  const checked = await expectFields(write, chainId, fields);
  await prepareCategories(write, 'gift card', fields.locationIds);
  const [row] = await write
    .insert(giftCardTypes)
    .values({ chainId, ...columnsOf(fields, checked) })
    .returning();
  const made = row as typeof giftCardTypes.$inferSelect;
  write.made('gift card type', [made.id]);
  await setPlaces(write, chainId, made.id, fields.locationIds, checked.services);
  await setProducts(write, made, fields.locationIds, checked.places);
  return getGiftCardType(write, chainId, made.id);
}

const own = (chainId: number, id: number) => and(eq(giftCardTypes.chainId, chainId), eq(giftCardTypes.id, id));

/** Locks a type for a change. @throws NotFound */
async function lockType(write: Write, chainId: number, id: number): Promise<GiftCardTypeRow> {
  await write.lock(
    'gift card type',
    write
      .select({ id: giftCardTypes.id })
      .from(giftCardTypes)
      .where(living(chainId, eq(giftCardTypes.id, id))),
  );
  return getGiftCardType(write, chainId, id);
}

async function expectUnissued(db: Read, chainId: number, id: number, message: string): Promise<void> {
  const where = and(eq(giftCards.chainId, chainId), eq(giftCards.typeId, id), isNull(giftCards.deletedAt));
  if ((await db.$count(giftCards, where)) > 0) throw new BadRequest(message, { typeId: ['has gift cards already'] });
}

/**
 * Changes all of a type. Its products follow it.
 * @throws NotFound, Invalid, and BadRequest once cards of it were issued
 */
export async function updateGiftCardType(
  write: Write,
  chainId: number,
  id: number,
  fields: GiftCardTypeFields,
): Promise<GiftCardTypeRow> {
  const checked = await expectFields(write, chainId, fields);
  const columns = columnsOf(fields, checked);
  await prepareCategories(write, 'gift card', fields.locationIds);
  const seen = await lockType(write, chainId, id);
  await setProducts(write, { ...seen, ...columns }, fields.locationIds, checked.places);
  await expectUnissued(write, chainId, id, 'Cannot change certificate type with issued certificates');
  await write
    .update(giftCardTypes)
    .set({ ...columns, changedAt: new Date() })
    .where(own(chainId, id));
  await setPlaces(write, chainId, id, fields.locationIds, checked.services);
  return getGiftCardType(write, chainId, id);
}

/** Deletes a type, and its products. @throws NotFound, and BadRequest once cards of it were issued */
export async function deleteGiftCardType(write: Write, chainId: number, id: number): Promise<void> {
  const places = (await locationsOfChain(write, chainId)).map((place) => place.id);
  const seen = await lockType(write, chainId, id);
  await setProducts(write, seen, [], places, true);
  await expectUnissued(write, chainId, id, 'Cannot delete certificate type with issued certificates');
  await write.update(giftCardTypes).set({ deletedAt: new Date() }).where(own(chainId, id));
}

/** Ends the sale of a type, or begins it again. Cards that are sold go on. @throws NotFound */
export async function archiveGiftCardType(
  write: Write,
  chainId: number,
  id: number,
  isArchived: boolean,
): Promise<GiftCardTypeRow> {
  const places = (await locationsOfChain(write, chainId)).map((place) => place.id);
  await prepareCategories(write, 'gift card', (await getGiftCardType(write, chainId, id)).locationIds);
  const seen = await lockType(write, chainId, id);
  if ((seen.archivedAt !== null) === isArchived) return seen;
  const archivedAt = isArchived ? new Date() : null;
  await setProducts(write, { ...seen, archivedAt }, seen.locationIds, places);
  await write.update(giftCardTypes).set({ archivedAt, changedAt: new Date() }).where(own(chainId, id));
  return getGiftCardType(write, chainId, id);
}
