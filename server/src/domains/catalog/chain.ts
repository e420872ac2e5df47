import { and, asc, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Partner } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { locationPartners, locations } from '../locations/tables.ts';
import { serviceCategories, services } from './tables.ts';

/** A category of a chain, from any of its locations, with its services (none unless they were requested). */
export interface ChainCategory {
  id: number;
  title: string;
  services: { id: number; title: string }[];
}

/**
 * The categories of the chain's locations that the partner is connected to. A category that several locations share appears once.
 * @throws NotFound if the partner is connected to no location of the chain
 */
export async function listChainCategories(
  db: Read,
  partner: Partner,
  chainId: number,
  withServices: boolean,
): Promise<ChainCategory[]> {
  const places = await db
    .select({ id: locations.id })
    .from(locations)
    .leftJoin(locationPartners, and(eq(locationPartners.locationId, locations.id), eq(locationPartners.partnerId, partner.id)))
    .where(
      and(
        eq(locations.chainId, chainId),
        isNull(locations.deletedAt),
        or(sql`${partner.allLocations}`, eq(locationPartners.partnerId, partner.id)),
      ),
    );
  if (places.length === 0) throw new NotFound();
  const ids = places.map((place) => place.id);

  const categories = await db
    .select({ id: serviceCategories.id, title: serviceCategories.title })
    .from(serviceCategories)
    .where(and(inArray(serviceCategories.locationId, ids), isNull(serviceCategories.deletedAt)))
    .orderBy(desc(serviceCategories.weight), asc(serviceCategories.id), asc(serviceCategories.locationId));
  const found = new Map<number, ChainCategory>();
  for (const { id, title } of categories) if (!found.has(id)) found.set(id, { id, title, services: [] });
  if (!withServices) return [...found.values()];

  const offered = await db
    .select({ id: services.id, title: services.title, categoryId: services.categoryId })
    .from(services)
    .where(and(inArray(services.locationId, ids), isNull(services.deletedAt)))
    .orderBy(desc(services.weight), asc(services.id), asc(services.locationId));
  const seen = new Set<number>();
  for (const { id, title, categoryId } of offered) {
    if (seen.has(id)) continue;
    seen.add(id);
    found.get(categoryId)?.services.push({ id, title });
  }
  return [...found.values()];
}
