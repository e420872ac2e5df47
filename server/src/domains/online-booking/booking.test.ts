import { and, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { somePhone, testDatabase } from '../../../test/harness.ts';
import { openOnlineSalon, signInClient } from '../../../test/online.ts';
import { setHours } from '../../../test/salon.ts';
import { toPercent } from '../../platform/money.ts';
import { services, serviceTeamMembers } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { messages } from '../notifications/tables.ts';
import { outbox } from '../outbox/tables.ts';

/** Why a client was refused, as the client reads it. */
const refusalsOf = (answer: { meta: { errors: { code: number; message: string }[] } }) =>
  answer.meta.errors.map(({ code, message }) => `${code} ${message}`);

/** The code that was sent last to a phone. */
async function codeSentTo(phone: string): Promise<number> {
  const { db } = await testDatabase();
  const rows = await db.select().from(messages).where(eq(messages.recipient, phone)).orderBy(messages.id);
  return Number(/\d{6}/.exec(rows.at(-1)?.text ?? '')?.[0]);
}

describe('booking', () => {
  test('makes an appointment of the client, with the price of the catalog, and tells of it', async () => {
    const { bookOnline, wish, shop, place, member, service } = await openOnlineSalon();
    const phone = somePhone();
    const { db } = await testDatabase();
    await db
      .update(services)
      .set({ discount: toPercent(10) })
      .where(eq(services.id, service));
    const wishes = [wish({ id: 7 })];
    const answer = await bookOnline(wishes, { phone, fullname: ' Zoë Łącka ', comment: 'Hello', api_id: 777, notify_by_sms: 6 });
    expect(answer.status).toBe(201);
    expect(answer.data).toEqual([{ id: 7, record_id: expect.any(Number), record_hash: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
    const [{ record_id }] = answer.data;
    const { data } = await shop.call('GET', `/record/${place}/${record_id}`);
    expect(data).toMatchObject({
      staff_id: member,
      date: '2030-05-06T10:00:00-04:00',
      seance_length: 3600,
      comment: 'Hello',
      online: true,
      api_id: '777',
      sms_remain_hours: 6,
      services: [{ id: service, first_cost: 30, discount: 10, cost: 27 }],
      client: { name: 'Zoë Łącka' },
    });
    const told = await db.select().from(outbox).where(eq(outbox.locationId, place));
    expect(
      told.filter(({ resource }) => ['record', 'client'].includes(resource)).map(({ resource, status }) => [resource, status]),
    ).toEqual(
      expect.arrayContaining([
        ['client', 'create'],
        ['record', 'create'],
      ]),
    );
  });

  test('knows a client by the phone in any spelling, and leaves the card as it is', async () => {
    const { bookOnline, wish, shop, place } = await openOnlineSalon();
    const client = await shop.addClient({ name: 'Ada Lovelace', phone: '+16462000001' });
    const answer = await bookOnline([wish()], { phone: '(646) 200-0001', fullname: 'Somebody else', email: 'x@example.com' });
    const { data } = await shop.call('GET', `/record/${place}/${answer.data[0].record_id}`);
    expect(data.client).toMatchObject({ id: client.id, name: 'Ada Lovelace', email: '' });
  });

  test('of several appointments is all or nothing', async () => {
    const { bookOnline, wish, booked, shop, place } = await openOnlineSalon();
    await booked({ datetime: '2030-05-06T12:00:00' });
    const wishes = [
      wish({ id: 1 }),
      wish({ id: 2, datetime: '2030-05-06T12:00:00' }),
      wish({ id: 3, datetime: '2030-05-06T14:00:00' }),
    ];
    const refused = await bookOnline(wishes);
    expect(refused.status).toBe(422);
    expect(refused.meta.errors).toEqual([{ code: 433, message: 'This time is not available.', id: 2 }]);
    expect((await shop.call('GET', `/records/${place}`)).meta.total_count).toBe(1);
    const answer = await bookOnline(wishes.filter(({ id }) => id !== 2));
    expect(answer.data.map(({ id }: { id: number }) => id)).toEqual([1, 3]);
  });

  test('of any team member falls to the least busy one', async () => {
    const { bookOnline, wish, shop, place, service, member, link } = await openOnlineSalon();
    const other = await shop.addTeamMember();
    await link(other, service);
    await setHours(shop, other, ['2030-05-06']);
    const served: number[] = [];
    for (const time of ['10:00', '12:00', '14:00', '16:00']) {
      const answer = await bookOnline([wish({ staff_id: 0, datetime: `2030-05-06T${time}:00` })]);
      const { data } = await shop.call('GET', `/record/${place}/${answer.data[0].record_id}`);
      served.push(data.staff_id);
    }
    expect(served).toEqual([member, other, member, other]);
  });

  test('checks the same as book_check, which locks nothing', async () => {
    const { post, wish, bookOnline, place, booked } = await openOnlineSalon();
    const check = (wishes: unknown[]) => post(`/book_check/${place}`, { appointments: wishes });
    expect((await check([wish()])).status).toBe(201);
    expect((await check([wish()])).body).toEqual({ success: true, data: null, meta: { message: 'Created' } });
    await booked({ datetime: '2030-05-06T10:30:00' });
    const [checked, refused] = [await check([wish()]), await bookOnline([wish()])];
    expect(checked.status).toBe(422);
    expect(refused.meta.errors).toEqual(checked.meta.errors);
  });
});

describe('a refusal carries the published code', () => {
  test('431 for an invalid phone number, 435 without a name', async () => {
    const { bookOnline, wish, post, place } = await openOnlineSalon();
    expect(refusalsOf(await bookOnline([wish()], { phone: '12' }))).toEqual(['431 The phone number is wrong.']);
    expect(refusalsOf(await bookOnline([wish()], { fullname: '  ' }))).toEqual(['435 Tell us your name.']);
    expect(refusalsOf(await post(`/book_record/${place}`, { fullname: 'Ada', appointments: [wish()] }))).toEqual([
      '431 phone is required',
    ]);
    expect(refusalsOf(await post(`/book_record/${place}`, { phone: somePhone(), appointments: [wish()] }))).toEqual([
      '435 fullname is required',
    ]);
  });

  test('433 when the team member is busy, does not work, in the past and off the grid', async () => {
    const { bookOnline, wish, booked } = await openOnlineSalon();
    await booked({ datetime: '2030-05-06T10:00:00' });
    for (const datetime of [
      '2030-05-06T10:30:00',
      '2030-05-06T17:15:00',
      '2030-05-10T10:00:00',
      '2020-05-06T10:00:00',
      '2030-05-06T12:07:00',
    ]) {
      const answer = await bookOnline([wish({ datetime })]);
      expect([answer.status, refusalsOf(answer)], datetime).toEqual([422, ['433 This time is not available.']]);
    }
  });

  test('434 (403) for a client on the black list, at any time', async () => {
    const { bookOnline, wish, shop } = await openOnlineSalon();
    const phone = somePhone();
    await shop.addClient({ phone, importance_id: 2 });
    const answer = await bookOnline([wish()], { phone });
    expect([answer.status, refusalsOf(answer)]).toEqual([403, ['434 You cannot book online here. Please call us.']]);
  });

  test('436 when nobody is free', async () => {
    const { bookOnline, wish, booked, setBooking } = await openOnlineSalon();
    await booked({ datetime: '2030-05-06T10:00:00' });
    expect(refusalsOf(await bookOnline([wish({ staff_id: 0 })]))).toEqual(['436 No team member is free at this time.']);
    await setBooking({ any_master: false });
    expect(refusalsOf(await bookOnline([wish({ staff_id: 0, datetime: '2030-05-06T14:00:00' })]))).toEqual([
      '436 Choose a team member.',
    ]);
  });

  test('437 when two of the same request overlap', async () => {
    const { bookOnline, wish } = await openOnlineSalon();
    const answer = await bookOnline([wish({ id: 1 }), wish({ id: 5, datetime: '2030-05-06T10:45:00' })]);
    expect(answer.meta.errors).toEqual([{ code: 437, message: 'Overlaps another appointment of this request.', id: 5 }]);
  });

  test('438 for services that are not online, of the team member or at all, and 422 without any', async () => {
    const { bookOnline, wish, shop, service, member } = await openOnlineSalon();
    const unlinked = await shop.addService();
    const notGiven = '438 The team member does not give these services online.';
    expect(refusalsOf(await bookOnline([wish({ services: [unlinked] })]))).toEqual([notGiven]);
    expect(refusalsOf(await bookOnline([wish({ services: [service + 100_000] })]))).toEqual([
      `438 Service ${service + 100_000} cannot be booked online.`,
    ]);
    expect(refusalsOf(await bookOnline([wish({ staff_id: member + 100_000 })]))).toEqual([notGiven]);
    expect(refusalsOf(await bookOnline([wish({ services: [] })]))).toEqual(['422 Choose at least one service.']);
    const { db } = await testDatabase();
    await db
      .update(serviceTeamMembers)
      .set({ isOnline: false })
      .where(and(eq(serviceTeamMembers.serviceId, service), eq(serviceTeamMembers.teamMemberId, member)));
    expect(refusalsOf(await bookOnline([wish()]))).toEqual([notGiven]);
  });

  test('432 for a wrong code where phones are confirmed; the right one books once', async () => {
    const { bookOnline, wish, post, place, setBooking } = await openOnlineSalon();
    await setBooking({ confirm_number: true });
    const phone = somePhone();
    expect((await post(`/book_code/${place}`, { phone })).status).toBe(201);
    const code = await codeSentTo(phone);
    expect(refusalsOf(await bookOnline([wish()], { phone }))).toEqual(['432 The code is wrong or too old.']);
    expect(refusalsOf(await bookOnline([wish()], { phone, code: code === 100_000 ? 100_001 : code - 1 }))).toEqual([
      '432 The code is wrong or too old.',
    ]);
    expect((await bookOnline([wish()], { phone, code })).status).toBe(201);
    expect(refusalsOf(await bookOnline([wish({ datetime: '2030-05-06T12:00:00' })], { phone, code }))).toEqual([
      '432 The code is wrong or too old.',
    ]);
  });

  test('and a signed-in client needs no code for the own phone', async () => {
    const { bookOnline, wish, shop, setBooking } = await openOnlineSalon();
    await setBooking({ confirm_number: true });
    const phone = somePhone();
    const authorization = await signInClient(shop.partner, phone);
    expect((await bookOnline([wish()], { phone }, { authorization })).status).toBe(201);
    const others = await bookOnline([wish({ datetime: '2030-05-06T12:00:00' })], { phone: somePhone() }, { authorization });
    expect(refusalsOf(others)).toEqual(['432 The code is wrong or too old.']);
  });
});

describe('custom fields', () => {
  test('are filled in by clients as far as they may', async () => {
    const { bookOnline, wish, shop, place } = await openOnlineSalon();
    for (const [code, user_can_edit] of [
      ['pet', true],
      ['secret', false],
    ] as const) {
      await shop.call('POST', `/custom_fields/record/${place}`, {
        body: { type: 'text', code, title: code, user_can_edit, show_in_ui: true },
      });
    }
    const refused = await bookOnline([wish({ custom_fields: { secret: 'x', unknown: 'y' } })]);
    expect(refused.status).toBe(422);
    expect(refused.meta.errors.map((each: object) => Object.keys(each)[0])).toEqual([
      'custom_fields.secret',
      'custom_fields.unknown',
    ]);
    const answer = await bookOnline([wish({ custom_fields: { pet: '007' } })]);
    const { data } = await shop.call('GET', `/record/${place}/${answer.data[0].record_id}`);
    expect(data.custom_fields).toMatchObject({ pet: '007' });
  });
});

describe('places in a group event', () => {
  test('are booked until there are none left', async () => {
    const { post, place, addEvent, shop } = await openOnlineSalon();
    const event = await addEvent({ capacity: 2 });
    const book = (fields: object = {}) =>
      post(`/activity/${place}/${event.id}/book`, { fullname: 'Ada', phone: somePhone(), email: 'ada@example.com', ...fields });
    const first = await book();
    expect([first.status, first.data]).toEqual([200, { id: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
    expect((await book()).status).toBe(200);
    const full = await book();
    expect([full.status, full.meta.message]).toEqual([422, 'The event has 0 free places']);
    expect((await shop.call('GET', `/record/${place}/${first.data.id}`)).data).toMatchObject({
      activity_id: event.id,
      online: true,
    });
  });

  test('one client has no more than the location allows, also in two requests', async () => {
    const { post, place, addEvent, setBooking } = await openOnlineSalon();
    await setBooking({ activity_online_record_clients_count_max: 3 });
    const event = await addEvent({ capacity: 10 });
    const phone = somePhone();
    const book = (clients_count: number) =>
      post(`/activity/${place}/${event.id}/book`, { fullname: 'Ada', phone, email: 'ada@example.com', clients_count });
    expect((await book(4)).meta.errors).toEqual([{ clients_count: ['must be at most 3 for one client'] }]);
    const statuses = (await Promise.all([book(2), book(2)])).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 422]);
  });

  test('of an event that began or is unknown cannot be booked', async () => {
    const { post, place, addEvent } = await openOnlineSalon();
    const body = { fullname: 'Ada', phone: somePhone(), email: 'ada@example.com' };
    const past = await addEvent({ date: '2020-05-06 14:00', force: true });
    const refused = await post(`/activity/${place}/${past.id}/book`, body);
    expect([refused.status, refusalsOf(refused)]).toEqual([422, ['433 This event cannot be booked any more.']]);
    expect((await post(`/activity/${place}/${past.id + 100_000}/book`, body)).status).toBe(404);
  });
});

describe('unknown data', () => {
  test('is not revealed: an unknown phone and the phone of a client get the same answers', async () => {
    const { bookOnline, wish, shop } = await openOnlineSalon();
    const phone = somePhone();
    await shop.addClient({ phone });
    const [known, unknown] = [
      await bookOnline([wish({ datetime: '2020-01-01T10:00:00' })], { phone }),
      await bookOnline([wish({ datetime: '2020-01-01T10:00:00' })]),
    ];
    expect(known.body).toEqual(unknown.body);
    const { db } = await testDatabase();
    expect(await db.$count(clients, eq(clients.locationId, shop.locationId))).toBe(1);
  });
});
