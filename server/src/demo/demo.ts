import { Readable } from 'node:stream';
import { and, eq, sql } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import type { ChainRight } from '../domains/access/chain-rights.ts';
import type { Role } from '../domains/access/permissions.ts';
import { partners, serverKeys, type TokenScope, userTokens } from '../domains/access/tables.ts';
import { createUser, findUserByLogin, issuePartnerToken, issueUserToken } from '../domains/access/users.ts';
import { createBookingForm } from '../domains/booking-settings/form.ts';
import { changeBookingSettings } from '../domains/booking-settings/settings.ts';
import { setTimeslotSettings } from '../domains/booking-settings/timeslot.ts';
import { services } from '../domains/catalog/tables.ts';
import { createClients } from '../domains/clients/client.ts';
import { addFiles } from '../domains/clients/file.ts';
import { clientComments, clients } from '../domains/clients/tables.ts';
import { storeUpload } from '../domains/files/stored.ts';
import { replaceImage } from '../domains/images/image.ts';
import { addChainOwner, addChainUser } from '../domains/locations/chain-user.ts';
import { cityByTitle, country } from '../domains/locations/dictionaries.ts';
import { createChain } from '../domains/locations/location.ts';
import { addLocationUser } from '../domains/locations/location-user.ts';
import { locations } from '../domains/locations/tables.ts';
import { debitMemberships } from '../domains/redemption/debit.ts';
import { tags } from '../domains/tags/tables.ts';
import { inviteUsers } from '../domains/users/invitation.ts';
import type { Database, Tx } from '../platform/database.ts';
import type { FileStore } from '../platform/files.ts';
import { tokenHash } from '../platform/secrets.ts';
import { beginAlone, beginUntold } from '../surfaces/changes.ts';
import { demoClientId, demoCredentials, spareAccounts, spareSession } from './accounts.ts';
import {
  demoBooking,
  demoChain,
  demoClients,
  demoComments,
  demoFiles,
  demoInvitation,
  demoPicture,
  demoPlaces,
  demoTags,
  demoTeam,
} from './business.ts';
import { keepClient } from './client.ts';
import { protectDemo, readyToken } from './protect.ts';
import { seedAppointments } from './seed-appointments.ts';
import { seedBills } from './seed-bills.ts';
import { seedCalendarFeeds } from './seed-calendar-feeds.ts';
import { seedCards, seedCardTypes, seedTexts } from './seed-cards.ts';
import { extendDemoCalendar, seedCatalog } from './seed-catalog.ts';
import { seedGiftCardPayments, seedGiftCards, seedGiftCardTypes } from './seed-gift-cards.ts';
import { seedMarketplace } from './seed-marketplace.ts';
import {
  seedFreeze,
  seedMembershipNotices,
  seedMemberships,
  seedMembershipTypes,
  seedMembershipUses,
} from './seed-memberships.ts';
import { seedAccountTypes, seedMoney } from './seed-money.ts';
import { seedPayroll } from './seed-payroll.ts';
import { seedPrepayment } from './seed-prepayment.ts';
import { seedProducts, seedStock } from './seed-products.ts';
import { seedPromotions, seedPromotionsOfChain } from './seed-promotions.ts';
import { seedSales } from './seed-sales.ts';
import { seedTelephony } from './seed-telephony.ts';
import { seedTips } from './seed-tips.ts';
import { seedWaiting } from './seed-waiting.ts';
import { seedWebhooks } from './seed-webhooks.ts';

/** Reports the progress of long work. */
export type Progress = (step: string) => void;

/** Marks of the demo business: `demo` from its first row on, `demo ready` when it is complete. */
const hasKey = async (db: Tx, name: string) =>
  (await db.select({ name: serverKeys.name }).from(serverKeys).where(eq(serverKeys.name, name))).length > 0;

/** Whether the database contains the demo business and nothing else, even if it is unfinished. */
export const isDemo = (db: Tx): Promise<boolean> => hasKey(db, 'demo');

/** Whether the demo business was created completely. */
export const isDemoReady = (db: Tx): Promise<boolean> => hasKey(db, 'demo ready');

/** Whether anyone works with this database already. */
export async function isEmpty(db: Tx): Promise<boolean> {
  return (await db.select({ id: partners.id }).from(partners).limit(1)).length === 0;
}

