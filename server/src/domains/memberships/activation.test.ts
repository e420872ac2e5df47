import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openMembers } from '../../../test/members.ts';
import { beginStrictly } from '../../surfaces/changes.ts';
import { activateMemberships } from './activation.ts';
import { atMoment } from './state.ts';

test('what became active by itself is written down, as it was read before', async () => {
  const club = await openMembers();
  const { db, query } = await testDatabase();
  const type = await club.addType({
    autoactivation_time_in_days: 3,
    autoactivation_time_unit_id: 1,
    period: 1,
    period_unit_id: 3,
  });
  const [due, waiting] = [await club.issue(type.product), await club.issue(type.product)];
  await query({
    text: `update memberships set created_at = created_at - interval '9 days', activates_at = activates_at - interval '9 days' where id = $1`,
    values: [due.id],
  });
  const before = await club.seen(due.id);
  expect(before).toMatchObject({ status: { id: 2 }, activated_date: expect.any(String), expiration_date: expect.any(String) });
  const transact = beginStrictly(db, { userId: null, address: 'http://localhost' });
  await Promise.all([activateMemberships(transact), activateMemberships(transact)]);
  const rows = await query({
    text: 'select activated_at = activates_at as yes, expires_at is not null as ends from memberships where chain_id = $1 order by id',
    values: [club.shop.chainId],
  });
  expect(rows).toEqual([
    { yes: true, ends: true },
    { yes: null, ends: false },
  ]);
  expect(await club.seen(due.id)).toEqual(before);
  expect(await club.seen(waiting.id)).toMatchObject({ status: { id: 1 }, activated_date: null });
});

const zone = 'America/New_York';
const created = {
  period: 1,
  periodUnit: 'month',
  activatedAt: null,
  activatesAt: null,
  expiresAt: null,
  frozenAt: null,
  frozenUntil: null,
  frozenDays: 0,
} as const;

test.each([
  // Over the change to summer time on 2027-03-14, and back on 2027-11-07.
  ['2027-03-01T00:00:00-05:00', 'month', '2027-04-01T23:59:59-04:00'],
  ['2027-03-14T00:00:00-05:00', 'day', '2027-03-15T23:59:59-04:00'],
  ['2027-03-13T00:00:00-05:00', 'day', '2027-03-14T23:59:59-04:00'],
  ['2027-11-06T00:00:00-04:00', 'day', '2027-11-07T23:59:59-05:00'],
  // The end of a month, and a leap day.
  ['2028-01-31T00:00:00-05:00', 'month', '2028-02-29T23:59:59-05:00'],
  ['2028-02-29T00:00:00-05:00', 'year', '2029-02-28T23:59:59-05:00'],
] as const)('active from %s for a %s ends at %s', (from, periodUnit, end) => {
  const activatesAt = new Date(from);
  const row = { ...created, periodUnit, activatesAt };
  expect(atMoment(row, zone, activatesAt)).toMatchObject({ activatedAt: activatesAt, expiresAt: new Date(end) });
  expect(atMoment(row, zone, new Date(activatesAt.getTime() - 1))).toMatchObject({ activatedAt: null, expiresAt: null });
});
