import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { moment, money, zero } from '../../platform/columns.ts';
import { services } from '../catalog/tables.ts';
import { chains, locations } from '../locations/tables.ts';
import {
  type ItemChoice,
  itemChoice,
  itemColumns,
  itemRules,
  loyaltyCards,
  loyaltyCardTypes,
  loyaltyTemplates,
  type PeriodUnit,
  periodUnit,
} from '../loyalty/tables.ts';

/** The types of promotions. Their place in the list, from 1, is their published id. */
export const promotionTypes = [
  'discount_static',
  'discount_accumulative_visits',
  'discount_accumulative_sold',
  'discount_accumulative_paid',
  'cashback_static_sold',
  'cashback_static_paid',
  'cashback_accumulative_paid',
  'cashback_accumulative_sold',
  'cashback_accumulative_paid_visits',
  'cashback_accumulative_sold_visits',
  'cashback_sold_visits',
  'cashback_paid_visits',
  'package_discount',
] as const;
export type PromotionType = (typeof promotionTypes)[number];

/** Whose history the counters of a promotion count: of the card, of the promotion's locations, or of the chain. */
export type CounterSource = 'card' | 'locations' | 'chain';

/** Promotions of a chain: discounts, and cashback on loyalty cards. A deleted one keeps its row, for the history. */
export const promotions = pgTable(
  'promotions',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    /** The place in the list of types, from 1. It never changes, nor do the kinds of items and the unit. */
    type: smallint().notNull(),
    serviceItems: text('service_items').$type<ItemChoice>().notNull(),
    productItems: text('product_items').$type<ItemChoice>().notNull(),
    /** Of the rules' values. */
    unit: text().$type<'percent' | 'amount'>().notNull(),
    /** Of cashback: how often a card gets it; 0 for always. */
    usageLimit: integer('usage_limit').notNull().default(0),
    /** Of cashback: every such visit gets it. */
    visitMultiplicity: integer('visit_multiplicity').notNull().default(1),
    /** Of a package: the number of paid services before the discount. */
    packageSize: integer('package_size').notNull().default(1),
    /** The bonus burns, or the discount ends, after so many units; 0 for never. */
    expiration: integer().notNull().default(0),
    expirationUnit: text('expiration_unit').$type<PeriodUnit>().notNull().default('day'),
    /** The owner is told so many days before; 0 for not at all. */
    noticeDays: integer('notice_days').notNull().default(0),
    counterSource: text('counter_source').$type<CounterSource>().notNull().default('card'),
    /** Visits before it do not count. */
    historyStart: date('history_start', { mode: 'string' }),
    changedTemplateId: integer('changed_template_id'),
    expirationTemplateId: integer('expiration_template_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    foreignKey({
      columns: [table.chainId, table.changedTemplateId],
      foreignColumns: [loyaltyTemplates.chainId, loyaltyTemplates.id],
    }),
    foreignKey({
      columns: [table.chainId, table.expirationTemplateId],
      foreignColumns: [loyaltyTemplates.chainId, loyaltyTemplates.id],
    }),
    check('promotions_title', sql`${table.title} <> ''`),
    check('promotions_type', sql`${table.type} between 1 and 13`),
    check('promotions_items', sql`${itemChoice(table.serviceItems)} and ${itemChoice(table.productItems)}`),
    check('promotions_something', sql`${table.serviceItems} <> 'none' or ${table.productItems} <> 'none'`),
    check('promotions_unit', sql`${table.unit} in ('percent', 'amount')`),
    check('promotions_counts', sql`${table.usageLimit} >= 0 and ${table.visitMultiplicity} >= 1 and ${table.packageSize} >= 1`),
    check('promotions_terms', sql`${table.expiration} >= 0 and ${table.noticeDays} >= 0`),
    check('promotions_expiration_unit', periodUnit(table.expirationUnit)),
    check('promotions_counter_source', sql`${table.counterSource} in ('card', 'locations', 'chain')`),
  ],
);

