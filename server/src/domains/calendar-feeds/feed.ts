import { and, eq, type InferSelectModel, sql } from 'drizzle-orm';
import { Conflict, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { sameSecret, signature } from '../../platform/secrets.ts';
import { clients } from '../clients/tables.ts';
import { getTeamMember } from '../team/team-member.ts';
import { calendarFeeds } from './tables.ts';

export type CalendarFeed = InferSelectModel<typeof calendarFeeds>;

/** Whose appointments a feed has: a team member's, as a user sees them, or a client's. */
export type FeedOwner = { locationId: number } & ({ teamMemberId: number; userId: number } | { clientId: number });

const ofOwner = (owner: FeedOwner) =>
  and(
    eq(calendarFeeds.locationId, owner.locationId),
    'clientId' in owner
      ? eq(calendarFeeds.clientId, owner.clientId)
      : and(eq(calendarFeeds.userId, owner.userId), eq(calendarFeeds.teamMemberId, owner.teamMemberId)),
  );

/** @throws NotFound for a team member or a client that the location does not have */
async function expectOwner(db: Read, owner: FeedOwner): Promise<void> {
  const { locationId } = owner;
  if (!('clientId' in owner)) await getTeamMember(db, locationId, owner.teamMemberId);
  else if ((await db.$count(clients, and(eq(clients.locationId, locationId), eq(clients.id, owner.clientId)))) === 0)
    throw new NotFound();
}

/** The feed of an owner, if there is one. @throws NotFound for an unknown team member or client */
export async function findFeed(db: Read, owner: FeedOwner): Promise<CalendarFeed | undefined> {
  await expectOwner(db, owner);
  const [feed] = await db.select().from(calendarFeeds).where(ofOwner(owner));
  return feed;
}

/**
 * Makes the feed of an owner. One that exists stays as it is, or gets another address, which ends the present one.
 * @throws NotFound for an unknown team member or client
 */
export async function makeFeed(write: Write, owner: FeedOwner, { renews }: { renews: boolean }): Promise<CalendarFeed> {
  await expectOwner(write, owner);
  // Of requests at the same time, one makes the feed, and all answer its address.
  const [made] = await write.insert(calendarFeeds).values(owner).onConflictDoNothing().returning();
  if (made) return made;
  const [kept] = renews
    ? await write
        .update(calendarFeeds)
        .set({ version: sql`${calendarFeeds.version} + 1`, renewedAt: new Date() })
        .where(ofOwner(owner))
        .returning()
    : await write.select().from(calendarFeeds).where(ofOwner(owner));
  // Another request ended it in this moment.
  if (!kept) throw new Conflict('The calendar feed was ended. Try again.');
  return kept;
}

/** Ends the feed of an owner and its address, if there is one. @throws NotFound for an unknown team member or client */
export async function endFeed(write: Write, owner: FeedOwner): Promise<void> {
  await expectOwner(write, owner);
  await write.delete(calendarFeeds).where(ofOwner(owner));
}

type Address = Pick<CalendarFeed, 'locationId' | 'id' | 'version'>;

const about = ({ locationId, id, version }: Address) => `calendar feed ${locationId} ${id} ${version}`;

/** The end of the address of a feed. It needs no storage, and nobody can make one without the server's key. */
export const feedToken = (key: Buffer, feed: Address): string =>
  `${feed.locationId}-${feed.id}-${feed.version}-${signature(key, about(feed))}`;

/** What a token says. Undefined if this server did not make it: that costs no query. */
export function readToken(key: Buffer, token: string): Address | undefined {
  const parts = /^([1-9]\d{0,9})-([1-9]\d{0,9})-([1-9]\d{0,9})-([\w-]{43})$/.exec(token);
  if (!parts) return undefined;
  const [locationId, id, version] = parts.slice(1, 4).map(Number) as [number, number, number];
  const address = { locationId, id, version };
  return sameSecret(parts[4] as string, signature(key, about(address))) ? address : undefined;
}

/** The feed at an address. Undefined after it was renewed or ended. */
export async function feedAt(db: Read, { locationId, id, version }: Address): Promise<CalendarFeed | undefined> {
  const [feed] = await db
    .select()
    .from(calendarFeeds)
    .where(and(eq(calendarFeeds.locationId, locationId), eq(calendarFeeds.id, id), eq(calendarFeeds.version, version)));
  return feed;
}
