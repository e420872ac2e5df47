import { beforeAll, describe, expect, test } from 'vitest';
import type { Flag } from '../src/api/access.ts';
import { chainRightNames } from '../src/domains/access/chain-rights.ts';
import { roles } from '../src/domains/access/permissions.ts';
import { type Built, builtOperations } from './every-operation.ts';
import { openShop, type Person } from './harness.ts';
import { type Need, rights } from './rights-table.ts';
import { destroys, inSpentWorld, keyOf, openWorld, requestIn, type World } from './world.ts';

const built = new Map(builtOperations.map((each) => [keyOf(each), each]));
const those = (pick: (need: Need) => unknown) =>
  Object.entries(rights).flatMap(([key, need]) => {
    const operation = built.get(key);
    return operation && pick(need) ? [[key, need, operation] as const] : [];
  });

test('the table of rights has every operation that is built, and no other', () => {
  expect(Object.keys(rights).toSorted()).toEqual([...built.keys()].toSorted());
});

const everyFlag = Object.entries(roles.owner.preset).flatMap(([name, value]) =>
  typeof value === 'boolean' ? [name as Flag] : [],
);
const nothing = Object.fromEntries(everyFlag.map((flag) => [flag, false]));
const only = (flags: readonly Flag[]) => ({ ...nothing, ...Object.fromEntries(flags.map((flag) => [flag, true])) });
const allBut = (flags: readonly Flag[]) => Object.fromEntries(flags.map((flag) => [flag, false]));

let world: World;
const people = new Map<string, Promise<Person>>();
/** A member of the shared world. Tests with the same permissions share one. */
function memberWithout(flags: readonly Flag[]): Promise<Person> {
  const key = flags.join();
  const known = people.get(key) ?? world.shop.hire('owner', allBut(flags));
  people.set(key, known);
  return known;
}

beforeAll(async () => {
  world = await openWorld();
});

/** Makes a request in the shared world, or in another one if it destroys something. */
const requestAs = (operation: Built, authorizationIn: (place: World) => Promise<string>) => {
  const attempt = async (place: World) => requestIn(place, operation, { authorization: await authorizationIn(place) });
  if (!destroys(operation)) return attempt(world);
  return inSpentWorld(attempt, ({ status }) => status === operation.operation.success.status);
};

describe('a member without the permission is refused:', () => {
  test.each(those((need) => need.flags.length || need.oneOf))('%s', async (_, { flags, oneOf }, operation) => {
    const lacking: (readonly Flag[])[] = [...flags.map((flag) => [flag]), ...(oneOf ? [oneOf] : [])];
    for (const flagsLeftOut of lacking) {
      const { authorization } = await memberWithout(flagsLeftOut);
      const answer = await requestIn(world, operation, { authorization });
      expect([flagsLeftOut, answer.status, answer.body?.success]).toEqual([flagsLeftOut, 403, false]);
    }
  });
});

describe('a member who has only the permission is accepted:', () => {
  test.each(those(({ caller }) => caller === 'member' || caller === 'public'))(
    '%s',
    async (_, { flags, oneOf = [], role }, operation) => {
      const sets = oneOf.length ? oneOf.map((flag) => [...flags, flag]) : [flags];
      for (const held of sets) {
        const answer = await requestAs(
          operation,
          async ({ shop }) => (await shop.hire(role ?? 'worker', only(held))).authorization,
        );
        expect([held, answer.status, answer.body?.meta?.message]).toEqual([
          held,
          operation.operation.success.status,
          answer.body?.meta?.message,
        ]);
      }
    },
  );
});

describe('a user of the chain', () => {
  const ofChain = those(({ caller }) => caller === 'chain');

  test.each(ofChain)('with the right, and no other, is accepted: %s', async (_, { chainRight }, operation) => {
    const place = destroys(operation) ? await openWorld() : world;
    // Nothing in the location counts in the chain.
    const { id, authorization } = await place.shop.hire('worker', nothing);
    const grant = (access: object) => place.shop.call('PUT', `/group/${place.shop.chainId}/users/${id}`, { body: { access } });
    expect((await requestIn(place, operation, { authorization })).status).toBe(404);
    await grant(Object.fromEntries(chainRightNames.map((right) => [right, right !== chainRight])));
    expect((await requestIn(place, operation, { authorization })).status).toBe(403);
    await grant(Object.fromEntries(chainRightNames.map((right) => [right, right === chainRight || right === 'clients_access'])));
    const { method, path } = operation.operation;
    const body = method === 'PUT' && path.includes('/users/') ? { access: { clients_access: false } } : undefined;
    expect((await requestIn(place, operation, { authorization, body })).status).toBe(operation.operation.success.status);
  });

  test.each(ofChain)(
    'who owns a location of the chain, and is no user of it, finds nothing: %s',
    async (_, { orMember }, operation) => {
      const { authorization } = await world.shop.hire('owner', orMember ? { [orMember]: false } : {});
      expect((await requestIn(world, operation, { authorization })).status).toBe(404);
    },
  );
});

describe('a member of a location of the chain with only the permission is accepted:', () => {
  test.each(those(({ orMember }) => orMember))('%s', async (_, { orMember }, operation) => {
    const { authorization } = await world.shop.hire('worker', only([orMember as Flag]));
    expect((await requestIn(world, operation, { authorization })).status).toBe(operation.operation.success.status);
  });
});

describe('only an owner is accepted, with any permissions:', () => {
  test.each(those(({ role }) => role === 'owner'))('%s', async (_, need, operation) => {
    const { authorization } = await world.shop.hire('manager', only(everyFlag));
    expect([need.role, (await requestIn(world, operation, { authorization })).status]).toEqual(['owner', 403]);
  });
});

describe('without a user there is no answer:', () => {
  test.each(those(({ caller }) => ['user', 'member', 'chain', 'client'].includes(caller)))('%s', async (_, __, operation) => {
    const authorization = `Bearer ${world.shop.partner.token}`;
    expect((await requestIn(world, operation, { authorization })).status).toBe(401);
  });
});

/** Other possible statuses of a request without a user, besides success: its data is invalid, or does not exist. */
const wrong = [400, 401, 404, 409, 422];

describe('a partner token is enough:', () => {
  test.each(those(({ caller }) => caller === 'partner' || caller === 'public'))('%s', async (key, _, operation) => {
    const answer = await requestAs(operation, async ({ shop }) => `Bearer ${shop.partner.token}`);
    const { status } = operation.operation.success;
    expect([key, [status, ...(operation.operation.method === 'GET' ? [] : wrong)]]).toEqual([
      key,
      expect.arrayContaining([answer.status]),
    ]);
  });
});

describe('a user without a location is enough:', () => {
  test.each(those(({ caller }) => caller === 'user'))('%s', async (_, __, operation) => {
    const { owner } = await openShop({ partner: world.shop.partner });
    const answer = await requestIn({ ...world, ids: { ...world.ids, token_id: 0 } }, operation, {
      authorization: owner.authorization,
    });
    expect(answer.status).not.toBe(403);
  });
});

describe("a client's token opens nothing of the back office:", () => {
  test.each(those(({ caller }) => ['member', 'user', 'chain'].includes(caller)))('%s', async (key, _, operation) => {
    // Clients review their own visits.
    if (key === 'b2b-v1 leave_comment') return;
    expect((await requestIn(world, operation, { authorization: world.client })).status).toBe(403);
  });
});
