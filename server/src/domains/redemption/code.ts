import { randomInt } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { products } from '../products/tables.ts';

/** The digits of a code. Whoever knows it may use the card, so it must not be guessed. */
const digits = 12;
const randomCode = () => Array.from({ length: digits }, () => randomInt(10)).join('');

/**
 * A code for a gift card or membership that nobody in the chain has. It is not reserved.
 * @throws NotFound for a product that is unknown, and for one that issues neither
 */
export async function newCode(db: Read, location: Pick<Location, 'id' | 'chainId'>, productId: number): Promise<string> {
  const issuing = sql`(${products.giftCardTypeId} <> 0 or ${products.membershipTypeId} <> 0)`;
  const own = and(eq(products.locationId, location.id), eq(products.id, productId), isNull(products.deletedAt), issuing);
  if ((await db.$count(products, own)) === 0) throw new NotFound();
  const candidates = Array.from({ length: 20 }, randomCode);
  const used = await rowsOf<{ number: string }>(
    db,
    sql`
    select number from gift_cards where chain_id = ${location.chainId} and number = any(${sql.param(candidates)}::text[])
    union all
    select number from memberships where chain_id = ${location.chainId} and number = any(${sql.param(candidates)}::text[])`,
  );
  const taken = new Set(used.map(({ number }) => number));
  // All of twenty are never taken: there are a trillion.
  return candidates.find((code) => !taken.has(code)) as string;
}
