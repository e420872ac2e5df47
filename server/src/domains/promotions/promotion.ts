import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare, isZero } from '../../platform/exact.ts';
import { isRounded, type Money, noMoney, toMoney } from '../../platform/money.ts';
import { services } from '../catalog/tables.ts';
import { digitsOfChain, expectOfChain, locationsOfChain } from '../locations/of-chain.ts';
import { locations } from '../locations/tables.ts';
import { findItems } from '../loyalty/items.ts';
import { type ItemChoice, loyaltyCardTypes, loyaltyTemplates, type PeriodUnit } from '../loyalty/tables.ts';
import { chooseTemplate, type TemplateChoice } from '../loyalty/template.ts';
import { kinds } from './engine.ts';
import {
  type CounterSource,
  type PromotionType,
  promotionCardTypes,
  promotionItems,
  promotionLocations,
  promotionRules,
  promotions,
  promotionTypes,
} from './tables.ts';

/** A promotion without the rows that belong to it. */
export type PromotionRow = Omit<typeof promotions.$inferSelect, 'type'> & { type: PromotionType };

/** The place of a type in the published list. */
export const typeId = (type: PromotionType): number => promotionTypes.indexOf(type) + 1;

export const named = (row: typeof promotions.$inferSelect): PromotionRow => ({
  ...row,
  type: promotionTypes[row.type - 1] as PromotionType,
});

/** A rule as a caller writes it. */
interface NewRule {
  threshold: Money;
  value: Money;
  serviceId: number | null;
}

/** What a promotion is for, by ids. They count only where the choice is `custom`. */
interface ItemFields {
  /** Services, or categories of services. */
  services?: readonly number[] | undefined;
  products?: readonly number[] | undefined;
  productCategories?: readonly number[] | undefined;
}

/** The fields of a promotion that may change. An undefined field stays as it is. */
export interface PromotionFields {
  title?: string | undefined;
  usageLimit?: number | undefined;
  expiration?: number | undefined;
  expirationUnit?: PeriodUnit | undefined;
  noticeDays?: number | undefined;
  cardTypeIds?: readonly number[] | undefined;
  changedTemplate?: TemplateChoice | undefined;
  expirationTemplate?: TemplateChoice | undefined;
  rules?: readonly NewRule[] | undefined;
  locationIds?: readonly number[] | undefined;
  items?: ItemFields;
}

/** A new promotion, with what never changes. */
export interface NewPromotion extends PromotionFields {
  title: string;
  type: PromotionType;
  serviceItems: ItemChoice;
  productItems: ItemChoice;
  unit: 'percent' | 'amount';
  rules: readonly NewRule[];
  locationIds: readonly number[];
  visitMultiplicity?: number | undefined;
  packageSize?: number | undefined;
  counterSource?: CounterSource | undefined;
  historyStart?: string | undefined;
}

const living = (chainId: number, id: number) =>
  and(eq(promotions.chainId, chainId), eq(promotions.id, id), isNull(promotions.deletedAt));

/** A promotion of a chain. @throws NotFound, also for a deleted one */
export async function getPromotion(db: Read, chainId: number, id: number): Promise<PromotionRow> {
  const [row] = await db.select().from(promotions).where(living(chainId, id));
  if (!row) throw new NotFound();
  return named(row);
}

/** Promotions of a chain by id, deleted ones too. */
export async function promotionsWithDeleted(
  db: Read,
  chainId: number,
  ids: readonly number[],
): Promise<Map<number, PromotionRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select()
    .from(promotions)
    .where(and(eq(promotions.chainId, chainId), inArray(promotions.id, [...ids])));
  return new Map(rows.map((row) => [row.id, named(row)]));
}

/** A promotion of a chain, also a deleted one: its history stays. @throws NotFound */
export async function getPromotionWithDeleted(db: Read, chainId: number, id: number): Promise<PromotionRow> {
  const row = (await promotionsWithDeleted(db, chainId, [id])).get(id);
  if (!row) throw new NotFound();
  return row;
}

