import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';
import { serviceCategories, services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { ofBalance } from '../ledger/tables.ts';
import { chains, locations } from '../locations/tables.ts';
import { type LoyaltyNoticeType, loyaltyNoticeTypes } from '../notifications/types.ts';
import { productCategories, products } from '../products/tables.ts';

/** Which services, or which products. */
export type ItemChoice = 'any' | 'none' | 'custom';
/** A length of time, in whole units. */
export type PeriodUnit = 'day' | 'week' | 'month' | 'year';
export const periodUnit = (column: AnyPgColumn) => sql`${column} in ('day', 'week', 'month', 'year')`;
export const itemChoice = (column: AnyPgColumn) => sql`${column} in ('any', 'none', 'custom')`;

/** The columns of a row that names one service, product or category of either, in a location of the chain. */
export const itemColumns = {
  id: integer().notNull().generatedAlwaysAsIdentity(),
  locationId: integer('location_id').notNull(),
  serviceId: integer('service_id'),
  serviceCategoryId: integer('service_category_id'),
  productId: integer('product_id'),
  productCategoryId: integer('product_category_id'),
};

interface ItemTable {
  locationId: AnyPgColumn;
  serviceId: AnyPgColumn;
  serviceCategoryId: AnyPgColumn;
  productId: AnyPgColumn;
  productCategoryId: AnyPgColumn;
}

/** The rules of `itemColumns`: exactly one of the four is named, and it is of the location. */
export const itemRules = (name: string, table: ItemTable) => [
  foreignKey({
    name: `${name}_service`,
    columns: [table.locationId, table.serviceId],
    foreignColumns: [services.locationId, services.id],
  }),
  foreignKey({
    name: `${name}_service_category`,
    columns: [table.locationId, table.serviceCategoryId],
    foreignColumns: [serviceCategories.locationId, serviceCategories.id],
  }),
  foreignKey({
    name: `${name}_product`,
    columns: [table.locationId, table.productId],
    foreignColumns: [products.locationId, products.id],
  }),
  foreignKey({
    name: `${name}_product_category`,
    columns: [table.locationId, table.productCategoryId],
    foreignColumns: [productCategories.locationId, productCategories.id],
  }),
  check(
    `${name}_one`,
    sql`num_nonnulls(${table.serviceId}, ${table.serviceCategoryId}, ${table.productId}, ${table.productCategoryId}) = 1`,
  ),
];

/** Types of loyalty cards of a chain. A deleted one keeps its row, for its cards. */
export const loyaltyCardTypes = pgTable(
  'loyalty_card_types',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    weight: integer().notNull().default(0),
    /** The new clients that get a card by themselves: of no location, of any, or of those where the type works. */
    issuing: text().$type<'never' | 'everywhere' | 'attached'>().notNull().default('never'),
    /** The visits that the counters of a card count: of the whole chain, or of the locations where the type works. */
    history: text().$type<'chain' | 'attached'>().notNull().default('chain'),
    /** Points burn after so many units; 0 for never. A promotion may have a term of its own. */
    expiration: integer().notNull().default(0),
    expirationUnit: text('expiration_unit').$type<PeriodUnit>().notNull().default('day'),
    /** The owner is told so many days before; 0 for not at all. */
    noticeDays: integer('notice_days').notNull().default(0),
    /** What points may pay. */
    serviceItems: text('service_items').$type<ItemChoice>().notNull().default('any'),
    productItems: text('product_items').$type<ItemChoice>().notNull().default('any'),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    check('loyalty_card_types_title', sql`${table.title} <> ''`),
    check('loyalty_card_types_issuing', sql`${table.issuing} in ('never', 'everywhere', 'attached')`),
    check('loyalty_card_types_history', sql`${table.history} in ('chain', 'attached')`),
    check('loyalty_card_types_terms', sql`${table.expiration} >= 0 and ${table.noticeDays} >= 0`),
    check('loyalty_card_types_unit', periodUnit(table.expirationUnit)),
    check('loyalty_card_types_items', sql`${itemChoice(table.serviceItems)} and ${itemChoice(table.productItems)}`),
  ],
);

const ofCardType = (table: { chainId: AnyPgColumn; typeId: AnyPgColumn }) =>
  foreignKey({ columns: [table.chainId, table.typeId], foreignColumns: [loyaltyCardTypes.chainId, loyaltyCardTypes.id] });

/** The locations where a type of cards works. */
export const loyaltyCardTypeLocations = pgTable(
  'loyalty_card_type_locations',
  {
    chainId: integer('chain_id').notNull(),
    typeId: integer('type_id').notNull(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.typeId, table.locationId] }),
    index('loyalty_card_type_locations_location').on(table.locationId),
    ofCardType(table),
  ],
);

