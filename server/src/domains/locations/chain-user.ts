import { and, asc, eq, exists, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { ChainGrant, Partner, User } from '../../api/access.ts';
import { Forbidden, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { type ChainRight, chainRightNames } from '../access/chain-rights.ts';
import { users } from '../access/tables.ts';
import { hasEntered } from './location-user.ts';
import { chainUsers, locationPartners, locations, locationUsers } from './tables.ts';

/**
 * What a user may do in a chain.
 * @returns undefined for who is no user of it, and when the partner is connected to none of its locations
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

/** Makes a user one of a chain, with rights there. */
export const addChainUser = (write: Write, chainId: number, userId: number, rights: ChainRight[]) =>
  write.insert(chainUsers).values({ chainId, userId, rights });

/** What is given of a chain user; what is undefined stays, or is not held. */
export interface ChainUserChanges {
  isOwner?: boolean | undefined;
  rights: Partial<Record<ChainRight, boolean>>;
}

/** All users of a chain, held: of two owners who leave at once, the second one has to see that the first did. */
const lockChainUsers = (write: Write, chainId: number) =>
  write.lock(
    'chain user',
    write
      .select({ id: chainUsers.userId, isOwner: chainUsers.isOwner, rights: chainUsers.rights })
      .from(chainUsers)
      .where(eq(chainUsers.chainId, chainId))
      .orderBy(asc(chainUsers.userId)),
  );

type Held = Awaited<ReturnType<typeof lockChainUsers>>;

/** @throws Forbidden when nobody but the user owns the chain */
function expectOtherOwner(held: Held, userId: number): void {
  if (!held.some((row) => row.isOwner && row.id !== userId)) throw new Forbidden('A chain keeps its last owner.');
}

/**
 * Adds somebody who works in a location of the chain to its users, or changes what they may do. Who is no owner gives and takes the rights
 * that they hold, and leaves owners alone.
 * @throws NotFound for somebody who works in no location of the chain, Forbidden
 */
export async function setChainUser(
  write: Write,
  by: ChainGrant,
  userId: number,
  { isOwner, rights }: ChainUserChanges,
): Promise<ChainUserRow> {
  const held = await lockChainUsers(write, by.id);
  const current = held.find((row) => row.id === userId);
  if (!current) await expectWorksIn(write, by.id, userId);
  const before = new Set(current?.rights);
  const wanted = chainRightNames.filter((right) => rights[right] ?? before.has(right));
  const becomesOwner = isOwner ?? current?.isOwner ?? false;
  if (!by.isOwner) {
    if (current?.isOwner || becomesOwner) throw new Forbidden('Only an owner of the chain makes and changes owners.');
    const changed = chainRightNames.filter((right) => before.has(right) !== wanted.includes(right));
    if (changed.some((right) => !by.can(right))) throw new Forbidden('You may give and take only the rights that you have.');
  }
  if (current?.isOwner && !becomesOwner) expectOtherOwner(held, userId);
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

/** Takes somebody from the users of a chain; what they may do in its locations stays. @throws NotFound, Forbidden as setChainUser */
export async function removeChainUser(write: Write, by: ChainGrant, userId: number): Promise<void> {
  const held = await lockChainUsers(write, by.id);
  const current = held.find((row) => row.id === userId);
  if (!current) throw new NotFound(`User ${userId} was not found`);
  if (current.isOwner) {
    if (!by.isOwner) throw new Forbidden('Only an owner of the chain makes and changes owners.');
    expectOtherOwner(held, userId);
  } else if (current.rights.some((right) => !by.can(right))) {
    throw new Forbidden('You may give and take only the rights that you have.');
  }
  await write.delete(chainUsers).where(and(eq(chainUsers.chainId, by.id), eq(chainUsers.userId, userId)));
}
