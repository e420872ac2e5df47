import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, money, quantity, zero } from '../../platform/columns.ts';
import { locations } from '../locations/tables.ts';

/** Units of measurement: those that every location has, and those that a location has added. A deleted one stays, for the history. */
export const productUnits = pgTable(
  'product_units',
  {
    /** Ids below 1000 are units of every location. */
    id: integer().primaryKey().generatedByDefaultAsIdentity({ startWith: 1000 }),
    /** Null for a unit of every location. */
    locationId: integer('location_id').references(() => locations.id),
    title: text().notNull(),
    shortTitle: text('short_title').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    index('product_units_location').on(table.locationId, table.id),
    check('product_units_titles', sql`${table.title} <> '' and ${table.shortTitle} <> ''`),
    check('product_units_shared', sql`(${table.id} < 1000) = (${table.locationId} is null)`),
  ],
);

/** Categories of products, nested in each other. A deleted one keeps its row, for the history. */
export const productCategories = pgTable(
  'product_categories',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** Null at the top. */
    parentId: integer('parent_id'),
    title: text().notNull(),
    /** The stock keeping unit that products of the category share. */
    article: text().notNull().default(''),
    comment: text().notNull().default(''),
    /** The chain manages it. */
    isChain: boolean('is_chain').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('product_categories_parent').on(table.locationId, table.parentId, table.id),
    foreignKey({ columns: [table.locationId, table.parentId], foreignColumns: [table.locationId, table.id] }),
    check('product_categories_title', sql`${table.title} <> ''`),
    check('product_categories_parent_other', sql`${table.parentId} <> ${table.id}`),
  ],
);

/** What a location sells or uses up. A deleted or archived product keeps its row, for the history. */
export const products = pgTable(
  'products',
  {
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    categoryId: integer('category_id').notNull(),
    title: text().notNull(),
    /** For receipts; empty for the title. */
    printTitle: text('print_title').notNull().default(''),
    /** The stock keeping unit. */
    article: text().notNull().default(''),
    barcode: text().notNull().default(''),
    /** The selling price of one sale unit. */
    price: money('price').notNull().default(zero),
    /** The cost price of one sale unit: as entered, and then that of the latest arrival. */
    costPrice: money('cost_price').notNull().default(zero),
    saleUnitId: integer('sale_unit_id')
      .notNull()
      .references(() => productUnits.id),
    writeOffUnitId: integer('write_off_unit_id')
      .notNull()
      .references(() => productUnits.id),
    /** The number of write-off units in one sale unit. */
    unitRatio: quantity('unit_ratio').notNull().default(sql`1`),
    /** Sale units. */
    criticalAmount: quantity('critical_amount').notNull().default(zero),
    /** Sale units. */
    desiredAmount: quantity('desired_amount').notNull().default(zero),
    /** The unit of weight is the user's choice. */
    netWeight: quantity('net_weight').notNull().default(zero),
    grossWeight: quantity('gross_weight').notNull().default(zero),
    comment: text().notNull().default(''),
    taxVariant: integer('tax_variant').notNull().default(0),
    vatId: integer('vat_id').notNull().default(0),
    /** The kind of membership or gift card that a sale issues; 0 for an ordinary product. */
    membershipTypeId: integer('membership_type_id').notNull().default(0),
    giftCardTypeId: integer('gift_card_type_id').notNull().default(0),
    /** Whether a membership or gift card may be sold without a code. */
    allowsEmptyCode: boolean('allows_empty_code').notNull().default(true),
    /** The chain manages it. */
    isChain: boolean('is_chain').notNull().default(false),
    /** Title, article and barcode as `searchText` folds them, a line each. */
    search: text().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    archivedAt: moment('archived_at'),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.locationId, table.id] }),
    index('products_category').on(table.locationId, table.categoryId, table.id),
    index('products_changed').on(table.locationId, table.changedAt, table.id),
    index('products_search').using('gin', table.locationId, table.search.op('gin_trgm_ops')),
    foreignKey({
      columns: [table.locationId, table.categoryId],
      foreignColumns: [productCategories.locationId, productCategories.id],
    }),
    check('products_title', sql`${table.title} <> ''`),
    check('products_prices', sql`${table.price} >= 0 and ${table.costPrice} >= 0`),
    check('products_unit_ratio', sql`${table.unitRatio} > 0`),
    check(
      'products_amounts',
      sql`${table.criticalAmount} >= 0 and ${table.desiredAmount} >= 0 and ${table.netWeight} >= 0 and ${table.grossWeight} >= 0`,
    ),
  ],
);

/** The reference to a product of the same location. */
export const ofProduct = (table: { locationId: never; productId: never }) =>
  foreignKey({ columns: [table.locationId, table.productId], foreignColumns: [products.locationId, products.id] });
