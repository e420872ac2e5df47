import { basename } from 'node:path';
import { eq } from 'drizzle-orm';
import { hashPassword } from '../src/domains/access/passwords.ts';
import { loadSigningKey } from '../src/domains/access/server-keys.ts';
import { passwordResets, users } from '../src/domains/access/tables.ts';
import { signedToken } from '../src/domains/messaging/signed-link.ts';
import { entryToken, offerLink } from '../src/domains/waiting-list/link.ts';
import { waitingEntries, waitingOffers } from '../src/domains/waiting-list/tables.ts';
import { newToken, tokenHash } from '../src/platform/secrets.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { codeSentTo, tokenSentTo } from './codes.ts';
import { type Built, builtOperations, type Things } from './every-operation.ts';
import { call, somePhone, testDatabase } from './harness.ts';
import { signInClient } from './online.ts';
import { someEmail } from './people.ts';
import { setHours } from './salon.ts';
import { bodyOf, callerOf, keyOf, openWorld, queryOf, requestIn, type World } from './world.ts';

/** A request that succeeds, part by part. */
export interface Base {
  ids: Things;
  body: unknown;
  query: Record<string, unknown>;
  authorization: string;
  /** Whether data was created for this request only. */
  isNew: boolean;
}

/** Headers of a request from an unused address, because attempts count by address. */
export const anywhere = () => ({ 'x-forwarded-for': `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 250)).join('.')}` });

const password = 'a long password';
let hash: Promise<string> | undefined;

/** Lets a user sign in with the password. */
async function givePassword(id: number): Promise<void> {
  hash ??= hashPassword(password);
  const { db } = await testDatabase();
  await db
    .update(users)
    .set({ passwordHash: await hash })
    .where(eq(users.id, id));
}

const operationOf = (key: string): Built => {
  const built = builtOperations.find((each) => keyOf(each) === key);
  if (!built) throw new Error(`No operation ${key}`);
  return built;
};

/** Makes a request in the world that must succeed. @returns data of the answer */
async function made(world: World, key: string, body?: unknown) {
  const answer = await requestIn(world, operationOf(key), { body });
  if (answer.status >= 300) throw new Error(`${key}: ${JSON.stringify(answer.body)}`);
  return answer.data;
}

let count = 0;

/** Invites somebody. @returns the token of the link */
async function invitationTo(shop: World['shop']): Promise<string> {
  const email = someEmail();
  await shop.call('POST', `/user/invite/${shop.locationId}`, { body: { invites: [{ name: 'Olivia', search: email }] } });
  return tokenSentTo(email);
}

/** Adds a person to the waiting list for a day of the summer. @returns the entry */
async function waitingOne({ shop, ids }: World, date: string): Promise<typeof waitingEntries.$inferSelect> {
  const body = { client_id: (await shop.addClient()).id, service_ids: [ids.online_service_id], date_from: date, date_to: date };
  const { data } = await shop.call('POST', `/company/${shop.locationId}/waiting_list`, { body });
  const { db } = await testDatabase();
  const [entry] = await db.select().from(waitingEntries).where(eq(waitingEntries.id, data.id));
  return entry as NonNullable<typeof entry>;
}

const signingKey = async (): Promise<Buffer> => beginAlone((await testDatabase()).db)(loadSigningKey);

/** The token by which a person who waits finds the entry. */
const tokenOfEntry = async (world: World): Promise<string> =>
  entryToken(await signingKey(), await waitingOne(world, summer[0] as string));

/** The token of the offer of a free time. */
async function tokenOfOffer(world: World): Promise<string> {
  const { db } = await testDatabase();
  const time = freeHour(world);
  const { locationId, id } = await waitingOne(world, time.slice(0, 10));
  const [offer] = await db
    .insert(waitingOffers)
    .values({
      locationId,
      entryId: id,
      teamMemberId: world.ids.team_member_id as number,
      // New York is four hours behind in the summer.
      startsAt: new Date(`${time}-04:00`),
      duration: 3600,
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + 600_000),
    })
    .returning();
  await db.update(waitingEntries).set({ status: 'offered' }).where(eq(waitingEntries.id, id));
  return signedToken(await signingKey(), offerLink(offer as NonNullable<typeof offer>).split('#')[1] as string);
}

const summer = Array.from({ length: 62 }, (_, day) => new Date(Date.UTC(2030, 6, 1 + day)).toISOString().slice(0, 10));

/** Opens a world whose team member also works all of July and August 2030, without any bookings yet. */
export async function openFuzzedWorld(): Promise<World> {
  const world = await openWorld();
  await setHours(world.shop, world.ids.team_member_id as number, summer);
  return world;
}

const hoursTaken = new WeakMap<World, number>();

/** An unused hour of the summer. They start again from the first when all are used. */
function freeHour(world: World): string {
  const hour = (hoursTaken.get(world) ?? 0) % (summer.length * 9);
  hoursTaken.set(world, hour + 1);
  return `${summer[Math.floor(hour / 9)]}T${String(9 + (hour % 9)).padStart(2, '0')}:00:00`;
}

/**
 * The new data of each request, for operations that accept the same request only once: data that is created for one request, and the
 * differences from the request in `world.ts`.
 */
const news: Record<
  string,
  (world: World) => Promise<Partial<Pick<Base, 'ids' | 'query' | 'authorization'>> & { body?: object }>
