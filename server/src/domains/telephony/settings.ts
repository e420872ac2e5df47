import { randomUUID } from 'node:crypto';
import { and, asc, count, eq, inArray, isNull } from 'drizzle-orm';
import { Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { normalizePhone } from '../../platform/phone.ts';
import { seal, tokenHash, unseal } from '../../platform/secrets.ts';
import { locations, locationUsers } from '../locations/tables.ts';
import { callRoutes, type RouteKind, telephonySettings } from './tables.ts';

/** A chain can have so many routes. */
const mostRoutes = 1000;

/** Which calls concern which location, and whom there. */
export interface Route {
  kind: RouteKind;
  key: string;
  locationId: number;
  userIds: number[];
}

/** The telephony of a chain. */
export interface Telephony {
  /** Empty until the chain makes one. */
  token: string;
  isEnabled: boolean;
  daysKept: number;
  routes: Route[];
}

/** An undefined field stays unchanged. */
export type TelephonyChanges = { [Field in Exclude<keyof Telephony, 'token'>]?: Telephony[Field] | undefined };

/** The same subscriber or number, however it is written. */
export const routeKey = (kind: RouteKind, text: string): string =>
  (kind === 'diversion' && normalizePhone(text)) || text.normalize('NFKC').trim();

const aboutToken = (chainId: number) => `telephony of chain ${chainId}`;

const newToken = (signingKey: Buffer, chainId: number) => {
  const token = randomUUID();
  return { token, tokenHash: tokenHash(token), sealedToken: seal(signingKey, token, aboutToken(chainId)) };
};

/** The telephony of a chain, with its token. */
export async function getTelephony(db: Read, chainId: number, signingKey: Buffer): Promise<Telephony> {
  const [row] = await db.select().from(telephonySettings).where(eq(telephonySettings.chainId, chainId));
  const routes = await db
    .select({
      kind: callRoutes.kind,
      key: callRoutes.key,
      locationId: callRoutes.locationId,
      userIds: callRoutes.userIds,
    })
    .from(callRoutes)
    .where(eq(callRoutes.chainId, chainId))
    .orderBy(asc(callRoutes.kind), asc(callRoutes.key), asc(callRoutes.locationId));
  return {
    token: row ? unseal(signingKey, row.sealedToken, aboutToken(chainId)) : '',
    isEnabled: row?.isEnabled ?? false,
    daysKept: row?.daysKept ?? 365,
    routes,
  };
}

/** Gives a chain a token for its telephony service. The former one ends at once. */
export async function renewTelephonyToken(write: Write, chainId: number, signingKey: Buffer): Promise<void> {
  const { token: _, ...made } = newToken(signingKey, chainId);
  await write
    .insert(telephonySettings)
    .values({ chainId, ...made })
    .onConflictDoUpdate({ target: telephonySettings.chainId, set: made });
}

/**
 * Changes the telephony of a chain. The routes are replaced as a whole.
 * @throws Invalid for routes that contradict each other, and for locations and users that are not there
 */
export async function changeTelephony(
  write: Write,
  chainId: number,
  { routes, ...fields }: TelephonyChanges,
  signingKey: Buffer,
): Promise<void> {
  const { token: _, ...made } = newToken(signingKey, chainId);
  await write
    .insert(telephonySettings)
    .values({ chainId, ...made })
    .onConflictDoNothing();
  const own = eq(telephonySettings.chainId, chainId);
  // Locked, so that of two changes at the same time one has its routes as a whole.
  await write.lock('telephony', write.select({ id: telephonySettings.chainId }).from(telephonySettings).where(own));
  if (routes) await replaceRoutes(write, chainId, routes);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length) await write.update(telephonySettings).set(given).where(own);
}