/** Removes everything. @throws Error if the database contains anything besides the demo business */
export async function emptyDemo(database: Database): Promise<void> {
  if (!(await isDemo(database.db))) throw new Error('This database does not contain the demo business, so it stays unchanged.');
  const tables = await database.query<{ name: string }>({
    text: "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    values: [],
  });
  await database.db.execute(sql.raw(`truncate ${tables.map((table) => table.name).join(', ')} restart identity cascade`));
}

/** What those who do not own the chain do there, by their role in its locations. */
const chainTasks: Partial<Record<Role, ChainRight[]>> = {
  manager: ['users_access', 'clients_access', 'loyalty_access'],
  accountant: ['analytics_access'],
};

/**
 * Fills an empty database with the demo business: a chain of two locations in two time zones, its people in every role, a catalog of 60
 * services with 12 team members and three months of schedules, 500 clients with comments and files, a calendar of appointments and
 * classes, and products with stock and sales, some of which services use up. It is always the same, except for the times of creation and the dates of the schedules.
 */
export async function seedDemo(database: Database, files: FileStore, progress: Progress = () => {}): Promise<void> {
  progress('business and team');
  const { places, partnerId } = await beginUntold(database.db)(seedBusiness);
  progress('catalog, team and schedules');
  await beginUntold(database.db)((write) => seedCatalog(write, places));
  const chainId = (places[0] as Place).chainId;
  const placeIds = places.map(({ id }) => id);
  const accountTypes = await beginUntold(database.db)((write) => seedAccountTypes(write, chainId, placeIds));
  const cardTypes = await beginUntold(database.db)((write) => seedCardTypes(write, chainId, placeIds));
  for (const [index, place] of places.entries()) {
    progress(`clients of ${place.title}`);
    const clientIds = await beginUntold(database.db)((write) => seedClients(write, place, index));
    await beginUntold(database.db)((write) => seedBooking(write, place.id));
    progress(`appointments of ${place.title}`);
    await beginUntold(database.db)((write) => seedAppointments(write, place, clientIds, partnerId));
    progress(`products of ${place.title}`);
    await beginUntold(database.db)(async (write) => seedStock(write, place, await seedProducts(write, place)));
    progress(`money of ${place.title}`);
    await beginUntold(database.db)((write) => seedMoney(write, place, clientIds, accountTypes));
    await beginUntold(database.db)((write) => seedCards(write, place, clientIds, cardTypes));
    await beginUntold(database.db)((write) => seedSales(write, place));
    // The first changes of the feed.
    await beginAlone(database.db)((write) => seedPrepayment(write, place, index === 0 ? 2 : 0));
    await beginAlone(database.db)((write) => seedWaiting(write, place));
    progress(`files of ${place.title}`);
    await seedFiles(database.db, files, place, clientIds, index);
  }
  for (const place of places) {
    progress(`bills of materials of ${place.title}`);
    await beginUntold(database.db)((write) => seedBills(write, place));
  }
  progress('gift cards');
  const giftCardTypes = await beginUntold(database.db)((write) => seedGiftCardTypes(write, chainId, placeIds));
  for (const [index, place] of places.entries()) {
    await beginUntold(database.db)((write) => seedGiftCards(write, place, giftCardTypes, index));
    await beginUntold(database.db)((write) => seedGiftCardPayments(write, place));
  }
  progress('memberships and promotions');
  const membershipTypes = await beginUntold(database.db)((write) => seedMembershipTypes(write, chainId, placeIds));
  for (const [index, place] of places.entries()) {
    await beginUntold(database.db)((write) => seedMemberships(write, place, membershipTypes, index));
    await beginUntold(database.db)((write) => seedMembershipUses(write, place, membershipTypes));
  }
  await beginUntold(database.db)((write) => seedFreeze(write, places[0] as Place, membershipTypes));
  await beginUntold(database.db)((write) => seedMembershipNotices(write, chainId));
  await debitMemberships(beginUntold(database.db));
  const [regulars] = cardTypes as [number];
  const promotions = await beginUntold(database.db)((write) => seedPromotionsOfChain(write, chainId, placeIds, regulars));
  for (const place of places) await beginUntold(database.db)((write) => seedPromotions(write, place, promotions));
  progress('payroll');
  for (const place of places) await beginUntold(database.db)((write) => seedPayroll(write, place));
  await beginUntold(database.db)((write) => seedTexts(write, chainId));
  await beginUntold(database.db)((write) => seedTelephony(write, chainId, places));
  for (const { id } of places) await beginUntold(database.db)((write) => seedTips(write, id));
  const [first] = places as [Place];
  const by = { userId: first.staff[0] as number, partnerId };
  await beginUntold(database.db)((write) => seedWebhooks(write, first.id, by));
  await beginUntold(database.db)((write) => seedMarketplace(write, partnerId, places[0] as Place));
  await beginUntold(database.db)(makeAccounts);
  await beginUntold(database.db)((write) => seedCalendarFeeds(write, first.id, by.userId, demoClientId));
  await database.db.insert(serverKeys).values({ name: 'demo ready', value: Buffer.from('1') });
}

