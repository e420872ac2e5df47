import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { call, openShop, somePhone, testDatabase } from '../../../test/harness.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { events } from '../appointments/tables.ts';
import { serviceResources, serviceTeamMembers } from '../catalog/tables.ts';
import { teamMembers } from '../team/tables.ts';

const ids = (rows: { id: number }[]) => rows.map(({ id }) => id);

describe('the search for events', () => {
  it('counts the events of all pages, on each of them and behind the last', async () => {
    const { shop, place, addEvent } = await openSalon();
    const [first, second, third] = [
      await addEvent({ date: '2030-05-06 10:00' }),
      await addEvent({ date: '2030-05-07 10:00' }),
      await addEvent({ date: '2030-05-08 10:00' }),
    ];
    const page = async (query: string) => {
      const { data, meta } = await shop.call('GET', `/activity/${place}/search?from=2030-05-01&till=2030-05-31&${query}`);
      return [ids(data), meta.count];
    };
    expect(await page('count=2&page=1')).toEqual([[first.id, second.id], 3]);
    expect(await page('count=2&page=2')).toEqual([[third.id], 3]);
    expect(await page('count=2&page=3')).toEqual([[], 3]);
    expect(await page('count=3&page=1')).toEqual([[first.id, second.id, third.id], 3]);
  });

  it('has events of the same time in the order of creation', async () => {
    const { shop, place, addEvent } = await openSalon();
    const made = [await addEvent(), await addEvent({ force: true }), await addEvent({ force: true })];
    const { data } = await shop.call('GET', `/activity/${place}/search?from=2030-05-06&till=2030-05-06`);
    expect(ids(data)).toEqual(ids(made));
  });

  it('has both dates, whole, and nothing that was deleted', async () => {
    const { shop, place, member, addEvent } = await openSalon();
    await setHours(shop, member, ['2030-05-05', '2030-05-06', '2030-05-07', '2030-05-08'], [{ from: '00:00', to: '24:00' }]);
    const at = async (date: string) => (await addEvent({ date, length: 900 })).id as number;
    await at('2030-05-05 23:45');
    const [first, last] = [await at('2030-05-06 00:00'), await at('2030-05-07 23:45')];
    await at('2030-05-08 00:00');
    const range = 'from=2030-05-06&till=2030-05-07';
    const found = async () => ids((await shop.call('GET', `/activity/${place}/search?${range}`)).data);
    expect(await found()).toEqual([first, last]);
    await shop.call('DELETE', `/activity/${place}/${last}`);
    expect(await found()).toEqual([first]);
    expect((await shop.call('GET', `/activity/${place}/search_dates?${range}`)).data).toEqual(['2030-05-06']);
  });

  it('finds events with at least this many free places', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent({ capacity: 3 });
    await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { name: 'Ada' } } });
    const found = async (capacity: number) => {
      const filter = `filter[from]=2030-05-01 00:00:00&filter[to]=2030-05-31 00:00:00&filter[capacity]=${capacity}`;
      const headers = { accept: 'application/vnd.api.v2+json' };
      const { authorization } = shop.owner;
      const { body } = await call('GET', `//api/v2/locations/${place}/events?${filter}`, { authorization, headers });
      return body.data.length;
    };
    expect([await found(0), await found(2), await found(3)]).toEqual([1, 1, 0]);
  });

  it('narrows the range of dates as it does the list', async () => {
    const { shop, place, addEvent } = await openSalon();
    const other = await shop.addTeamMember();
    await setHours(shop, other, ['2030-05-09']);
    await addEvent();
    await addEvent({ date: '2030-05-08 10:00' });
    await addEvent({ date: '2030-05-09 10:00', staff_id: other });
    const range = async (query = '') => (await shop.call('GET', `/activity/${place}/search_dates_range?${query}`)).data;
    expect(await range()).toEqual({ min_date: '2030-05-06', max_date: '2030-05-09' });
    expect(await range(`staff_ids[]=${other}`)).toEqual({ min_date: '2030-05-09', max_date: '2030-05-09' });
    expect(await range('staff_ids[]=1')).toEqual({ min_date: null, max_date: null });
  });
});