/** The promotions that work in a location, by id. */
export async function listPromotionsIn(
  db: Read,
  location: { id: number; chainId: number },
  type?: PromotionType,
): Promise<PromotionRow[]> {
  const rows = await db
    .select({ promotion: promotions })
    .from(promotions)
    .innerJoin(
      promotionLocations,
      and(
        eq(promotionLocations.chainId, promotions.chainId),
        eq(promotionLocations.promotionId, promotions.id),
        eq(promotionLocations.locationId, location.id),
      ),
    )
    .where(
      and(
        eq(promotions.chainId, location.chainId),
        isNull(promotions.deletedAt),
        type === undefined ? undefined : eq(promotions.type, typeId(type)),
      ),
    )
    .orderBy(asc(promotions.id));
  return rows.map(({ promotion }) => named(promotion));
}

const ofPromotion = (
  table: { chainId: typeof promotionRules.chainId; promotionId: typeof promotionRules.promotionId },
  chainId: number,
  id: number,
) => and(eq(table.chainId, chainId), eq(table.promotionId, id));

/** The rules of a promotion, in the order in which they were given. */
export const rulesOf = (db: Read, chainId: number, id: number) =>
  db
    .select()
    .from(promotionRules)
    .where(ofPromotion(promotionRules, chainId, id))
    .orderBy(asc(promotionRules.id));

/** The ids of the locations where a promotion works. */
export const locationsOf = async (db: Read, chainId: number, id: number): Promise<number[]> =>
  (
    await db
      .select({ id: promotionLocations.locationId })
      .from(promotionLocations)
      .innerJoin(locations, and(eq(locations.id, promotionLocations.locationId), isNull(locations.deletedAt)))
      .where(ofPromotion(promotionLocations as never, chainId, id))
      .orderBy(asc(promotionLocations.locationId))
  ).map((row) => row.id);

/** The types of cards to which a promotion belongs. */
export const cardTypesOf = (db: Read, chainId: number, id: number): Promise<{ id: number; title: string }[]> =>
  db
    .select({ id: loyaltyCardTypes.id, title: loyaltyCardTypes.title })
    .from(promotionCardTypes)
    .innerJoin(
      loyaltyCardTypes,
      and(
        eq(loyaltyCardTypes.chainId, promotionCardTypes.chainId),
        eq(loyaltyCardTypes.id, promotionCardTypes.cardTypeId),
        isNull(loyaltyCardTypes.deletedAt),
      ),
    )
    .where(ofPromotion(promotionCardTypes as never, chainId, id))
    .orderBy(asc(loyaltyCardTypes.id));

/** The templates of a promotion's messages, by id. */
export const templatesOf = async (db: Read, { chainId, changedTemplateId, expirationTemplateId }: PromotionRow) => {
  const ids = [changedTemplateId, expirationTemplateId].filter((id) => id !== null);
  if (ids.length === 0) return new Map<number, typeof loyaltyTemplates.$inferSelect>();
  const rows = await db
    .select()
    .from(loyaltyTemplates)
    .where(and(eq(loyaltyTemplates.chainId, chainId), inArray(loyaltyTemplates.id, ids)));
  return new Map(rows.map((row) => [row.id, row]));
};

/** A service, product or category that was chosen for a promotion. */
export interface ChosenItem {
  id: number;
  title: string;
  isService: boolean;
  isCategory: boolean;
}