const ofPromotion = (table: { chainId: AnyPgColumn; promotionId: AnyPgColumn }) =>
  foreignKey({ columns: [table.chainId, table.promotionId], foreignColumns: [promotions.chainId, promotions.id] });

/** What a promotion gives from which threshold. */
export const promotionRules = pgTable(
  'promotion_rules',
  {
    chainId: integer('chain_id').notNull(),
    promotionId: integer('promotion_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    /** Visits or an amount; 0 for promotions without a threshold. */
    threshold: money('threshold').notNull().default(zero),
    /** Percent or an amount, by the promotion's unit. */
    value: money('value').notNull(),
    /** Of a package: the service that gets the discount, and its location. */
    locationId: integer('location_id'),
    serviceId: integer('service_id'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.promotionId, table.id] }),
    ofPromotion(table),
    foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }),
    check('promotion_rules_threshold', sql`${table.threshold} >= 0`),
    check('promotion_rules_value', sql`${table.value} >= 0`),
    check('promotion_rules_service', sql`(${table.locationId} is null) = (${table.serviceId} is null)`),
  ],
);

/** The locations where a promotion works. */
export const promotionLocations = pgTable(
  'promotion_locations',
  {
    chainId: integer('chain_id').notNull(),
    promotionId: integer('promotion_id').notNull(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.promotionId, table.locationId] }),
    index('promotion_locations_location').on(table.locationId),
    ofPromotion(table),
  ],
);

/** The types of cards to which a promotion belongs. */
export const promotionCardTypes = pgTable(
  'promotion_card_types',
  {
    chainId: integer('chain_id').notNull(),
    promotionId: integer('promotion_id').notNull(),
    cardTypeId: integer('card_type_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.promotionId, table.cardTypeId] }),
    index('promotion_card_types_type').on(table.chainId, table.cardTypeId),
    ofPromotion(table),
    foreignKey({ columns: [table.chainId, table.cardTypeId], foreignColumns: [loyaltyCardTypes.chainId, loyaltyCardTypes.id] }),
  ],
);

/** What a promotion is for, where its choice is `custom`. */
export const promotionItems = pgTable(
  'promotion_items',
  { chainId: integer('chain_id').notNull(), promotionId: integer('promotion_id').notNull(), ...itemColumns },
  (table) => [
    primaryKey({ columns: [table.chainId, table.promotionId, table.id] }),
    ofPromotion(table),
    ...itemRules('promotion_items', table),
  ],
);

/** What the owner of a card has reached in a promotion, when it was last looked at. The owner is told of a difference. */
export const promotionLevels = pgTable(
  'promotion_levels',
  {
    chainId: integer('chain_id').notNull(),
    cardId: integer('card_id').notNull(),
    promotionId: integer('promotion_id').notNull(),
    /** The value of the rule that is reached; 0 for none. */
    value: money('value').notNull(),
    /** The end of the discount of which the owner was told. */
    toldEnd: moment('told_end'),
    /** When the discount ends, or its owner is to be told of its end. */
    lookAt: moment('look_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.cardId, table.promotionId] }),
    index('promotion_levels_due').on(table.lookAt).where(sql`${table.lookAt} is not null`),
    ofPromotion(table),
    foreignKey({ columns: [table.chainId, table.cardId], foreignColumns: [loyaltyCards.chainId, loyaltyCards.id] }),
    check('promotion_levels_value', sql`${table.value} >= 0`),
  ],
);

/** Up to which card the levels of a promotion were begun: cards with greater ids are new to it. */
export const promotionLevelProgress = pgTable(
  'promotion_level_progress',
  {
    chainId: integer('chain_id').notNull(),
    promotionId: integer('promotion_id').notNull(),
    upTo: integer('up_to').notNull(),
  },
  (table) => [primaryKey({ columns: [table.chainId, table.promotionId] }), ofPromotion(table)],
);

/**
 * Clients whose counters have moved. Rows are added, also several for a client, and a job takes them away. They refer to nothing, so that nobody
 * waits to add one.
 */
export const promotionLevelMarks = pgTable('promotion_level_marks', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  locationId: integer('location_id').notNull(),
  clientId: integer('client_id').notNull(),
});
