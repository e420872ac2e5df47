import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual as isEqual } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { takesKeys } from '../src/api/operation.ts';
import { endOfTrail, expectRecorded } from './audit.ts';
import { leavesNoEntry } from './audit-table.ts';
import { contradictions } from './consistency.ts';
import { builtOperations, mayWrite } from './every-operation.ts';
import type { Answer } from './harness.ts';
import { toldBy } from './outbox.ts';
import { silent, told } from './outbox-table.ts';
import { rowsOfBusiness } from './rows.ts';
import { bodyOf, callerOf, destroys, inSpentWorld, keyOf, openWorld, queryOf, requestIn, type World } from './world.ts';

const writing = builtOperations.filter(mayWrite);

test('the table has every operation that may write, and no other', () => {
  expect([...Object.keys(told), ...silent].toSorted()).toEqual(writing.map(keyOf).toSorted());
});

test('operations that leave no entry in the audit trail are listed once, and exist', () => {
  const listed = Object.values(leavesNoEntry).flat();
  expect(listed.filter((key) => !writing.some((built) => keyOf(built) === key))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});

/** The place of an entry's object in the world. */
const subjects: Record<string, readonly string[]> = {
  salon: ['location_id'],
  record: ['record_id', 'single_id', 'guest_id', 'sold_record_id'],
  client: ['client_id', 'other_client_id'],
  service: ['service_id', 'composite_service_id'],
  service_category: ['Services.id', 'empty_category_id'],
  staff: ['team_member_id', 'other_member_id'],
  schedule: ['team_member_id'],
  goods_operations_sale: ['Inventory.transaction_id'],
  good: [
    'product_id',
    'other_product_id',
    'restored_product_id',
    'membership_product_id',
    'spare_membership_product_id',
    'gift_product_id',
  ],
  finances_operation: ['transaction_id', 'payment_transaction_id'],
  loyalty_card: ['card_id'],
};

/** They end the access that a repetition needs, so it is refused before the key is looked up. */
const endAccess: Record<string, number> = { 'b2b-v1 delete_location': 404, 'b2b-v1 delete_user_token': 401 };

/** Refused in this world. `src/api/idempotency.test.ts` repeats them. */
const refused = [
  'public create_online_booking',
  'public submit_feedback_form',
  'public update_booking_user',
  'public update_online_booking_datetime',
];

test('these ignore idempotency keys: they write nothing, answer with a token, use a link that works once, end the session, or are a GET', () => {
  const those = writing.filter(({ operation }) => !takesKeys(operation)).map(keyOf);
  expect(those.toSorted()).toEqual([
    'b2b-v1 accept_user_invitation',
    'b2b-v1 authorize_user',
    'b2b-v1 enable_team_member_tips',
    'b2b-v1 get_client_list',
    'b2b-v1 join_location',
    'b2b-v1 request_password_reset',
    'b2b-v1 reset_password',
    'b2b-v1 search_client_visits',
    'b2b-v1 show_user_invitation',
    'b2b-v1 update_user_password',
    'developers create_marketplace_partner_token',
    'developers renew_marketplace_user_token',
    'developers send_test_webhook',
    'public authorize_online_booking_user',
    'public decline_waiting_offer',
    'public leave_waiting_list',
    'public log_in_with_phone_number_and_code',
    'public show_own_waiting_entry',
    'public show_own_waiting_offer',
    'public take_waiting_offer',
    'public update_booking_user_password',
    'public validate_booking_params',
  ]);
});

let shared: World;

beforeAll(async () => {
  shared = await openWorld();
});

describe('integrations are notified of each change, once, and of nothing else, also if the request is repeated with its key, and the audit trail has it with its author:', () => {
  test.each(writing.map((built) => [keyOf(built), built] as const))('%s', async (key, built) => {
    const attempt = async (world: World) => {
      const same = {
        body: bodyOf(built, world.ids),
        query: queryOf(built, world.ids),
        headers: { 'idempotency-key': randomUUID() },
      };
      const end = await endOfTrail(world.shop.locationId);
      let answer: Answer | undefined;
      const entries = await toldBy(world.shop.locationId, async () => {
        answer = await requestIn(world, built, same);
      });
      const named = entries.map(({ resource, status, resourceId }) => {
        const name = subjects[resource]?.find((each) => world.ids[each] === resourceId);
        return `${resource} ${status} ${name ?? 'new'}`;
      });
      return { world, same, end, answer, entries, named };
    };
    const expected = told[key] ?? [];
    // Of two operations that make the same change, the second one publishes nothing.
    const changesAgain = destroys(built) || built.operation.id === 'update_event';
    const { world, same, end, answer, entries, named } = await (changesAgain
      ? inSpentWorld(attempt, (made) => made.answer !== undefined && made.answer.status < 300 && isEqual(made.named, expected))
      : attempt(shared));
    const { locationId, owner } = world.shop;
    expect(named).toEqual(expected);
    if (answer && answer.status >= 300) expect(named).toEqual([]);
    for (const { resource, resourceId, userId, data } of entries) {
      if (resource !== 'schedule') expect(data[resource === 'good' ? 'good_id' : 'id']).toBe(resourceId);
      expect(userId === owner.id).toBe(callerOf(world, built) === owner.authorization);
    }
    await expectRecorded(world, built, answer as Answer, end);
    expect(await contradictions(locationId)).toEqual([]);

    if (!answer || !takesKeys(built.operation)) return;
    if (refused.includes(key)) return expect(answer.status).toBe(422);
    expect(answer.status).toBeLessThan(300);
    const rows = await rowsOfBusiness(world.shop);
    const repeated = await requestIn(world, built, same);
    expect(await rowsOfBusiness(world.shop)).toBe(rows);
    const { status, body, headers } = repeated;
    if (endAccess[key]) return expect(status).toBe(endAccess[key]);
    expect([status, body, headers.get('idempotent-replayed')]).toEqual([answer.status, answer.body, 'true']);
    expect(headers.get('content-type')).toBe(answer.headers.get('content-type'));
    expect(answer.headers.get('idempotent-replayed')).toBeNull();
  });
});
