import { beforeAll, describe, expect, test } from 'vitest';
import { transactionOf } from '../src/api/operation.ts';
import { issueUserToken } from '../src/domains/access/users.ts';
import { type Built, builtOperations, callBuilt, pathOf, type Things, titled } from './every-operation.ts';
import { type Answer, openShop, type Person, type Shop, testDatabase } from './harness.ts';
import { rowsOfBusiness } from './rows.ts';
import { openWorld, queryOf, requestIn, type World } from './world.ts';

const those = (pick: (built: Built) => unknown) => builtOperations.filter(pick).map(titled);
const behindPartner = those(({ operation }) => operation.access.partner);
const behindUser = those(({ operation }) => operation.access.user === 'required');
const withOptionalUser = those(({ operation }) => operation.access.user === 'optional' && operation.access.partner);
const ofMembers = those(({ operation: { access } }) => access.located && access.user === 'required' && !access.clients);
/** Operations about one client, with any name of the parameter. */
const ofClients = those(
  ({ operation: { access, path } }) =>
    access.located &&
    access.user === 'required' &&
    (/\{client_id\}/.test(path) || /\/clients?\/\{location_id\}\/\{id\}$/.test(path)),
);
const located = those(({ operation }) => operation.access.located);
/**
 * Parameters that are no ids of a business: a choice of words, a number to check, a date. Applications and their payments belong to partners;
 * `marketplace.test.ts` says who may name them.
 */
const isNoThing =
  '(?:application_id|payment_id|location_id|company_id|phone|entity|field_category|lang_code|country_id|date|start_date|end_date)';
const lastThing = new RegExp(`(\\{(?!${isNoThing}\\})\\w+\\})(?!.*\\{(?!${isNoThing}\\})\\w+\\})`);
const ofThings = those(({ operation }) => new RegExp(`\\{(?!${isNoThing}\\})\\w+\\}`).test(operation.path));

let world: World;
let shop: Shop;
let stranger: Shop;
/** A business that the same partner is connected to. */
let colleague: Shop;
let ids: Things;
/** An owner who may work only from one address, which no test uses. */
let elsewhere: Person;
/** A member who sees only the clients of a team member who has none. */
let limited: Person;

beforeAll(async () => {
  [world, stranger] = await Promise.all([openWorld(), openShop()]);
  ({ shop, ids } = world);
  colleague = await openShop({ partner: shop.partner });
  elsewhere = await shop.hire('owner', { auth_enable_check_ip: true, auth_list_allowed_ip: ['192.0.2.7'] });
  limited = await shop.hire('owner', { clients_visit_master_id: await shop.addTeamMember() });
});

/** A request that would succeed for the owner. @param more additions to the query */
const request = (
  built: Built,
  ids: Things,
  authorization: string | undefined,
  more: Record<string, unknown> = {},
): Promise<Answer> => requestIn({ ...world, ids }, built, { authorization, query: { ...queryOf(built, ids), ...more } });

/** Nothing of the other business, of SQL or of the code may show in a refusal. */
function expectRefusal(answer: Answer, statuses: number[]): void {
  expect(statuses).toContain(answer.status);
  expect(answer.body).toMatchObject({ success: false, data: null });
  expect(typeof answer.meta.message).toBe('string');
  expect(JSON.stringify(answer.body)).not.toMatch(new RegExp(`${world.mark}|select |insert |node_modules|\\.ts:`, 'i'));
}

describe.each(behindPartner)('%s', (_, built) => {
  test('answers 401 without a partner token', async () => {
    expectRefusal(await request(built, ids, undefined), [401]);
    expectRefusal(await request(built, ids, 'Bearer wrong, User wrong'), [401]);
    expectRefusal(await request(built, ids, 'nonsense'), [401]);
  });
});

describe.each(behindUser)('%s', (_, built) => {
  test('answers 401 without a user token, and to a user of another partner', async () => {
    expectRefusal(await request(built, ids, `Bearer ${shop.partner.token}`), [401]);
    expectRefusal(await request(built, ids, `Bearer ${shop.partner.token}, User ${stranger.owner.token}`), [401]);
  });
});