/** Updates an older demo, maybe of another build: its schedules, and the accounts with public credentials. */
export async function refreshDemo(db: Tx): Promise<void> {
  await beginUntold(db)(async (write) => {
    await extendDemoCalendar(write, await write.select({ id: locations.id, timeZone: locations.timeZone }).from(locations));
    await makeAccounts(write);
  });
}

interface Place extends Location {
  title: string;
  /** User ids of the people who write comments. */
  staff: number[];
}

async function seedBusiness(write: Write): Promise<{ places: Place[]; partnerId: number }> {
  await write.insert(serverKeys).values({ name: 'demo', value: Buffer.from('1') });
  const [partner] = await write.insert(partners).values({ name: 'Demo integration', allLocations: true }).returning();
  await issuePartnerToken(write, {
    partnerId: (partner as { id: number }).id,
    note: readyToken,
    token: demoCredentials.partnerToken,
  });
  const chainId = await createChain(write, demoChain);
  const places: Place[] = [];
  for (const place of demoPlaces) {
    const location = await seedLocation(write, chainId, place);
    places.push({ ...location, staff: [] });
    await write.insert(tags).values(demoTags.map((tag) => ({ ...tag, locationId: location.id })));
  }
  for (const person of demoTeam) {
    const user = await createUser(write, {
      name: person.name,
      email: person.email,
      phone: person.phone,
      ...(person.role === 'owner' ? { password: demoCredentials.password } : {}),
    });
    for (const place of places.filter((_, index) => person.places.includes(index))) {
      await addLocationUser(write, {
        locationId: place.id,
        userId: user.id,
        role: person.role,
        information: person.position,
        isNonDeletable: person.role === 'owner',
      });
      if (!person.role.startsWith('free_')) place.staff.push(user.id);
    }
    if (person.role === 'owner') await addChainOwner(write, chainId, user.id);
    const tasks = chainTasks[person.role];
    if (tasks) await addChainUser(write, chainId, user.id, tasks);
  }
  const [first] = places as [Place];
  await inviteUsers(write, first, { userId: first.staff[0] as number, address: 'http://127.0.0.1:8080' }, [demoInvitation]);
  return { places, partnerId: (partner as { id: number }).id };
}

async function seedLocation(
  write: Write,
  chainId: number,
  { city: town, columns }: { city: string; columns: { title: string } },
): Promise<Location & { title: string }> {
  const city = cityByTitle(undefined, town);
  const home = city && country(city.countryId);
  if (!city || !home) throw new Error(`The dictionary has no ${town}`);
  const [row] = await write
    .insert(locations)
    .values({
      ...columns,
      chainId,
      countryId: home.id,
      cityId: city.id,
      city: city.title,
      timeZone: city.timeZone,
      currency: home.currency,
      latitude: city.latitude,
      longitude: city.longitude,
    })
    .returning({ id: locations.id });
  const { id } = row as { id: number };
  write.changed('location', id, id, 'create');
  const { timeZone } = city;
  return { id, chainId, timeZone, currency: home.currency, countryCode: home.isoCode, title: columns.title };
}

/**
 * Creates the missing accounts and tokens that the documentation names, and protects them: the fixed tokens of the team, a client of the
 * first location, and the spare accounts.
 */
