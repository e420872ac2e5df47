import { beforeAll, describe, expect, test } from 'vitest';
import { contradictions } from './consistency.ts';
import { builtOperations } from './every-operation.ts';
import type { Answer } from './harness.ts';
import { toldBy } from './outbox.ts';
import { silent, told } from './outbox-table.ts';
import { callerOf, destroys, keyOf, openWorld, requestIn, type World } from './world.ts';

const writing = builtOperations.filter(({ operation }) => operation.method !== 'GET');

test('the table has every operation that may write, and no other', () => {
  expect([...Object.keys(told), ...silent].toSorted()).toEqual(writing.map(keyOf).toSorted());
});

/** The place of an entry's object in the world. */
const subjects: Record<string, readonly string[]> = {
  record: ['record_id', 'single_id', 'guest_id', 'sold_record_id'],
  client: ['client_id', 'other_client_id'],
  service: ['service_id'],
  service_category: ['Services.id', 'empty_category_id'],
  staff: ['team_member_id', 'other_member_id'],
  schedule: ['team_member_id'],
  goods_operations_sale: ['Inventory.transaction_id'],
  good: ['product_id', 'other_product_id', 'restored_product_id'],
  finances_operation: ['transaction_id', 'payment_transaction_id'],
};

let shared: World;

beforeAll(async () => {
  shared = await openWorld();
});

describe('integrations are notified of each change, once, and of nothing else:', () => {
  test.each(writing.map((built) => [keyOf(built), built] as const))('%s', async (key, built) => {
    // Of two operations that make the same change, the second one would publish nothing.
    const world = destroys(built) || built.operation.id === 'update_event' ? await openWorld() : shared;
    const { locationId, owner } = world.shop;
    let answer: Answer | undefined;
    const entries = await toldBy(locationId, async () => {
      answer = await requestIn(world, built);
    });
    const named = entries.map(({ resource, status, resourceId }) => {
      const name = subjects[resource]?.find((each) => world.ids[each] === resourceId);
      return `${resource} ${status} ${name ?? 'new'}`;
    });
    expect(named).toEqual(told[key] ?? []);
    if (answer && answer.status >= 300) expect(named).toEqual([]);
    for (const { resource, resourceId, userId, data } of entries) {
      if (resource !== 'schedule') expect(data[resource === 'good' ? 'good_id' : 'id']).toBe(resourceId);
      expect(userId === owner.id).toBe(callerOf(world, built) === owner.authorization);
    }
    expect(await contradictions(locationId)).toEqual([]);
  });
});
