import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Partner, User } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { type ChainRight, chainRightNames } from '../access/chain-rights.ts';
import { type LocationRow, listLocations } from './location.ts';
import { chainUsers, locations } from './tables.ts';

/** A chain, with those of its locations that the partner is connected to. */
export interface ChainRow {
  id: number;
  title: string;
  /** What the user may do in the chain. */
  rights: readonly ChainRight[];
  locations: LocationRow[];
}

/** No list is longer. */
const mostLocations = 1000;

/**
 * The chains to whose locations a partner is connected, by id.
 * @param user only the chains of this user
 */
export async function listChains(db: Read, partner: Partner, user?: Pick<User, 'id'>): Promise<ChainRow[]> {
  const page = { offset: 0, limit: mostLocations };
  const places = user === undefined ? await listLocations(db, partner, {}, page) : [];
  const rights = new Map<number, readonly ChainRight[]>();
  if (user !== undefined) {
    const rows = await db
      .select({ id: locations.id, chainId: locations.chainId, isOwner: chainUsers.isOwner, rights: chainUsers.rights })
      .from(chainUsers)
      .innerJoin(locations, and(eq(locations.chainId, chainUsers.chainId), isNull(locations.deletedAt)))
      .where(eq(chainUsers.userId, user.id))
      .orderBy(asc(locations.id));
    for (const row of rows) rights.set(row.chainId, row.isOwner ? chainRightNames : row.rights);
    if (rows.length === 0) return [];
    places.push(...(await listLocations(db, partner, { ids: rows.map(({ id }) => id) }, page)));
  }
  const chains = new Map<number, ChainRow>();
  for (const place of places) {
    const known = chains.get(place.chainId);
    if (known) known.locations.push(place);
    else {
      const { chainId: id, chainTitle: title } = place;
      chains.set(id, { id, title, rights: rights.get(id) ?? [], locations: [place] });
    }
  }
  return [...chains.values()].toSorted((one, other) => one.id - other.id);
}