/** What was chosen for a promotion: services first, each kind by id. An id that several locations share is shown once. */
export const chosenItems = (db: Read, chainId: number, id: number): Promise<ChosenItem[]> =>
  rowsOf<ChosenItem>(
    db,
    sql`
    select distinct on (not is_service, is_category, id) id, title, is_service as "isService", is_category as "isCategory"
    from (
      select coalesce(chosen.service_id, chosen.service_category_id, chosen.product_id, chosen.product_category_id) as id,
        coalesce(services.title, service_categories.title, products.title, product_categories.title) as title,
        coalesce(chosen.service_id, chosen.service_category_id) is not null as is_service,
        coalesce(chosen.service_category_id, chosen.product_category_id) is not null as is_category
      from promotion_items chosen
      left join services on services.location_id = chosen.location_id and services.id = chosen.service_id
      left join service_categories on service_categories.location_id = chosen.location_id and service_categories.id = chosen.service_category_id
      left join products on products.location_id = chosen.location_id and products.id = chosen.product_id
      left join product_categories on product_categories.location_id = chosen.location_id and product_categories.id = chosen.product_category_id
      where chosen.chain_id = ${chainId} and chosen.promotion_id = ${id}) as chosen
    order by not is_service, is_category, id, title`,
  );

/** @throws Invalid for `rules` */
function expectRules(
  { type, unit }: Pick<PromotionRow, 'type' | 'unit'>,
  rules: readonly NewRule[],
  digits: number,
): asserts rules is readonly NewRule[] {
  const refuse = (message: string): never => {
    throw new Invalid({ rules: [message] });
  };
  const { gives, counts } = kinds[type];
  if (rules.length === 0) refuse('must not be empty');
  for (const { threshold: from, value } of rules) {
    if (compare(from, noMoney) < 0) refuse('must not have a parameter less than 0');
    if (compare(value, noMoney) <= 0) refuse('must have values greater than 0');
    if (unit === 'percent' && gives === 'discount' && compare(value, toMoney(100)) > 0)
      refuse('must not be more than 100 percent');
    if (unit === 'percent' && !isRounded(value, 3)) refuse('must not have more than 3 digits after the point');
    if (unit === 'amount' && !isRounded(value, digits)) refuse('have more digits than the currencies of the chain');
  }
  if (counts === 'none' || counts === 'package') {
    if (rules.some(({ threshold: from }) => !isZero(from))) refuse('must have the parameter 0');
  }
  if (counts === 'none' && rules.length > 1) refuse('must be exactly one');
  const keys = rules.map((rule) => (counts === 'package' ? `${rule.serviceId}` : `${toKey(rule.threshold)}`));
  if (new Set(keys).size < keys.length) refuse(counts === 'package' ? 'name a service twice' : 'name a parameter twice');
}

const toKey = (value: Money) => Number(value);