/** Operations that send a code or book answer differently the second time. */
const onlyReads = withOptionalUser.filter(
  ([, { operation }]) => !operation.access.clients && transactionOf(operation) === 'read',
);
describe.each(onlyReads)('%s', (_, built) => {
  test('treats an owner who signed in for online booking like a caller without a user, for every request', async () => {
    const { db } = await testDatabase();
    const token = await issueUserToken(db, { userId: shop.owner.id, partnerId: shop.partner.id, scope: 'client' });
    const switches = Object.entries((built.operation.query?.properties ?? {}) as Record<string, { maximum?: number }>).filter(
      ([, { maximum }]) => maximum === 1,
    );
    for (const more of [[], ...switches.map((each) => [each]), switches]) {
      const query = Object.fromEntries(more.map(([name]) => [name, 1]));
      const asClient = await request(built, ids, `Bearer ${shop.partner.token}, User ${token}`, query);
      const asNobody = await request(built, ids, `Bearer ${shop.partner.token}`, query);
      expect([query, asClient.status, asClient.body]).toEqual([query, asNobody.status, asNobody.body]);
    }
  });
});

test('of the operations with an optional user, these accept a user who signed in for online booking', () => {
  const those = withOptionalUser.flatMap(([, { operation }]) => (operation.access.clients ? [operation.id] : []));
  expect([...new Set(those)].sort()).toEqual([
    'book_event',
    'create_online_booking',
    'delete_user_appointment',
    'get_online_booking_details',
    'get_user_appointment_list',
    'join_waiting_list',
    'submit_feedback_form',
  ]);
});

describe.each(located)('%s', (_, built) => {
  test('does not exist for a user of another business, nor for a partner without access', async () => {
    const before = await rowsOfBusiness(shop);
    expectRefusal(await request(built, ids, stranger.owner.authorization), [404]);
    if (built.operation.access.user === 'required')
      expectRefusal(await request(built, ids, colleague.owner.authorization), [404]);
    expectRefusal(
      await request(built, { ...ids, location_id: 2_000_000_000, company_id: 2_000_000_000 }, shop.owner.authorization),
      [404],
    );
    expect(await rowsOfBusiness(shop)).toBe(before);
  });
});

describe.each(ofMembers)('%s', (_, built) => {
  test('answers 403 to a member at an address that is not one of theirs', async () => {
    expectRefusal(await request(built, ids, elsewhere.authorization), [403]);
  });
});

describe.each(ofClients)('%s', (_, built) => {
  test('does not exist for a member limited to the clients of another team member', async () => {
    const before = await rowsOfBusiness(shop);
    expectRefusal(await request(built, ids, limited.authorization), [404]);
    expect(await rowsOfBusiness(shop)).toBe(before);
  });
});

describe.each(ofThings)('%s', (_, built) => {
  test('does not reach things of another business by their ids', async () => {
    const mine = { ...ids, location_id: stranger.locationId, company_id: stranger.locationId };
    if (built.operation.access.partner) expectRefusal(await request(built, mine, stranger.owner.authorization), [404]);
    // The address of a calendar is the secret itself, and names its location.
    else if (built.operation.id !== 'get_calendar_feed') expectRefusal(await request(built, mine, undefined), [404]);
  });

  test('answers 404 to an impossible id', async () => {
    const { operation } = built;
    const [, thing = ''] = lastThing.exec(operation.path) ?? [];
    // Where 0 stands for any, it names no object.
    const isAny = operation.params.properties[thing.slice(1, -1)]?.minimum === 0;
    for (const odd of ['abc', '0', '-1', '1.5', '99999999999', '%00', "1'--"].filter((each) => !isAny || each !== '0')) {
      const path = pathOf({ ...operation, path: operation.path.replace(lastThing, odd) }, ids);
      const answer = await callBuilt(built, path, { authorization: shop.owner.authorization });
      expect([404, 400]).toContain(answer.status);
    }
  });
});

test('the owner can still reach everything afterwards', async () => {
  // The owner is no client of the location.
  const ofOwners = ({ method, access }: Built['operation']) =>
    method === 'GET' && access.partner && !(access.located && access.clients);
  for (const built of builtOperations.filter(({ operation }) => ofOwners(operation))) {
    const answer = await request(built, ids, shop.owner.authorization);
    expect([built.operation.id, answer.status]).toEqual([built.operation.id, built.operation.success.status]);
  }
  expect(builtOperations.some(({ operation }) => transactionOf(operation) === 'write')).toBe(true);
});
