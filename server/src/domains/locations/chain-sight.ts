import type { Flag, Grant, Limited, Location, Partner, User } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { isAdmitted } from './grants.ts';
import { listLocations } from './location.ts';
import { managedLocations } from './location-user.ts';

/** A member of a location who sees the client data of its chain. */
export interface ChainSeer extends Limited {
  location: Pick<Location, 'id'>;
  can(flag: Flag): boolean;
}

/** Whether a member of a location sees the client data of a whole chain. */
export const hasSightOf = ({ can, limit }: Pick<Grant, 'can' | 'limit'>, chainId: number): boolean =>
  can('records_group_id_access') && [0, chainId].includes(limit('records_group_id'));

/** No user works in more. */
const mostLocations = 1000;

/**
 * The locations of a chain in which a user may see the client data of the whole chain, with the rights there.
 * @param address of the request
 */
export async function seesChain(
  db: Read,
  partner: Partner,
  user: Pick<User, 'id'>,
  chainId: number,
  address: string,
): Promise<ChainSeer[]> {
  const connected = await listLocations(db, partner, { managedBy: user.id, chainId }, { offset: 0, limit: mostLocations });
  const ids = new Set(connected.map(({ id }) => id));
  if (ids.size === 0) return [];
  return (await managedLocations(db, user.id, chainId)).flatMap(({ id, permissions }) => {
    const seer: ChainSeer = {
      location: { id },
      can: (flag) => permissions[flag] === true,
      limit: (name) => permissions[name],
    };
    return ids.has(id) && isAdmitted(permissions, address) && hasSightOf(seer, chainId) ? [seer] : [];
  });
}