async function replaceRoutes(write: Write, chainId: number, routes: readonly Route[]): Promise<void> {
  if (routes.length > mostRoutes) throw new Invalid({ routes: [`must be at most ${mostRoutes}`] });
  const named = new Set(routes.map(({ kind, key, locationId }) => `${kind} ${locationId} ${key}`));
  if (named.size < routes.length) throw new Invalid({ routes: ['must name a user or number once for each location'] });
  const locationIds = [...new Set(routes.map(({ locationId }) => locationId))];
  const found = await write
    .select({ id: locations.id })
    .from(locations)
    .where(and(eq(locations.chainId, chainId), inArray(locations.id, locationIds), isNull(locations.deletedAt)));
  if (found.length < locationIds.length) throw new Invalid({ routes: ['must name locations of the chain'] });
  await expectMembers(write, routes);
  await write.delete(callRoutes).where(eq(callRoutes.chainId, chainId));
  if (routes.length) await write.insert(callRoutes).values(routes.map((route) => ({ ...route, chainId })));
}

/** @throws Invalid unless all users work in the location of their route */
async function expectMembers(db: Read, routes: readonly Route[]): Promise<void> {
  const pairs = new Set(routes.flatMap(({ locationId, userIds }) => userIds.map((id) => `${locationId} ${id}`)));
  if (pairs.size === 0) return;
  const members = await db
    .select({ locationId: locationUsers.locationId, userId: locationUsers.userId })
    .from(locationUsers)
    .where(
      and(
        inArray(locationUsers.locationId, [...new Set(routes.map(({ locationId }) => locationId))]),
        inArray(locationUsers.userId, [...new Set(routes.flatMap(({ userIds }) => userIds))]),
      ),
    );
  for (const { locationId, userId } of members) pairs.delete(`${locationId} ${userId}`);
  if (pairs.size) throw new Invalid({ routes: ['must name users of their location'] });
}

/** The chain that a telephony service names. @returns undefined for an unknown token */
export async function findTelephony(db: Read, token: string): Promise<{ chainId: number; isEnabled: boolean } | undefined> {
  const [row] = await db
    .select({ chainId: telephonySettings.chainId, isEnabled: telephonySettings.isEnabled })
    .from(telephonySettings)
    .where(eq(telephonySettings.tokenHash, tokenHash(token.trim().toLowerCase())));
  return row;
}

/** Switches the telephony of a chain, as its telephony service asks. Doing it again changes nothing. */
export async function switchTelephony(write: Write, chainId: number, isEnabled: boolean): Promise<void> {
  await write.update(telephonySettings).set({ isEnabled }).where(eq(telephonySettings.chainId, chainId));
}

/** A location that a call concerns. */
export interface RoutedTo {
  locationId: number;
  countryId: number;
  userIds: number[];
}

/**
 * The locations that a call concerns, by id. The subscriber comes before the number that was called, which counts if the subscriber has no
 * route. The calls of a chain with one location and no routes concern that location.
 */
export async function routesOfCall(
  db: Read,
  chainId: number,
  { subscriber, diversion }: { subscriber: string; diversion: string },
): Promise<RoutedTo[]> {
  const routedBy = (kind: RouteKind, text: string) =>
    db
      .select({ locationId: callRoutes.locationId, countryId: locations.countryId, userIds: callRoutes.userIds })
      .from(callRoutes)
      .innerJoin(locations, and(eq(locations.id, callRoutes.locationId), isNull(locations.deletedAt)))
      .where(and(eq(callRoutes.chainId, chainId), eq(callRoutes.kind, kind), eq(callRoutes.key, routeKey(kind, text))))
      .orderBy(asc(callRoutes.locationId));
  const ofSubscriber = subscriber === '' ? [] : await routedBy('user', subscriber);
  if (ofSubscriber.length) return ofSubscriber;
  const ofNumber = await routedBy('diversion', diversion);
  return ofNumber.length ? ofNumber : onlyLocation(db, chainId);
}

async function onlyLocation(db: Read, chainId: number): Promise<RoutedTo[]> {
  const [routes] = await db.select({ count: count() }).from(callRoutes).where(eq(callRoutes.chainId, chainId));
  if (routes?.count) return [];
  const places = await db
    .select({ locationId: locations.id, countryId: locations.countryId })
    .from(locations)
    .where(and(eq(locations.chainId, chainId), isNull(locations.deletedAt)))
    .limit(2);
  return places.length === 1 ? places.map((place) => ({ ...place, userIds: [] })) : [];
}