/** @param field the name of the ids, for errors @throws Invalid for a type that the chain does not have */
export async function expectCardTypes(
  write: Write,
  chainId: number,
  ids: readonly number[],
  field = 'cardTypeIds',
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await write
    .select({ id: loyaltyCardTypes.id })
    .from(loyaltyCardTypes)
    .where(
      and(eq(loyaltyCardTypes.chainId, chainId), inArray(loyaltyCardTypes.id, [...ids]), isNull(loyaltyCardTypes.deletedAt)),
    );
  const known = new Set(rows.map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw new Invalid({ [field]: [`name ${unknown}, which this chain does not have`] });
}

/** The services among ids: the others are those of categories. */
async function servicesAmong(
  write: Write,
  chainId: number,
  ids: readonly number[],
): Promise<{ id: number; locationId: number }[]> {
  if (ids.length === 0) return [];
  return write
    .select({ id: services.id, locationId: services.locationId })
    .from(services)
    .innerJoin(locations, and(eq(locations.id, services.locationId), eq(locations.chainId, chainId), isNull(locations.deletedAt)))
    .where(and(inArray(services.id, [...ids]), isNull(services.deletedAt)))
    .orderBy(asc(services.id), asc(services.locationId));
}

async function setRules(write: Write, row: PromotionRow, rules: readonly NewRule[]): Promise<void> {
  const { chainId, id } = row;
  const isPackage = kinds[row.type].counts === 'package';
  const wanted = isPackage ? rules.flatMap(({ serviceId }) => (serviceId === null ? [] : [serviceId])) : [];
  const places = new Map((await servicesAmong(write, chainId, wanted)).map((service) => [service.id, service.locationId]));
  const unknown = wanted.find((serviceId) => !places.has(serviceId));
  if (unknown !== undefined) throw new Invalid({ rules: [`name service ${unknown}, which this chain does not have`] });
  await write.delete(promotionRules).where(ofPromotion(promotionRules, chainId, id));
  await write.insert(promotionRules).values(
    rules.map(({ threshold, value, serviceId }) => ({
      chainId,
      promotionId: id,
      threshold,
      value,
      ...(isPackage && serviceId !== null ? { serviceId, locationId: places.get(serviceId) as number } : {}),
    })),
  );
}

async function setLocations(write: Write, { chainId, id }: PromotionRow, ids: readonly number[]): Promise<void> {
  await write.delete(promotionLocations).where(ofPromotion(promotionLocations as never, chainId, id));
  if (ids.length === 0) return;
  await write
    .insert(promotionLocations)
    .values([...new Set(ids)].map((locationId) => ({ chainId, promotionId: id, locationId })));
}

async function setCardTypes(write: Write, { chainId, id }: PromotionRow, ids: readonly number[]): Promise<void> {
  await write.delete(promotionCardTypes).where(ofPromotion(promotionCardTypes as never, chainId, id));
  if (ids.length === 0) return;
  await write
    .insert(promotionCardTypes)
    .values([...new Set(ids)].map((cardTypeId) => ({ chainId, promotionId: id, cardTypeId })));
}

/** Replaces what was chosen, each list that is given. @throws Invalid for `services`, `products` or `productCategories` */
async function setItems(write: Write, row: PromotionRow, items: ItemFields): Promise<void> {
  const { chainId, id } = row;
  // Chosen ids count only with "custom". Source: the published list of fields.
  const chosen = {
    services: row.serviceItems === 'custom' ? items.services : undefined,
    products: row.productItems === 'custom' ? items.products : undefined,
    productCategories: row.productItems === 'custom' ? items.productCategories : undefined,
  };
  const own = ofPromotion(promotionItems as never, chainId, id);
  const clear = (which: typeof own) => write.delete(promotionItems).where(and(own, which));
  if (chosen.services)
    await clear(sql`(${promotionItems.serviceId} is not null or ${promotionItems.serviceCategoryId} is not null)`);
  if (chosen.products) await clear(sql`${promotionItems.productId} is not null`);
  if (chosen.productCategories) await clear(sql`${promotionItems.productCategoryId} is not null`);
  const isService = new Set((await servicesAmong(write, chainId, chosen.services ?? [])).map((service) => service.id));
  const found = await findItems(write, chainId, {
    services: chosen.services?.filter((some) => isService.has(some)),
    serviceCategories: chosen.services?.filter((some) => !isService.has(some)),
    products: chosen.products,
    productCategories: chosen.productCategories,
  });
  if (found.length) await write.insert(promotionItems).values(found.map((item) => ({ ...item, chainId, promotionId: id })));
}

/** The parts of a promotion that have rows of their own. @throws Invalid */
async function setParts(write: Write, row: PromotionRow, fields: PromotionFields): Promise<void> {
  if (fields.rules) await setRules(write, row, fields.rules);
  if (fields.locationIds) await setLocations(write, row, fields.locationIds);
  if (fields.cardTypeIds) await setCardTypes(write, row, fields.cardTypeIds);
  if (fields.items) await setItems(write, row, fields.items);
}

/** @throws Invalid for a field that breaks a rule, and for what the chain does not have */
async function expectFields(
  write: Write,
  promotion: Pick<PromotionRow, 'chainId' | 'type' | 'unit'>,
  fields: PromotionFields,
): Promise<void> {
  if (fields.title?.trim() === '') throw new Invalid({ title: ['must not be empty'] });
  const places = await locationsOfChain(write, promotion.chainId);
  expectOfChain(places, fields.locationIds);
  await expectCardTypes(write, promotion.chainId, fields.cardTypeIds ?? []);
  if (fields.rules) expectRules(promotion, fields.rules, places.length ? digitsOfChain(places) : 2);
}

/** The columns of the templates that are chosen. @throws Invalid */
async function templateColumns(write: Write, { chainId, type }: Pick<PromotionRow, 'chainId' | 'type'>, fields: PromotionFields) {
  const isDiscount = kinds[type].gives === 'discount';
  const columns: { changedTemplateId?: number | null; expirationTemplateId?: number | null } = {};
  if (fields.changedTemplate) {
    const kind = isDiscount ? 'loyalty_discount_changed' : 'loyalty_cashback_changed';
    columns.changedTemplateId = await chooseTemplate(write, chainId, kind, fields.changedTemplate, 'changedTemplate');
  }
  if (fields.expirationTemplate) {
    const kind = isDiscount ? 'loyalty_discount_expiration' : 'loyalty_cashback_expiration';
    columns.expirationTemplateId = await chooseTemplate(write, chainId, kind, fields.expirationTemplate, 'expirationTemplate');
  }
  return columns;
}

/** Adds a promotion to a chain. @throws Invalid */
export async function createPromotion(write: Write, chainId: number, fields: NewPromotion): Promise<PromotionRow> {
  const { type, unit, serviceItems, productItems } = fields;
  if (serviceItems === 'none' && productItems === 'none') {
    throw new Invalid({ serviceItems: ['must not be excluded together with all products'] });
  }
  await expectFields(write, { chainId, type, unit }, fields);
  const isCashback = kinds[type].gives === 'points';
  const templates = await templateColumns(write, { chainId, type }, fields);
  const [made] = await write
    .insert(promotions)
    .values({
      chainId,
      title: fields.title.trim(),
      type: typeId(type),
      serviceItems,
      productItems,
      unit,
      // Limits and multiples are of cashback only, and a size is of a package only. Source: the published list of fields.
      ...(isCashback ? { usageLimit: fields.usageLimit, visitMultiplicity: fields.visitMultiplicity } : {}),
      ...(type === 'package_discount' ? { packageSize: fields.packageSize } : {}),
      expiration: fields.expiration,
      expirationUnit: fields.expirationUnit,
      noticeDays: fields.noticeDays,
      counterSource: fields.counterSource,
      historyStart: fields.historyStart,
      ...templates,
    })
    .returning();
  const row = named(made as typeof promotions.$inferSelect);
  write.made('promotion', [row.id]);
  await setParts(write, row, fields);
  return row;
}

/** @throws NotFound */
async function lockPromotion(write: Write, chainId: number, id: number): Promise<PromotionRow> {
  const [row] = await write.lock('promotion', write.select().from(promotions).where(living(chainId, id)));
  if (!row) throw new NotFound();
  return named(row);
}

/** Changes a promotion. Its type, unit and kinds of items stay. @throws NotFound, Invalid */
export async function updatePromotion(write: Write, chainId: number, id: number, fields: PromotionFields): Promise<PromotionRow> {
  const current = await lockPromotion(write, chainId, id);
  await expectFields(write, current, fields);
  const isCashback = kinds[current.type].gives === 'points';
  const templates = await templateColumns(write, current, fields);
  const [changed] = await write
    .update(promotions)
    .set({
      title: fields.title?.trim() ?? current.title,
      usageLimit: isCashback ? (fields.usageLimit ?? current.usageLimit) : current.usageLimit,
      expiration: fields.expiration ?? current.expiration,
      expirationUnit: fields.expirationUnit ?? current.expirationUnit,
      noticeDays: fields.noticeDays ?? current.noticeDays,
      ...templates,
      changedAt: new Date(),
    })
    .where(living(chainId, id))
    .returning();
  const row = named(changed as typeof promotions.$inferSelect);
  await setParts(write, row, fields);
  return row;
}

/** Deletes a promotion. What it gave stays. @throws NotFound */
export async function deletePromotion(write: Write, chainId: number, id: number): Promise<void> {
  await lockPromotion(write, chainId, id);
  await write.update(promotions).set({ deletedAt: new Date() }).where(living(chainId, id));
}