describe('the possible filters of events', () => {
  /** Two coming events: Basil cuts hair in a room, Cecilia teaches yoga in the garden. */
  async function openTwo() {
    const salon = await openSalon();
    const { shop, place, addEvent } = salon;
    const cecilia = await shop.addTeamMember({ name: 'Cecilia' });
    await setHours(shop, cecilia, ['2030-05-06', '2030-05-07']);
    const yoga = await shop.addService({ title: 'Yoga' });
    const [room, garden] = [await shop.addResource('Room', 2), await shop.addResource('Garden', 1)];
    const haircut = await addEvent({ resource_instance_ids: room.instanceIds });
    const lesson = await addEvent({ staff_id: cecilia, service_id: yoga, resource_instance_ids: garden.instanceIds });
    const choices = async (query = '') => {
      const { data } = await shop.call('GET', `/activity/${place}/filters?${query}`);
      const of = (code: string) =>
        data
          .find((each: { code: string }) => each.code === code)
          .data.map(({ title, is_disabled }: { title: string; is_disabled: boolean }) => (is_disabled ? `(${title})` : title));
      return { staff: of('staff'), services: of('service'), categories: of('service_category'), resources: of('resource') };
    };
    return { ...salon, cecilia, yoga, room, garden, haircut, lesson, choices };
  }

  it('are the values of the future events, each once', async () => {
    const { choices, addEvent } = await openTwo();
    await addEvent({ date: '2030-05-07 10:00' });
    expect(await choices()).toEqual({
      staff: ['Basil', 'Cecilia'],
      services: ['Haircut', 'Yoga'],
      categories: ['Hair', 'Hair'],
      resources: ['Room', 'Garden'],
    });
  });

  it('is left as far as the other filters leave it', async () => {
    const { choices, cecilia, member, room, service } = await openTwo();
    expect(await choices(`staff_ids[]=${cecilia}`)).toEqual({
      staff: ['Basil', 'Cecilia'],
      services: ['(Haircut)', 'Yoga'],
      categories: ['(Hair)', 'Hair'],
      resources: ['(Room)', 'Garden'],
    });
    expect(await choices(`resource_ids[]=${room.id}`)).toEqual({
      staff: ['Basil', '(Cecilia)'],
      services: ['Haircut', '(Yoga)'],
      categories: ['Hair', '(Hair)'],
      resources: ['Room', 'Garden'],
    });
    expect((await choices(`staff_ids[]=${cecilia}&staff_ids[]=${member}&service_ids[]=${service}`)).resources).toEqual([
      'Room',
      '(Garden)',
    ]);
  });

  it('keep a value if one of several events loses it, the first or the last', async () => {
    const { choices, addEvent, cecilia, yoga, service } = await openTwo();
    // Cecilia cuts hair, too: later than her yoga.
    await addEvent({ date: '2030-05-07 10:00', staff_id: cecilia });
    expect((await choices(`service_ids[]=${yoga}`)).staff).toEqual(['(Basil)', 'Cecilia']);
    expect((await choices(`service_ids[]=${service}`)).staff).toEqual(['Basil', 'Cecilia']);
  });

  it('has nothing of events that are over or deleted', async () => {
    const { choices, haircut, lesson, shop, place } = await openTwo();
    const { db } = await testDatabase();
    await db
      .update(events)
      .set({ startsAt: new Date(Date.now() - 60_000) })
      .where(eq(events.id, haircut.id));
    expect(await choices()).toMatchObject({ staff: ['Cecilia'], services: ['Yoga'], resources: ['Garden'] });
    await shop.call('DELETE', `/activity/${place}/${lesson.id}`);
    expect(await choices()).toEqual({ staff: [], services: [], categories: [], resources: [] });
  });
});