> = {
  'b2b-v1 authorize_user': async ({ shop }) => {
    await givePassword(shop.owner.id);
    return { body: { login: shop.owner.email, password } };
  },
  'b2b-v1 update_user_password': async ({ shop }) => {
    const person = await shop.hire('worker');
    await givePassword(person.id);
    return { body: { current_password: password, password: `${password} too` }, authorization: person.authorization };
  },
  'b2b-v1 show_user_invitation': async ({ shop }) => ({ body: { token: await invitationTo(shop) } }),
  'b2b-v1 accept_user_invitation': async ({ shop }) => ({ body: { token: await invitationTo(shop) } }),
  'b2b-v1 join_location': async ({ shop }) => ({
    body: { token: await invitationTo(shop) },
    authorization: (await shop.hire('worker')).authorization,
  }),
  'b2b-v1 reset_password': async ({ shop }) => {
    const { id } = await shop.hire('worker');
    const token = newToken();
    const { db } = await testDatabase();
    await db.insert(passwordResets).values({ userId: id, hash: tokenHash(token), expiresAt: new Date(Date.now() + 600_000) });
    return { body: { token } };
  },
  'public show_own_waiting_entry': async (world) => ({ body: { token: await tokenOfEntry(world) } }),
  'public leave_waiting_list': async (world) => ({ body: { token: await tokenOfEntry(world) } }),
  'public show_own_waiting_offer': async (world) => ({ body: { token: await tokenOfOffer(world) } }),
  'public take_waiting_offer': async (world) => ({ body: { token: await tokenOfOffer(world) } }),
  'public decline_waiting_offer': async (world) => ({ body: { token: await tokenOfOffer(world) } }),
  'b2b-v1 create_timetable_client_schedule': async ({ shop }) => ({ ids: { other_client_id: (await shop.addClient()).id } }),
  'b2b-v1 deprecated_create_team_member': async ({ shop }) => ({ ids: { user_id: (await shop.hire('worker')).id } }),
  'b2b-v1 create_timetable_schedule_day': async (world) => ({
    ids: { schedule_id: (await made(world, 'b2b-v1 create_timetable_event_schedule')).id },
    body: { day_of_week: 'fri', events_time: `${10 + (count++ % 12)}:00` },
  }),
  'b2b-v1 create_custom_field': async () => ({ body: { code: `fuzzed_${count++}` } }),
  'b2b-v2 reschedule_event_appointment': async (world) => {
    const { shop, ids } = world;
    const body = { activity_id: ids.event_id, client: { name: 'Ada', phone: somePhone() } };
    const { data } = await shop.call('POST', `/records/${shop.locationId}`, { body });
    return { ids: { appointment_id: data[0].id, record_id: data[0].id } };
  },
  'public authorize_online_booking_user': async ({ shop }) => {
    await givePassword(shop.owner.id);
    return { body: { login: shop.owner.email, password } };
  },
  'public log_in_with_phone_number_and_code': async ({ shop }) => {
    const phone = somePhone();
    await call('POST', `/book_code/${shop.locationId}`, {
      body: { phone },
      authorization: `Bearer ${shop.partner.token}`,
      headers: anywhere(),
    });
    return { body: { login: phone, password: await codeSentTo(phone) } };
  },
  // An address gets few codes.
  'public send_email_confirmation_code': async () => ({ query: { email: `fuzzed${process.pid}x${count++}@example.com` } }),
  'public update_booking_user': async () => ({ body: { phone: undefined, email: undefined, confirmation_code: undefined } }),
  'public update_booking_user_password': async ({ shop }) => ({
    body: { old_password: undefined, new_password: password },
    authorization: await signInClient(shop.partner, somePhone()),
  }),
  'public submit_feedback_form': async (world) => {
    const { shop, ids } = world;
    // A visit that has begun, and was not reviewed yet.
    const [appointment] = await made(world, 'b2b-v1 create_appointment', {
      staff_id: ids.team_member_id,
      services: [{ id: ids.service_id }],
      client: { id: ids.client_id },
      datetime: '2024-05-07T10:00:00',
      seance_length: 3600,
      save_if_busy: true,
    });
    return {
      ids: { record_token: basename(appointment.short_link) },
      body: { tips_amount: 0 },
      authorization: `Bearer ${shop.partner.token}`,
    };
  },
  'public update_online_booking_datetime': async (world) => ({
    ids: { record_id: world.ids.single_id as number },
    body: { datetime: freeHour(world) },
  }),
  'public create_online_booking': async (world) => ({ body: { appointments: [wish(world)] } }),
  'public validate_booking_params': async (world) => ({ body: { appointments: [wish(world)] } }),
};

const wish = (world: World) => ({
  id: 1,
  services: [world.ids.service_id],
  staff_id: world.ids.team_member_id,
  datetime: freeHour(world),
});

/** A request that the operation accepts, any number of times. */
export async function baseOf(world: World, built: Built): Promise<Base> {
  const { ids = {}, body, query, authorization } = (await news[keyOf(built)]?.(world)) ?? {};
  const all: Things = { ...world.ids, ...ids };
  const usual = bodyOf(built, all);
  return {
    ids: all,
    body: body ? JSON.parse(JSON.stringify({ ...usual, ...body })) : usual,
    query: { ...queryOf(built, all), ...query },
    authorization: authorization ?? callerOf(world, built),
    isNew: keyOf(built) in news,
  };
}
