import { expect, test } from 'vitest';
import { watchedBusiness } from './watched-business.ts';

const watched = watchedBusiness();

const slots = [
  { from: '09:00', to: '13:00' },
  { from: '14:00', to: '18:00' },
];

test('nobody waits while the largest schedule is set', { timeout: 240_000 }, async () => {
  const path = `/company/${watched.business.place}/staff/schedule`;
  const setting = (count: number) => ({
    schedules_to_set: watched.business.members.slice(0, count).map((id) => ({ team_member_id: id, dates: watched.year, slots })),
  });
  // 50,000 days are the most.
  expect(await watched.expectNobodyWaits(() => [{ method: 'PUT', path, body: setting(136) }])).toBe(200);
  expect(await watched.expectNobodyWaits(() => [{ method: 'PUT', path, body: setting(200) }])).toBe(422);
});

test('nobody waits while a schedule is refused that names each day a thousand times', { timeout: 240_000 }, async () => {
  const schedule = { team_member_id: watched.business.members[0], dates: watched.year.slice(0, 120), slots: slots.slice(0, 1) };
  const body = { schedules_to_set: Array.from({ length: 1000 }, () => schedule) };
  const path = `/company/${watched.business.place}/staff/schedule`;
  expect(await watched.expectNobodyWaits(() => [{ method: 'PUT', path, body }])).toBe(422);
});

test('nobody waits while 10,000 clients are added', { timeout: 240_000 }, async () => {
  const path = `/clients/${watched.business.place}/bulk`;
  const client = (attempt: number, index: number) => ({
    name: 'Ada',
    surname: `Lovelace ${index}`,
    phone: `+1646${2_000_000 + attempt * 10_000 + index}`,
    email: `ada${index}@example.com`,
    categories: [1, 2, 3],
  });
  const clients = (attempt: number) => Array.from({ length: 10_000 }, (_, index) => client(attempt, index));
  expect(await watched.expectNobodyWaits((attempt) => [{ method: 'POST', path, body: clients(attempt) }])).toBe(200);
});
