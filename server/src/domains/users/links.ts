import { and, asc, eq, inArray, or } from 'drizzle-orm';
import { Forbidden, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { moreThan } from '../access/more-rights.ts';
import { type PermissionFlag, type Permissions, type Role, resolvePermissions } from '../access/permissions.ts';
import { locationUsers } from '../locations/tables.ts';

/** A user of a location, or a person who is invited to it. */
export interface Link {
  locationId: number;
  userId: number;
  role: Role;
  rights: Permissions;
  isApproved: boolean;
  isNonDeletable: boolean;
  /** With an account of their own. */
  isEntered: boolean;
  /** Only the data that the location typed describes the person. The account has no owner. */
  isDescribed: boolean;
  information: string;
}

const columns = {
  id: locationUsers.userId,
  locationId: locationUsers.locationId,
  userId: locationUsers.userId,
  role: locationUsers.role,
  permissions: locationUsers.permissions,
  isApproved: locationUsers.isApproved,
  isNonDeletable: locationUsers.isNonDeletable,
  invitedName: locationUsers.invitedName,
  information: locationUsers.information,
};

type Row = Pick<
  typeof locationUsers.$inferSelect,
  'locationId' | 'userId' | 'role' | 'permissions' | 'isApproved' | 'isNonDeletable' | 'invitedName' | 'information'
>;

const linkOf = ({ permissions, invitedName, ...row }: Row): Link => ({
  ...row,
  rights: resolvePermissions(row.role, permissions),
  isEntered: row.isApproved && invitedName === null,
  isDescribed: invitedName !== null,
});

/** @throws NotFound */
export async function getLink(db: Read, locationId: number, userId: number): Promise<Link> {
  const [row] = await db
    .select(columns)
    .from(locationUsers)
    .where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, userId)));
  if (!row) throw new NotFound(`User ${userId} was not found`);
  return linkOf(row);
}

/** Locked users of locations. */
export class Links {
  readonly #all: readonly Link[];

  constructor(all: readonly Link[]) {
    this.#all = all;
  }

  find(locationId: number, userId: number): Link | undefined {
    return this.#all.find((link) => link.locationId === locationId && link.userId === userId);
  }

  /** @throws NotFound */
  get(locationId: number, userId: number): Link {
    const link = this.find(locationId, userId);
    if (!link) throw new NotFound(`User ${userId} was not found`);
    return link;
  }

  /** The user who acts. Their rights may have changed since the request began. @throws Forbidden */
  caller(locationId: number, userId: number, flag: PermissionFlag): Link {
    const link = this.find(locationId, userId);
    if (!link?.isApproved || !link.rights[flag]) throw new Forbidden();
    return link;
  }

  /** Whether nobody else owns the location of a link. */
  isLastOwner({ locationId, userId, role, isEntered }: Link): boolean {
    const isOther = (link: Link) =>
      link.role === 'owner' && link.isEntered && link.locationId === locationId && link.userId !== userId;
    return role === 'owner' && isEntered && !this.#all.some(isOther);
  }
}

/**
 * Locks users in locations, with all owners there. If two owners remove each other at the same time, the second request must see that the
 * first owner has left.
 */
export async function lockLinks(write: Write, locationIds: readonly number[], userIds: readonly number[]): Promise<Links> {
  const rows = await write.lock(
    'location user',
    write
      .select(columns)
      .from(locationUsers)
      .where(
        and(
          inArray(locationUsers.locationId, [...locationIds]),
          or(inArray(locationUsers.userId, [...userIds]), eq(locationUsers.role, 'owner')),
        ),
      )
      .orderBy(asc(locationUsers.userId), asc(locationUsers.locationId)),
    'update',
  );
  return new Links(rows.map(linkOf));
}

/**
 * Whether a user may change or remove another one. Nobody changes their own rights. Only an owner may change owners. A user who gives only
 * their own rights does not touch a user who has more.
 */
export const mayTouch = (caller: Link, target: Link): boolean =>
  caller.userId !== target.userId &&
  !target.isNonDeletable &&
  (target.role !== 'owner' || caller.role === 'owner') &&
  !(caller.rights.limited_users_access && moreThan(target.rights, caller.rights).length > 0);

/** @throws Forbidden */
export function expectMayTouch(caller: Link, target: Link): void {
  if (caller.userId === target.userId) throw new Forbidden('Somebody else must change your own rights.');
  if (target.isNonDeletable) throw new Forbidden('This user cannot be changed or removed.');
  if (!mayTouch(caller, target)) throw new Forbidden('This user has more rights than you.');
}
