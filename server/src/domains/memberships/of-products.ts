import { and, inArray, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import type { ProductRow } from '../products/product.ts';
import { membershipTypes } from './tables.ts';

/** The types of the memberships that products of a location issue, by id. A type that is not sold any more is there too. */
export async function membershipTypesOf(
  db: Read,
  locationId: number,
  rows: readonly Pick<ProductRow, 'membershipTypeId'>[],
): Promise<Map<number, typeof membershipTypes.$inferSelect>> {
  const ids = [...new Set(rows.map((row) => row.membershipTypeId))].filter((id) => id !== 0);
  if (ids.length === 0) return new Map();
  const ofChain = sql`${membershipTypes.chainId} = (select chain_id from locations where id = ${locationId})`;
  const found = await db
    .select()
    .from(membershipTypes)
    .where(and(ofChain, inArray(membershipTypes.id, ids)));
  return new Map(found.map((type) => [type.id, type]));
}
