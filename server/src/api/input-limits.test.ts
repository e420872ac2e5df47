import { describe, expect, test } from 'vitest';
import { call } from '../../test/harness.ts';

const authorization = 'Bearer any-partner, User any-user';
const mock = (surface: string) => `//_mock/en/${surface}/openapi`;

const replaceSeat = (body: unknown) =>
  call('PUT', `${mock('b2b-v2')}/locations/1/events/1/appointments/1`, {
    authorization,
    body,
    headers: { accept: 'application/vnd.api.v2+json' },
  });

const emptyItems = (count: number) => Array.from({ length: count }, () => ({}));

describe('the cost of a refusal', () => {
  test('a list that is too long is refused without a look at its items', async () => {
    const body = { appointments: emptyItems(20_000), phone: '13155550175', fullname: 'Ada', email: 'ada@example.com' };
    const answer = await call('POST', `${mock('public')}/book_check/1`, { authorization, body });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors).toEqual([{ appointments: ['must NOT have more than 20 items'] }]);
  });

  test('a list without a declared maximum has at most 1000 items', async () => {
    const send = (count: number) =>
      call('POST', `${mock('b2b-v1')}/service_categories/1`, {
        authorization,
        body: { title: 'Nails', staff: Array.from({ length: count }, () => 1) },
      });
    expect((await send(1000)).status).toBe(201);
    expect((await send(1001)).meta.errors).toEqual([{ staff: ['must NOT have more than 1000 items'] }]);
  });

  test('of a large body the first error is reported, of a small one all', async () => {
    const messages = async (count: number) =>
      (await replaceSeat({ attendance_good_items: emptyItems(count) })).meta.errors.length;
    expect(await messages(1000)).toBe(1);
    expect(await messages(2)).toBeGreaterThan(10);
  });

  test('the names of fields that were sent are cut in messages', async () => {
    const custom_fields = { ['x'.repeat(5000)]: {} };
    const body = {
      appointments: [{ id: 1, staff_id: 1, datetime: '2030-01-01T10:00:00', custom_fields }],
      phone: '13155550175',
      fullname: 'Ada',
      email: 'ada@example.com',
    };
    const answer = await call('POST', `${mock('public')}/book_record/1`, { authorization, body });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.meta)).toMatch(/appointments\.0\.custom_fields\.x{171}[^x]/);
  });
});
