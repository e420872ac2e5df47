import { pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from '../../platform/columns.ts';

/** Stored content that no row needs: uploads under way and deleted files, removed after the commit or by the next sweep. */
export const unclaimedFiles = pgTable('unclaimed_files', {
  storageKey: text('storage_key').primaryKey(),
  createdAt: moment('created_at').notNull().defaultNow(),
});
