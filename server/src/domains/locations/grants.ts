import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import type { Flag, Grant, Location, Partner, User } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { isListed } from '../../platform/address.ts';
import { type Permissions, resolvePermissions, roles } from '../access/permissions.ts';
import { country } from './dictionaries.ts';
import { locationPartners, locations, locationUsers } from './tables.ts';

/** How long another node may still honour a changed membership, in milliseconds. */
const staleness = 4000;

/** The cached rights of a caller. `permissions` is undefined for a partner without a user. */
interface Known {
  location: Location;
  permissions: Permissions | undefined;
}

/** Whether a user with these permissions may work from an address. With the check on and nothing listed they may from nowhere. */
export const isAdmitted = (permissions: Permissions, address: string): boolean =>
  !permissions.auth_enable_check_ip || isListed(address, permissions.auth_list_allowed_ip);

/** Looks up connections and memberships, and remembers the answers for `staleness`; this node's changes are seen at once. */
export class Grants {
  readonly #db: Read;
  readonly #known = new LRUCache<string, Known>({ max: 50_000, ttl: staleness });
  #generation = 0;

  constructor(db: Read) {
    this.#db = db;
  }

  /** Call after a location, a membership or a partner's connection changed. */
  forget(): void {
    this.#generation++;
    this.#known.clear();
  }

  /** Only a partner's connection. @returns undefined if there is no such location for this partner */
  async ofPartner(partner: Partner, locationId: number): Promise<Grant | undefined> {
    const known = await this.#find(partner, undefined, locationId);
    return known && { location: known.location, isAdmitted: true, can: () => false, limit: (name) => roles.owner.preset[name] };
  }

  /**
   * A partner's connection and a user's membership.
   * @param address the address of the request
   * @returns undefined if there is no such location for this partner and this user
   */
  async ofUser(partner: Partner, user: Pick<User, 'id'>, locationId: number, address: string): Promise<Grant | undefined> {
    const known = await this.#find(partner, user, locationId);
    if (!known?.permissions) return undefined;
    const { location, permissions } = known;
    const admitted = isAdmitted(permissions, address);
    return {
      location,
      isAdmitted: admitted,
      can: (flag: Flag) => admitted && permissions[flag] === true,
      limit: (name) => permissions[name],
    };
  }

  async #find(partner: Partner, user: Pick<User, 'id'> | undefined, locationId: number): Promise<Known | undefined> {
    const key = `${partner.id}/${user?.id ?? 0}/${locationId}`;
    const known = this.#known.get(key);
    if (known) return known;
    const generation = this.#generation;
    const found = await this.#look(partner, user, locationId);
    if (found && generation === this.#generation) this.#known.set(key, found);
    return found;
  }

  async #look(partner: Partner, user: Pick<User, 'id'> | undefined, locationId: number): Promise<Known | undefined> {
    const [row] = await this.#db
      .select({
        id: locations.id,
        chainId: locations.chainId,
        timeZone: locations.timeZone,
        currency: locations.currency,
        countryId: locations.countryId,
        role: locationUsers.role,
        permissions: locationUsers.permissions,
      })
      .from(locations)
      .leftJoin(locationPartners, and(eq(locationPartners.locationId, locations.id), eq(locationPartners.partnerId, partner.id)))
      .leftJoin(
        locationUsers,
        and(
          eq(locationUsers.locationId, locations.id),
          eq(locationUsers.userId, user?.id ?? 0),
          eq(locationUsers.isApproved, true),
        ),
      )
      .where(
        and(
          eq(locations.id, locationId),
          isNull(locations.deletedAt),
          or(sql`${partner.allLocations}`, eq(locationPartners.partnerId, partner.id)),
        ),
      );
    if (!row || (user && !row.role)) return undefined;
    const permissions = row.role && row.permissions ? resolvePermissions(row.role, row.permissions) : undefined;
    return {
      location: {
        id: row.id,
        chainId: row.chainId,
        timeZone: row.timeZone,
        currency: row.currency,
        countryCode: country(row.countryId)?.isoCode ?? '',
      },
      permissions,
    };
  }
}
