import { beforeAll, describe, expect, test } from 'vitest';
import { type Shop, somePhone } from './harness.ts';
import { openSalon } from './salon.ts';

let salon: Awaited<ReturnType<typeof openSalon>>;
let shop: Shop;
let place: number;
beforeAll(async () => {
  salon = await openSalon();
  ({ shop, place } = salon);
});

const fieldsOf = (errors: object | object[]) => [errors].flat().flatMap((error) => Object.keys(error));

describe('a date at an end of the calendar', () => {
  const ends = ['9999-12-31 23:59:59', '0000-01-01', '0000-01-01 00:00:00', '+275760-09-13T00:00:00Z', '-271821-04-20'];

  test.each(['changed_after', 'changed_before'])('is refused as %s of the older list of clients', async (field) => {
    for (const text of ends) {
      const { status, meta } = await shop.call('GET', `/clients/${place}?${field}=${encodeURIComponent(text)}`);
      expect([text, status, fieldsOf(meta.errors)]).toEqual([text, 422, [field]]);
    }
  });

  test.each([
    ['record', (range: object) => ({ created: range })],
    ['birthday', (range: object) => range],
    ['client', (range: object) => ({ birthday: range })],
  ])('is refused in the filter %s of the search of clients', async (type, stateOf) => {
    // Birthdays may be of any year that has four digits.
    const wrong = type === 'record' ? ends : ends.filter((text) => !text.startsWith('9999'));
    for (const range of wrong.flatMap((text) => [{ from: text }, { to: text }])) {
      const body = { fields: ['id'], filters: [{ type, state: stateOf(range) }] };
      const answer = await shop.call('POST', `/company/${place}/clients/search`, { body });
      expect([range, answer.status, fieldsOf(answer.meta.errors)]).toEqual([range, 400, ['filters']]);
    }
  });
});

test('a fraction of an appointment is no number of appointments to search for', async () => {
  for (const range of [{ from: 0.3 }, { to: 0.3 }, { from: -1 }]) {
    const filters = [{ type: 'record', state: { records_count: range } }];
    const answer = await shop.call('POST', `/company/${place}/clients/search`, { body: { filters } });
    expect([answer.status, fieldsOf(answer.meta.errors)]).toEqual([400, ['filters']]);
  }
});

describe.each(['\ud800', 'x\udc00', 'a\u0000b'])('the text %j, which the database cannot store', (text) => {
  test('is refused in an appointment, in any field', async () => {
    for (const [field, fields] of [
      ['comment', { comment: text }],
      ['api_id', { api_id: text }],
      ['client.name', { client: { phone: somePhone(), name: text } }],
      ['custom_fields.x1', { custom_fields: { x1: text } }],
      ['custom_fields', { custom_fields: { [text]: 1 } }],
    ] as const) {
      const made = await salon.book(fields);
      expect([field, made.status, fieldsOf(made.meta.errors)]).toEqual([field, 422, [field]]);
    }
  });

  test('is refused in a change of an appointment', async () => {
    const { id } = await salon.booked({ save_if_busy: true });
    const body = salon.body({ custom_fields: { x1: text }, save_if_busy: true });
    const { status, meta } = await shop.call('PUT', `/record/${place}/${id}`, { body });
    expect([status, fieldsOf(meta.errors)]).toEqual([422, ['custom_fields.x1']]);
  });

  test('is refused in the links of a location', async () => {
    const { status, meta } = await shop.call('PUT', `/company/${place}`, { body: { social: { facebook: text } } });
    expect([status, fieldsOf(meta.errors)]).toEqual([422, ['social.facebook']]);
  });

  test('is refused by online booking', async () => {
    const appointment = { id: 1, services: [1], staff_id: 0, datetime: '2030-05-06T10:00:00' };
    const body = { phone: somePhone(), fullname: 'Ada', email: '', comment: text, appointments: [appointment] };
    const { status, meta } = await shop.call('POST', `/book_record/${place}`, { body });
    expect([status, fieldsOf(meta.errors)]).toEqual([422, ['comment']]);
  });
});

test('a NUL in a query is refused by the name of its field', async () => {
  const { status, meta } = await shop.call('GET', `/clients/${place}?fullname=a%00b`);
  expect([status, fieldsOf(meta.errors)]).toEqual([422, ['fullname']]);
});