describe('the services for groups', () => {
  it('come by weight, then by creation, and are neither individual nor deleted services', async () => {
    const shop = await openShop();
    const group = { isGroup: true, capacity: 5 };
    const [light, heavy, alsoLight] = [
      await shop.addService({ ...group, title: 'Pilates', weight: 1 }),
      await shop.addService({ ...group, title: 'Yoga', weight: 9 }),
      await shop.addService({ ...group, title: 'Spinning', weight: 1 }),
    ];
    await shop.addService({ title: 'Haircut' });
    await shop.addService({ ...group, title: 'Ballet', deletedAt: new Date() });
    const { data } = await shop.call('GET', `/activity/${shop.locationId}/services`);
    expect(ids(data)).toEqual([heavy, light, alsoLight]);
  });

  it('have their prices, category, resources, and the team members who provide them', async () => {
    const shop = await openShop();
    const { locationId } = shop;
    const { db } = await testDatabase();
    const yoga = await shop.addService({ title: 'Yoga', isGroup: true, capacity: 5, priceMin: 10, priceMax: 15 });
    const pilates = await shop.addService({ title: 'Pilates', isGroup: true });
    const [basil, cecilia, gone] = [
      await shop.addTeamMember(),
      await shop.addTeamMember({ name: 'Cecilia' }),
      await shop.addTeamMember({ name: 'Gone' }),
    ];
    const links = [cecilia, basil, gone].map((teamMemberId) => ({ locationId, serviceId: yoga, teamMemberId, duration: 5400 }));
    await db.insert(serviceTeamMembers).values(links);
    await db.update(teamMembers).set({ deletedAt: new Date() }).where(eq(teamMembers.id, gone));
    const [room, garden] = [await shop.addResource('Room', 1), await shop.addResource('Garden', 1)];
    await db
      .insert(serviceResources)
      .values([garden.id, room.id].map((resourceId) => ({ locationId, serviceId: yoga, resourceId })));
    const found = async (query: string) => (await shop.call('GET', `/activity/${locationId}/services?${query}`)).data;
    expect(await found(`staff_id=${cecilia}`)).toMatchObject([
      {
        id: yoga,
        title: 'Yoga',
        capacity: 5,
        price_min: 10,
        price_max: 15,
        category: { title: 'Hair' },
        staff: [
          { id: basil, name: 'Basil', length: 5400 },
          { id: cecilia, name: 'Cecilia', length: 5400 },
        ],
        resources: [
          { id: room.id, title: 'Room' },
          { id: garden.id, title: 'Garden' },
        ],
      },
    ]);
    expect((await found(`staff_id=${cecilia}`))[0].staff).toHaveLength(2);
    expect(await found('term=PILA')).toMatchObject([{ id: pilates, staff: [], resources: [] }]);
    expect(await found('')).toHaveLength(2);
    expect(await found('term=')).toHaveLength(2);
  });
});