async function makeAccounts(write: Write): Promise<void> {
  const ready = [
    ...demoTeam.flatMap(({ email, token }) => (token ? [{ email, token, scope: 'full' as const }] : [])),
    { email: demoCredentials.clientLogin, token: demoCredentials.clientToken, scope: 'client' as const },
  ];
  if (!(await findUserByLogin(write, demoCredentials.clientLogin))) await makeClient(write);
  for (const { email, ...token } of ready) {
    const user = await findUserByLogin(write, email);
    if (user) await makeToken(write, { userId: user.id, note: readyToken, ...token });
  }
  const owner = await findUserByLogin(write, demoCredentials.login);
  if (owner) await makeToken(write, { userId: owner.id, note: 'A phone of last year', token: spareSession });
  await makeSpareAccounts(write);
  await keepClient(write);
  await protectDemo(write);
}

/** Does nothing if the token exists. */
async function makeToken(write: Write, of: { userId: number; token: string; note?: string; scope?: TokenScope }): Promise<void> {
  const known = await write
    .select({ id: userTokens.id })
    .from(userTokens)
    .where(eq(userTokens.hash, tokenHash(of.token)));
  if (known.length === 0) await issueUserToken(write, { partnerId: null, ...of });
}

/** The account of a client of the first location, unless its card is gone. */
async function makeClient(write: Write): Promise<void> {
  const { clientLogin: email, password } = demoCredentials;
  const [card] = await write
    .select({ name: sql<string>`concat_ws(' ', ${clients.name}, ${clients.surname})`, phone: clients.phone })
    .from(clients)
    .where(and(eq(clients.locationId, 1), eq(clients.id, demoClientId)));
  if (card?.phone && !(await findUserByLogin(write, card.phone))) {
    await createUser(write, { name: card.name, phone: card.phone, email, password });
  }
}

/** Another business on the same server, and a client. Nothing else depends on them. */
async function makeSpareAccounts(write: Write): Promise<void> {
  const { neighbour, guest } = spareAccounts;
  if (await findUserByLogin(write, neighbour.email)) return;
  const { id: userId } = await createUser(write, neighbour);
  const chainId = await createChain(write, neighbour.location);
  const { id: locationId } = await seedLocation(write, chainId, { city: 'New York', columns: { title: neighbour.location } });
  await addLocationUser(write, { locationId, userId, role: 'owner', information: 'Owner', isNonDeletable: true });
  await addChainOwner(write, chainId, userId);
  await makeToken(write, { userId, token: neighbour.token });
  await makeToken(write, { userId: (await createUser(write, guest)).id, token: guest.token, scope: 'client' });
}

async function seedClients(write: Write, place: Place, index: number): Promise<number[]> {
  const tagIds = (await write.select({ id: tags.id }).from(tags).where(eq(tags.locationId, place.id)).orderBy(tags.id)).map(
    (tag) => tag.id,
  );
  const { created, errors } = await createClients(write, place, await demoClients(index, tagIds));
  if (errors.length) throw new Error(`A demo client is refused: ${JSON.stringify(errors[0])}`);
  const ids = created.map((client) => client.id);
  const comments = demoComments(index, ids, place.staff);
  await write.insert(clientComments).values(comments.map((comment) => ({ ...comment, locationId: place.id })));
  return ids;
}

async function seedBooking(write: Write, locationId: number): Promise<void> {
  await changeBookingSettings(write, locationId, demoBooking.settings);
  await setTimeslotSettings(write, locationId, demoBooking.timeslots);
  for (const form of demoBooking.forms) await createBookingForm(write, locationId, form);
}

async function seedFiles(db: Tx, store: FileStore, place: Place, clientIds: number[], index: number): Promise<void> {
  const transact = beginUntold(db);
  for (const { clientIndex, name, description, content } of demoFiles(index)) {
    const stored = await storeUpload(transact, store, Readable.from([content]), 1_000_000);
    const client = clientIds[clientIndex] as number;
    await addFiles(transact, [{ location: place.id, client, author: place.staff[0] as number, name, description, stored }]);
  }
  const [service] = await db
    .select({ id: services.id })
    .from(services)
    .where(eq(services.locationId, place.id))
    .orderBy(services.id)
    .limit(1);
  const subject = { location: place.id, entity: 'service' as const, id: (service as { id: number }).id };
  await replaceImage({ transact, conclude: transact }, store, subject, demoPicture, async () => true);
}
