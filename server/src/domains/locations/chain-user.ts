import { and, asc, eq, exists, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { ChainGrant, Partner, User } from '../../api/access.ts';
import { Forbidden, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { type ChainRight, chainRightNames } from '../access/chain-rights.ts';
import { users } from '../access/tables.ts';
import { hasEntered } from './location-user.ts';
import { chainUsers, locationPartners, locations, locationUsers } from './tables.ts';

/**
 * The rights of a user in a chain.
 * @returns undefined if the user is not a user of the chain, or the partner is connected to none of its locations
 */
export async function chainGrantOf(
  db: Read,
  partner: Partner,
  user: Pick<User, 'id'>,
  chainId: number,
): Promise<ChainGrant | undefined> {
  const connection = and(eq(locationPartners.locationId, locations.id), eq(locationPartners.partnerId, partner.id));
  const place = db
    .select({ id: locations.id })
    .from(locations)
    .leftJoin(locationPartners, connection)
    .where(
      and(
        eq(locations.chainId, chainId),
        isNull(locations.deletedAt),
        or(sql`${partner.allLocations}`, eq(locationPartners.partnerId, partner.id)),
      ),
    );
  const [row] = await db
    .select({ isOwner: chainUsers.isOwner, rights: chainUsers.rights })
    .from(chainUsers)
    .where(and(eq(chainUsers.chainId, chainId), eq(chainUsers.userId, user.id), exists(place)));
  if (!row) return undefined;
  const { isOwner, rights } = row;
  return { id: chainId, isOwner, can: (right) => isOwner || rights.includes(right) };
}

const selectChainUsers = (db: Read, chainId: number, that?: SQL) =>
  db
    .select({ id: chainUsers.userId, name: users.name, isOwner: chainUsers.isOwner, rights: chainUsers.rights })
    .from(chainUsers)
    .innerJoin(users, eq(users.id, chainUsers.userId))
    .where(and(eq(chainUsers.chainId, chainId), that))
    .orderBy(asc(chainUsers.userId));

export type ChainUserRow = Awaited<ReturnType<typeof selectChainUsers>>[number];

/** The users of a chain, by id. */
export const listChainUsers = (db: Read, chainId: number): Promise<ChainUserRow[]> => selectChainUsers(db, chainId);

/** Makes a user an owner of a chain. */
export const addChainOwner = (write: Write, chainId: number, userId: number) =>
  write.insert(chainUsers).values({ chainId, userId, isOwner: true });

/** Adds a user to a chain, with these rights. */
export const addChainUser = (write: Write, chainId: number, userId: number, rights: ChainRight[]) =>
  write.insert(chainUsers).values({ chainId, userId, rights });

/** Changes of a chain user. Undefined values stay as they are. A new user does not get them. */
export interface ChainUserChanges {
  isOwner?: boolean | undefined;
  rights: Partial<Record<ChainRight, boolean>>;
}

/** Locks all users of a chain. If two owners leave at the same time, the second request must see that the first owner has left. */
const lockChainUsers = (write: Write, chainId: number) =>
  write.lock(
    'chain user',
    write
      .select({ id: chainUsers.userId, isOwner: chainUsers.isOwner, rights: chainUsers.rights })
      .from(chainUsers)
      .where(eq(chainUsers.chainId, chainId))
      .orderBy(asc(chainUsers.userId)),
  );

type LockedUsers = Awaited<ReturnType<typeof lockChainUsers>>;

/** @throws Forbidden if nobody else owns the chain */
function expectOtherOwner(locked: LockedUsers, userId: number): void {
  if (!locked.some((row) => row.isOwner && row.id !== userId))
    throw new Forbidden('The last owner of a chain cannot be removed.');
}

/**
 * Adds a user to a chain, or changes their rights. A new user must work in a location of the chain. Only an owner may change owners. Anybody
 * else may only give and take rights that they have.
 * @throws NotFound for a new user who works in no location of the chain, Forbidden
 */
export async function setChainUser(
  write: Write,
  by: ChainGrant,
  userId: number,
  { isOwner, rights }: ChainUserChanges,
): Promise<ChainUserRow> {
  const locked = await lockChainUsers(write, by.id);
  const current = locked.find((row) => row.id === userId);
  if (!current) await expectWorksIn(write, by.id, userId);
  const before = new Set(current?.rights);
  const wanted = chainRightNames.filter((right) => rights[right] ?? before.has(right));
  const becomesOwner = isOwner ?? current?.isOwner ?? false;
  if (!by.isOwner) {
    if (current?.isOwner || becomesOwner) throw new Forbidden('Only an owner of the chain may change owners.');
    const changed = chainRightNames.filter((right) => before.has(right) !== wanted.includes(right));
    if (changed.some((right) => !by.can(right))) throw new Forbidden('You may give and take only the rights that you have.');
  }
  if (current?.isOwner && !becomesOwner) expectOtherOwner(locked, userId);
  const columns = { isOwner: becomesOwner, rights: wanted };
  await write
    .insert(chainUsers)
    .values({ chainId: by.id, userId, ...columns })
    .onConflictDoUpdate({ target: [chainUsers.chainId, chainUsers.userId], set: columns });
  const [row] = await selectChainUsers(write, by.id, eq(chainUsers.userId, userId));
  return row as ChainUserRow;
}

async function expectWorksIn(db: Read, chainId: number, userId: number): Promise<void> {
  const [row] = await db
    .select({ id: locationUsers.userId })
    .from(locationUsers)
    .innerJoin(locations, eq(locations.id, locationUsers.locationId))
    .where(and(eq(locationUsers.userId, userId), eq(locations.chainId, chainId), isNull(locations.deletedAt), hasEntered))
    .limit(1);
  if (!row) throw new NotFound(`User ${userId} was not found`);
}

/** Removes a user from a chain. The user keeps the permissions in its locations. @throws NotFound, Forbidden as setChainUser */
export async function removeChainUser(write: Write, by: ChainGrant, userId: number): Promise<void> {
  const locked = await lockChainUsers(write, by.id);
  const current = locked.find((row) => row.id === userId);
  if (!current) throw new NotFound(`User ${userId} was not found`);
  if (current.isOwner) {
    if (!by.isOwner) throw new Forbidden('Only an owner of the chain may change owners.');
    expectOtherOwner(locked, userId);
  } else if (current.rights.some((right) => !by.can(right))) {
    throw new Forbidden('You may give and take only the rights that you have.');
  }
  await write.delete(chainUsers).where(and(eq(chainUsers.chainId, by.id), eq(chainUsers.userId, userId)));
}