describe('a copy of an event', () => {
  it('is like the event in everything but the time', async () => {
    const { shop, place } = await openSalon();
    const { member, service } = { member: await shop.addTeamMember(), service: await shop.addService({ technicalBreak: 300 }) };
    await setHours(shop, member, ['2030-05-06', '2030-05-07']);
    const label = await shop.call('POST', `/labels/${place}?title=Calm&color=%23009800&entity=3`);
    const room = await shop.addResource('Room', 2);
    const made = await call('POST', `//api/v2/locations/${place}/events`, {
      authorization: shop.owner.authorization,
      headers: { accept: 'application/vnd.api.v2+json' },
      body: {
        staff_id: member,
        service_id: service,
        resource_instance_ids: [room.instanceIds[1]],
        label_ids: [label.data.id],
        date: '2030-05-06 14:00:00',
        length: 5400,
        technical_break_duration: 900,
        capacity: 7,
        comment: 'Beginners',
        color: '#9c27b0',
        instructions: 'Bring water',
        stream_link: 'https://example.com',
      },
    });
    const read = async (id: number) => {
      const { id: _, date, timestamp, duration_details, ...rest } = (await shop.call('GET', `/activity/${place}/${id}`)).data;
      return { ...rest, technicalBreak: duration_details.technical_break_duration };
    };
    const { data } = await shop.call('POST', `/activity/${place}/${made.body.data.id}/duplicate`, {
      body: { dates: ['2030-05-07 10:00'] },
    });
    const original = await read(made.body.data.id);
    expect(original).toMatchObject({ capacity: 7, length: 5400, technicalBreak: 900, comment: 'Beginners' });
    expect(await read(data[0].id)).toEqual(original);
  });

  it('has the clients and guests of the event, each with as many places, and none whose appointment was deleted', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent({ capacity: 9 });
    const client = await shop.addClient({ phone: somePhone() });
    const book = (fields: object) => shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, ...fields } });
    await book({ client: { id: client.id }, clients_count: 2 });
    await book({ client: { name: 'Grace', email: 'grace@example.com' }, clients_count: 3 });
    const gone = await book({ client: { name: 'Gone' } });
    await shop.call('DELETE', `/record/${place}/${gone.data[0].id}`);
    const copy = async (body: object) =>
      (await shop.call('POST', `/activity/${place}/${event.id}/duplicate`, { body })).data.map(
        ({ records_count }: { records_count: number }) => records_count,
      );
    expect(await copy({ dates: ['2030-05-07 14:00'], content_type: 1 })).toEqual([0]);
    expect(await copy({ dates: ['2030-05-08 14:00'], content_type: 2 })).toEqual([5]);
    const { data } = await shop.call('GET', `/records/${place}?start_date=2030-05-08&end_date=2030-05-08`);
    const guests = data.map((row: { client: { id: number; name: string; email: string }; clients_count: number }) => [
      row.client.id,
      row.client.name,
      row.clients_count,
    ]);
    expect(guests).toEqual([
      [client.id, 'Ada', 2],
      [0, 'Grace', 3],
    ]);
    expect(data[1].client.email).toBe('grace@example.com');
  });

  it('has no more clients than places, unless that is forced', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent({ capacity: 1 });
    for (const name of ['Ada', 'Grace']) {
      await shop.call('POST', `/records/${place}`, {
        body: { activity_id: event.id, client: { name }, datetime: '2030-05-06T14:00:00', save_if_busy: true },
      });
    }
    const copy = (force: boolean) =>
      shop.call('POST', `/activity/${place}/${event.id}/duplicate`, {
        body: { dates: ['2030-05-07 14:00'], content_type: 2, force },
      });
    expect((await copy(false)).status).toBe(422);
    expect((await copy(true)).data).toMatchObject([{ records_count: 2 }]);
  });

  it('is made once unless it is said how often, and weekly on its own weekday', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const copies = async (body: object) =>
      (await shop.call('POST', `/activity/${place}/${event.id}/duplicate`, { body: { force: true, ...body } })).data.map(
        ({ date }: { date: string }) => date.slice(0, 10),
      );
    expect(await copies({ repeat_mode_id: 5 })).toEqual(['2030-05-13']);
    expect(await copies({ repeat_mode_id: 5, interval: 1, date_to: '2030-06-03' })).toEqual(['2030-05-20', '2030-06-03']);
    expect(await copies({ repeat_mode_id: 5, days: [0, 6, 2, 3, 5], count: 5 })).toEqual([
      '2030-05-07',
      '2030-05-08',
      '2030-05-10',
      '2030-05-11',
      '2030-05-12',
    ]);
  });

  it('is made by a strategy as often as the request says, with the appointments when the strategy says so', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { name: 'Ada' } } });
    const copies = async (content_type: number) => {
      const strategy = await shop.call('POST', `/activity/${place}/duplication_strategy`, {
        body: { title: 'Daily', repeat_mode_id: 1, content_type },
      });
      const body = { strategy_id: strategy.data.id, count: 2, force: true };
      const { data } = await shop.call('POST', `/activity/${place}/${event.id}/duplicate`, { body });
      return data.map(({ records_count }: { records_count: number }) => records_count);
    };
    expect(await copies(1)).toEqual([0, 0]);
    expect(await copies(2)).toEqual([1, 1]);
  });

  it('is refused with the reason', async () => {
    const { shop, place, addEvent } = await openSalon();
    const event = await addEvent();
    const refusal = async (body: object, id = event.id) => {
      const { status, meta } = await shop.call('POST', `/activity/${place}/${id}/duplicate`, { body });
      return [status, meta.errors ?? meta.message];
    };
    expect(await refusal({ dates: [] })).toEqual([422, [{ dates: ['must name at least one time'] }]]);
    expect(await refusal({ repeat_mode_id: 1, date_to: '2030-05-06' })).toEqual([
      422,
      [{ dates: ['must name at least one time'] }],
    ]);
    // One more than is allowed.
    expect(await refusal({ repeat_mode_id: 1, date_to: '2031-05-08' })).toEqual([422, [{ dates: ['must be at most 366'] }]]);
    expect(await refusal({ strategy_id: 999_999_999 })).toEqual([404, 'Strategy 999999999 was not found']);
    expect(await refusal({ dates: ['2030-05-07 10:00'] }, 999_999_999)).toEqual([404, 'Event 999999999 was not found']);
    await shop.call('DELETE', `/activity/${place}/${event.id}`);
    expect(await refusal({ dates: ['2030-05-07 10:00'] })).toEqual([404, `Event ${event.id} was not found`]);
  });
});

describe('strategies of duplication', () => {
  it('belong to their business, oldest first', async () => {
    const [{ shop, place }, other] = [await openSalon(), await openSalon()];
    const path = `/activity/${place}/duplication_strategy`;
    const make = async (title: string) => (await shop.call('POST', path, { body: { title, repeat_mode_id: 1 } })).data.id;
    const made = [await make('Second to none'), await make('First rate')];
    await shop.call('POST', `${path}/${made[0]}`, { body: { title: 'Changed', repeat_mode_id: 6 } });
    expect((await shop.call('GET', path)).data).toMatchObject([
      { id: made[0], title: 'Changed', repeat_mode_id: 6 },
      { id: made[1], title: 'First rate', repeat_mode_id: 1 },
    ]);
    const theirs = `/activity/${other.place}/duplication_strategy`;
    expect((await other.shop.call('GET', theirs)).data).toEqual([]);
    const answer = await other.shop.call('POST', `${theirs}/${made[0]}`, { body: { title: 'Ours', repeat_mode_id: 1 } });
    expect([answer.status, answer.meta.message]).toEqual([404, `Strategy ${made[0]} was not found`]);
  });
});
