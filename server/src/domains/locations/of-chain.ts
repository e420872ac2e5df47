import { and, asc, eq, isNull } from 'drizzle-orm';
import { Invalid } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { currencyDigits } from '../../platform/money.ts';
import { locations } from './tables.ts';

/** A location of a chain, as far as rules of the chain need it. */
export interface ChainLocation {
  id: number;
  title: string;
  timeZone: string;
  currency: string;
}

/** The locations of a chain that are not deleted, by id. */
export const locationsOfChain = (db: Read, chainId: number): Promise<ChainLocation[]> =>
  db
    .select({ id: locations.id, title: locations.title, timeZone: locations.timeZone, currency: locations.currency })
    .from(locations)
    .where(and(eq(locations.chainId, chainId), isNull(locations.deletedAt)))
    .orderBy(asc(locations.id));

/**
 * The digits after the point that amounts of a chain may have: those of its currency with the fewest.
 * @param places all its locations
 */
export const digitsOfChain = (places: readonly ChainLocation[]): number =>
  Math.min(...places.map(({ currency }) => currencyDigits(currency)));

/** @throws Invalid for `locationIds`, if one of them is not of the chain */
export function expectOfChain(places: readonly ChainLocation[], ids: readonly number[] | undefined): void {
  const known = new Set(places.map(({ id }) => id));
  if (ids?.some((id) => !known.has(id))) throw new Invalid({ locationIds: ['must be locations of this chain'] });
}

/** The time zone in which a chain writes times: that of its first location. */
export async function chainTimeZone(db: Read, chainId: number): Promise<string> {
  const [first] = await locationsOfChain(db, chainId);
  return first?.timeZone ?? 'UTC';
}
