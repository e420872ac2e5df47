import { and, asc, eq } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Tx } from '../../platform/database.ts';
import type { Role } from '../access/permissions.ts';
import { users } from '../access/tables.ts';
import { locations, locationUsers } from './tables.ts';

/** Everyone who manages the location or is invited to, by user id. */
export const listLocationUsers = (db: Tx, locationId: number, isApproved?: boolean) =>
  db
    .select({ user: users, membership: locationUsers })
    .from(locationUsers)
    .innerJoin(users, eq(users.id, locationUsers.userId))
    .where(
      and(
        eq(locationUsers.locationId, locationId),
        isApproved === undefined ? undefined : eq(locationUsers.isApproved, isApproved),
      ),
    )
    .orderBy(asc(users.id));

/** @throws NotFound when the user does not manage the location, or is only invited to */
export async function getMembership(db: Tx, locationId: number, userId: number) {
  const [row] = await db
    .select()
    .from(locationUsers)
    .where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, userId), eq(locationUsers.isApproved, true)));
  if (!row) throw new NotFound();
  return row;
}

/** Whether the user already manages a location of the chain. */
export async function worksInChain(db: Tx, chainId: number, userId: number): Promise<boolean> {
  const [row] = await db
    .select({ id: locations.id })
    .from(locationUsers)
    .innerJoin(locations, eq(locations.id, locationUsers.locationId))
    .where(and(eq(locationUsers.userId, userId), eq(locationUsers.isApproved, true), eq(locations.chainId, chainId)))
    .limit(1);
  return row !== undefined;
}

/** Makes a user a member of a location. */
export const addLocationUser = (
  tx: Tx,
  member: {
    locationId: number;
    userId: number;
    role: Role;
    information?: string;
    isApproved?: boolean;
    isNonDeletable?: boolean;
  },
) => tx.insert(locationUsers).values(member);
