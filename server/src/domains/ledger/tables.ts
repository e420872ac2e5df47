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
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, money, zero } from '../../platform/columns.ts';
import { chains } from '../locations/tables.ts';

/** Points of a loyalty card, the money of a gift card, or the visits of a membership. */
export type BalanceUnit = 'points' | 'money' | 'visits';

/**
 * What a chain owes to the holder of a card, gift card or membership: always the sum of the entries. Every entry locks this row first. Only
 * points may be less than 0, after points that were spent are taken back.
 */
export const balances = pgTable(
  'balances',
  {
    chainId: integer('chain_id')
      .notNull()
      .references(() => chains.id),
    /** The order in which balances are locked. */
    id: integer().notNull().generatedByDefaultAsIdentity(),
    unit: text().$type<BalanceUnit>().notNull(),
    amount: money('amount').notNull().default(zero),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    check('balances_unit', sql`${table.unit} in ('points', 'money', 'visits')`),
    check('balances_amount', sql`${table.amount} >= 0 or ${table.unit} = 'points'`),
  ],
);

/** The reference to a balance of the same chain. */
export const ofBalance = (table: { chainId: AnyPgColumn; balanceId: AnyPgColumn }) =>
  foreignKey({ columns: [table.chainId, table.balanceId], foreignColumns: [balances.chainId, balances.id] });

/**
 * The ledger of everything that is owed. An entry is never changed or removed; a trigger in the migration refuses that. A reversal is another
 * entry.
 */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    chainId: integer('chain_id').notNull(),
    id: integer().notNull().generatedAlwaysAsIdentity(),
    balanceId: integer('balance_id').notNull(),
    amount: money('amount').notNull(),
    balanceAfter: money('balance_after').notNull(),
    /** What it was for, in words: `card top-up`. */
    cause: text().notNull(),
    /** The cause happens once: no two entries have its key. `transaction 12`. */
    causeKey: text('cause_key').notNull(),
    /** The entry that this one takes back. */
    reversesId: integer('reverses_id'),
    /** It may leave less than 0: points that were spent are taken back. */
    mayOverdraw: boolean('may_overdraw').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.id] }),
    unique('ledger_entries_cause').on(table.chainId, table.causeKey),
    index('ledger_entries_balance').on(table.chainId, table.balanceId, table.id),
    uniqueIndex('ledger_entries_reversed').on(table.chainId, table.reversesId).where(sql`${table.reversesId} is not null`),
    ofBalance(table),
    foreignKey({ columns: [table.chainId, table.reversesId], foreignColumns: [table.chainId, table.id] }),
    check('ledger_entries_amount', sql`${table.amount} <> 0`),
    check('ledger_entries_balance_after', sql`${table.balanceAfter} >= 0 or ${table.amount} > 0 or ${table.mayOverdraw}`),
  ],
);

/**
 * Points that are still there, by the entry that gave them. What is spent is taken from those that burn first. The sum of a card's lots is its
 * balance, or 0 if that is less.
 */
export const pointLots = pgTable(
  'point_lots',
  {
    chainId: integer('chain_id').notNull(),
    entryId: integer('entry_id').notNull(),
    balanceId: integer('balance_id').notNull(),
    remaining: money('left').notNull(),
    /** When they burn; null for never. */
    expiresAt: moment('expires_at'),
    /** When the owner was told that they will burn. */
    noticedAt: moment('noticed_at'),
    /** When the owner shall be told; null for never. */
    noticeAt: moment('notice_at'),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.entryId] }),
    index('point_lots_open')
      .on(table.chainId, table.balanceId, table.expiresAt, table.entryId)
      .where(sql`${table.remaining} > 0`),
    index('point_lots_expiry').on(table.expiresAt).where(sql`${table.remaining} > 0 and ${table.expiresAt} is not null`),
    index('point_lots_notice')
      .on(table.noticeAt)
      .where(sql`${table.remaining} > 0 and ${table.noticeAt} is not null and ${table.noticedAt} is null`),
    foreignKey({ columns: [table.chainId, table.entryId], foreignColumns: [ledgerEntries.chainId, ledgerEntries.id] }),
    ofBalance(table),
    check('point_lots_left', sql`${table.remaining} >= 0`),
  ],
);

/** What an entry has taken from a lot, so that its reversal gives it back there. */
export const pointLotUses = pgTable(
  'point_lot_uses',
  {
    chainId: integer('chain_id').notNull(),
    entryId: integer('entry_id').notNull(),
    lotId: integer('lot_id').notNull(),
    amount: money('amount').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.entryId, table.lotId] }),
    foreignKey({ columns: [table.chainId, table.entryId], foreignColumns: [ledgerEntries.chainId, ledgerEntries.id] }),
    foreignKey({ columns: [table.chainId, table.lotId], foreignColumns: [pointLots.chainId, pointLots.entryId] }),
    check('point_lot_uses_amount', sql`${table.amount} > 0`),
  ],
);
