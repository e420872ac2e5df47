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
import { moment, money, zero } from '../../platform/columns.ts';
import { serviceCategories, services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { documentLines } from '../inventory/tables.ts';
import { ofBalance } from '../ledger/tables.ts';
import { chains, locations } from '../locations/tables.ts';
import { type PeriodUnit, periodUnit } from '../loyalty/tables.ts';

/** Types of gift cards of a chain. A deleted one keeps its row, for its cards. */
export const giftCardTypes = pgTable(
  'gift_card_types',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    title: text().notNull(),
    /** The face value. */
    balance: money('balance').notNull(),
    /** It pays until nothing is left. Otherwise it pays once, and the rest is lost. */
    isMulti: boolean('is_multi').notNull(),
    /** 0 everything, 1 services, 2 products, 3 some services, 4 some services and all products. Source: the published list. */
    itemType: smallint('item_type').notNull(),
    expirationType: text('expiration_type').$type<'never' | 'date' | 'period'>().notNull().default('never'),
    expiresAt: moment('expires_at'),
    period: integer().notNull().default(0),
    periodUnit: text('period_unit').$type<PeriodUnit>().notNull().default('day'),
    allowsEmptyCode: boolean('allows_empty_code').notNull(),
    isBalanceEditable: boolean('is_balance_editable').notNull(),
    /** Only services of this category; its location, too. */
    categoryLocationId: integer('category_location_id'),
    categoryId: integer('category_id'),
    isSoldOnline: boolean('is_sold_online').notNull().default(false),
    onlineTitle: text('online_title').notNull().default(''),
    onlineDescription: text('online_description').notNull().default(''),
    onlinePrice: money('online_price').notNull().default(zero),
    weight: integer().notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    archivedAt: moment('archived_at'),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    foreignKey({
      columns: [table.categoryLocationId, table.categoryId],
      foreignColumns: [serviceCategories.locationId, serviceCategories.id],
    }),
    check('gift_card_types_title', sql`${table.title} <> ''`),
    check('gift_card_types_amounts', sql`${table.balance} > 0 and ${table.onlinePrice} >= 0`),
    check('gift_card_types_item_type', sql`${table.itemType} between 0 and 4`),
    check(
      'gift_card_types_expiration',
      sql`${table.expirationType} in ('never', 'date', 'period') and (${table.expirationType} = 'date') = (${table.expiresAt} is not null)
        and (${table.expirationType} = 'period') = (${table.period} > 0)`,
    ),
    check('gift_card_types_unit', periodUnit(table.periodUnit)),
  ],
);

const ofType = (table: { chainId: AnyPgColumn; typeId: AnyPgColumn }) =>
  foreignKey({ columns: [table.chainId, table.typeId], foreignColumns: [giftCardTypes.chainId, giftCardTypes.id] });

/** The locations where a type of gift cards is sold and taken. */
export const giftCardTypeLocations = pgTable(
  'gift_card_type_locations',
  {
    chainId: integer('chain_id').notNull(),
    typeId: integer('type_id').notNull(),
    locationId: integer('location_id')
      .notNull()
      .references(() => locations.id),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.typeId, table.locationId] }),
    index('gift_card_type_locations_location').on(table.locationId),
    ofType(table),
  ],
);

/** The services that a type of gift cards pays, if it is for some. */
export const giftCardTypeServices = pgTable(
  'gift_card_type_services',
  {
    chainId: integer('chain_id').notNull(),
    typeId: integer('type_id').notNull(),
    locationId: integer('location_id').notNull(),
    serviceId: integer('service_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.typeId, table.locationId, table.serviceId] }),
    ofType(table),
    foreignKey({ columns: [table.locationId, table.serviceId], foreignColumns: [services.locationId, services.id] }),
  ],
);

/** Gift cards. Selling a product issues one. If the sale is undone, the card is deleted and keeps its row. */
export const giftCards = pgTable(
  'gift_cards',
  {
    chainId: integer('chain_id').notNull(),
    id: integer().notNull().generatedByDefaultAsIdentity(),
    typeId: integer('type_id').notNull(),
    /** The code; empty for a card that only its buyer uses. */
    number: text().notNull().default(''),
    /** The location that sold it, and the line of the sale. */
    locationId: integer('location_id').notNull(),
    lineId: integer('line_id').notNull(),
    /** The buyer's card in that location. Null if nobody is known, or after it was deleted. */
    clientId: integer('client_id'),
    /** E.164; the buyer's number. */
    phone: text(),
    balanceId: integer('balance_id').notNull(),
    initialBalance: money('initial_balance').notNull(),
    /** The last moment of its last day, in the location that sold it; null for never. */
    expiresAt: moment('expires_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    uniqueIndex('gift_cards_id').on(table.id),
    uniqueIndex('gift_cards_balance').on(table.chainId, table.balanceId),
    uniqueIndex('gift_cards_number')
      .on(table.chainId, table.number)
      .where(sql`${table.number} <> '' and ${table.deletedAt} is null`),
    uniqueIndex('gift_cards_line').on(table.locationId, table.lineId).where(sql`${table.deletedAt} is null`),
    index('gift_cards_phone').on(table.chainId, table.phone, table.id),
    index('gift_cards_type').on(table.chainId, table.typeId),
    index('gift_cards_client').on(table.locationId, table.clientId),
    ofType(table),
    ofBalance(table),
    foreignKey({ columns: [table.locationId, table.lineId], foreignColumns: [documentLines.locationId, documentLines.id] }),
    // On delete set null (client_id): see the migration.
    foreignKey({ columns: [table.locationId, table.clientId], foreignColumns: [clients.locationId, clients.id] }),
    check('gift_cards_initial_balance', sql`${table.initialBalance} > 0`),
  ],
);