/** What the points of a type may pay, where its choice is `custom`. */
export const loyaltyCardTypeItems = pgTable(
  'loyalty_card_type_items',
  { chainId: integer('chain_id').notNull(), typeId: integer('type_id').notNull(), ...itemColumns },
  (table) => [
    primaryKey({ columns: [table.chainId, table.typeId, table.id] }),
    ofCardType(table),
    ...itemRules('loyalty_card_type_items', table),
  ],
);

/** Loyalty cards. They belong to a phone number in the chain. A deleted one keeps its row, for the ledger. */
export const loyaltyCards = pgTable(
  'loyalty_cards',
  {
    chainId: integer('chain_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    typeId: integer('type_id').notNull(),
    /** The location that issued it, where integrations are told of its changes. */
    locationId: integer('location_id').notNull(),
    /** The client's card there. Null if there is none, or after it was deleted. */
    clientId: integer('client_id'),
    /** E.164. Null after the client was erased. */
    phone: text(),
    number: text().notNull(),
    balanceId: integer('balance_id').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    uniqueIndex('loyalty_cards_id').on(table.id),
    uniqueIndex('loyalty_cards_balance').on(table.chainId, table.balanceId),
    uniqueIndex('loyalty_cards_number').on(table.chainId, table.number).where(sql`${table.deletedAt} is null`),
    // A phone number has one card of each type.
    uniqueIndex('loyalty_cards_owner').on(table.chainId, table.typeId, table.phone).where(sql`${table.deletedAt} is null`),
    index('loyalty_cards_phone').on(table.chainId, table.phone, table.id),
    index('loyalty_cards_client').on(table.locationId, table.clientId),
    ofCardType(table),
    ofBalance(table),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    foreignKey({ columns: [table.locationId], foreignColumns: [locations.id] }),
    check('loyalty_cards_number', sql`${table.number} <> ''`),
  ],
);

/** What a message of the loyalty program is about. */
export const templateKinds = loyaltyNoticeTypes;
export type TemplateKind = LoyaltyNoticeType;

/** The texts of messages about loyalty. A deleted one keeps its row. */
export const loyaltyTemplates = pgTable(
  'loyalty_templates',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    kind: text().$type<TemplateKind>().notNull(),
    variant: text().$type<'big' | 'mid' | 'small' | 'custom'>().notNull(),
    body: text().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    uniqueIndex('loyalty_templates_standard')
      .on(table.chainId, table.kind, table.variant)
      .where(sql`${table.variant} <> 'custom' and ${table.deletedAt} is null`),
    check('loyalty_templates_variant', sql`${table.variant} in ('big', 'mid', 'small', 'custom')`),
    check('loyalty_templates_body', sql`${table.body} <> '' and length(${table.body}) <= 1000`),
  ],
);

/** How a chain does loyalty, beyond its cards and promotions. A chain without a row has the defaults. */
export const loyaltySettings = pgTable(
  'loyalty_settings',
  {
    chainId: integer('chain_id')
      .primaryKey()
      .references(() => chains.id),
    /** The discount of a guest whom somebody has sent, and the cashback of that inviter. Null without a referral program. */
    referralGuestProgramId: integer('referral_guest_program_id'),
    referralInviterProgramId: integer('referral_inviter_program_id'),
    /** The type of the card that an inviter without one gets. */
    referralCardTypeId: integer('referral_card_type_id'),
    /** Not only the first visit of the guest counts. The guest's discount is for the first visit only. */
    isReferralForEveryVisit: boolean('is_referral_for_every_visit').notNull().default(false),
    /** Clients are told so many days before a membership ends; null for not at all. */
    membershipEndsNoticeDays: smallint('membership_ends_notice_days'),
    membershipEndsNotice: text('membership_ends_notice').notNull().default(''),
    /** Clients are told when so many visits are left; null for not at all. */
    membershipVisitsNoticeLeft: smallint('membership_visits_notice_left'),
    membershipVisitsNotice: text('membership_visits_notice').notNull().default(''),
    /** Clients are told when a visit is taken. */
    isMembershipUseNoticed: boolean('is_membership_use_noticed').notNull().default(false),
    membershipUseNotice: text('membership_use_notice').notNull().default(''),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [
    foreignKey({
      columns: [table.chainId, table.referralCardTypeId],
      foreignColumns: [loyaltyCardTypes.chainId, loyaltyCardTypes.id],
    }),
    check(
      'loyalty_settings_referral',
      sql`num_nulls(${table.referralGuestProgramId}, ${table.referralInviterProgramId}, ${table.referralCardTypeId}) in (0, 3)`,
    ),
    check(
      'loyalty_settings_notices',
      sql`${table.membershipEndsNoticeDays} > 0 and ${table.membershipVisitsNoticeLeft} > 0 and
        length(${table.membershipEndsNotice}) <= 255 and length(${table.membershipVisitsNotice}) <= 255 and length(${table.membershipUseNotice}) <= 255`,
    ),
  ],
);
