import { afterEach, describe, expect, it } from 'vitest';
import { openRepeatingClass } from './class.ts';
import { contradictions } from './consistency.ts';
import { call, type Shop, somePhone } from './harness.ts';
import { openOnlineSalon } from './online.ts';
import { openSalon } from './salon.ts';

const opened: number[] = [];

/** After every test, the rows of its business must still agree with each other. */
afterEach(async () => {
  for (const place of opened.splice(0)) expect(await contradictions(place)).toEqual([]);
});

async function open() {
  const salon = await openSalon();
  const { shop, place } = salon;
  opened.push(place);
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const second = async (method: string, path: string, body?: unknown) => {
    const headers = { accept: 'application/vnd.api.v2+json' };
    const { authorization } = shop.owner;
    const answer = await call(method, `//api/v2/locations/${place}${path}`, { body, headers, authorization });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const read = (id: number) => must('GET', `/record/${place}/${id}`);
  /** Books places in an event for a new client. */
  const seat = async (event: number, fields: Record<string, unknown> = {}) => {
    const client = { phone: somePhone(), name: 'Ada' };
    return (await must('POST', `/records/${place}`, { activity_id: event, client, ...fields }))[0];
  };
  const changeEvent = eventChanger(salon);
  const free = async (id: number) => {
    const { capacity, records_count } = await must('GET', `/activity/${place}/${id}`);
    return capacity - records_count;
  };
  const setState = (of: { visit_id: number; id: number }, attendance: number) =>
    must('PUT', `/visits/${of.visit_id}/${of.id}`, { attendance, comment: '' });
  return { ...salon, must, second, read, seat, changeEvent, free, setState, ...figuresOf(shop) };
}

/** Changes an event that is at two on the sixth of May unless said otherwise. @returns it */
const eventChanger =
  ({ shop, place, member, service }: Pick<Awaited<ReturnType<typeof openSalon>>, 'shop' | 'place' | 'member' | 'service'>) =>
  async (id: number, fields: Record<string, unknown>) => {
    const usual = { date: '2030-05-06 14:00', service_id: service, staff_id: member, capacity: 9, length: 3600, force: false };
    const answer = await shop.call('PUT', `/activity/${place}/${id}`, { body: { ...usual, ...fields } });
    if (answer.status !== 200) throw new Error(`The change is refused: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };

/** The statistics of a client's visits, in all their places. */
function figuresOf(shop: Shop) {
  const figures = async (id: number) => {
    const fields = ['visits_count', 'first_visit_date', 'last_visit_date'];
    const filters = [{ type: 'id', state: { value: [id] } }];
    const { data } = await shop.call('POST', `/company/${shop.locationId}/clients/search`, { body: { fields, filters } });
    const [{ visits_count, first_visit_date, last_visit_date }] = data;
    const day = (date: string) => date.slice(0, 10);
    return [visits_count, day(first_visit_date), day(last_visit_date)];
  };
  return { figures };
}

describe('a group event that changes', () => {
  it('its date takes the visits of its guests along', async () => {
    const { addEvent, seat, changeEvent, setState, figures, booked } = await open();
    const event = await addEvent({ capacity: 9 });
    const guest = await seat(event.id);
    const missed = await seat(event.id);
    const early = await booked({ client: { id: guest.client.id } });
    await setState({ ...guest, id: early.id }, 1);
    await setState(missed, -1);
    expect(await figures(guest.client.id)).toEqual([1, '2030-05-06', '2030-05-06']);
    await changeEvent(event.id, { date: '2030-05-08 14:00' });
    expect(await figures(guest.client.id)).toEqual([2, '2030-05-06', '2030-05-08']);
    await changeEvent(event.id, { date: '2030-05-06 15:00' });
    expect(await figures(guest.client.id)).toEqual([1, '2030-05-06', '2030-05-06']);
  });

  it('its service sells that at its price, and every guest keeps the discount', async () => {
    const { shop, place, addEvent, seat, changeEvent, second, must, read } = await open();
    const other = await shop.addService({ title: 'Yoga', priceMin: 80, priceMax: 90 });
    const event = await addEvent({ capacity: 9 });
    const [plain, regular] = [await seat(event.id), await seat(event.id, { clients_count: 3 })];
    const price = { cost_per_unit: 40, discount_percent: 25, manual_cost: 90 };
    await second('PUT', `/events/${event.id}/appointments/${regular.id}`, { attendance_service_item: price });
    await changeEvent(event.id, { service_id: other });
    expect((await read(plain.id)).services).toMatchObject([{ id: other, first_cost: 80, discount: 0, cost: 80 }]);
    expect((await read(regular.id)).services).toMatchObject([
      { id: other, amount: 3, cost_per_unit: 80, first_cost: 240, discount: 25, cost: 180 },
    ]);
    const { data } = await shop.call('POST', `/company/${place}/clients/search`, {
      body: { fields: ['id'], filters: [{ type: 'record', state: { sold_amount: { from: 180, to: 180 } } }] },
    });
    expect(data).toEqual([{ id: regular.client.id }]);
    await must('DELETE', `/activity/${place}/${event.id}`);
  });

  it('may still change when its service, and its team member, were deleted', async () => {
    const { place, member, service, addEvent, seat, changeEvent, must, read } = await open();
    const event = await addEvent();
    const guest = await seat(event.id);
    await must('DELETE', `/services/${place}/${service}`);
    expect((await changeEvent(event.id, { date: '2030-05-07 14:00', comment: 'Moved' })).comment).toBe('Moved');
    expect((await read(guest.id)).datetime).toBe('2030-05-07T14:00:00-04:00');
    await must('DELETE', `/staff/${place}/${member}`);
    expect((await changeEvent(event.id, { date: '2030-05-07 14:00', capacity: 7 })).capacity).toBe(7);
  });
});

describe('a guest of a group event', () => {
  it('who moves to another event keeps price and discount if the service stays the same, and frees the places', async () => {
    const { shop, addEvent, seat, second, read, free } = await open();
    const yoga = await shop.addService({ title: 'Yoga', priceMin: 80, priceMax: 90 });
    const first = await addEvent({ capacity: 5 });
    const next = await addEvent({ date: '2030-05-07 14:00', capacity: 5 });
    const other = await addEvent({ date: '2030-05-08 14:00', capacity: 5, service_id: yoga });
    const guest = await seat(first.id, { clients_count: 2 });
    const price = { cost_per_unit: 40, discount_percent: 10, manual_cost: 72 };
    await second('PUT', `/events/${first.id}/appointments/${guest.id}`, { attendance_service_item: price });
    const move = (from: number, to: number, fields = {}) =>
      second('PATCH', `/events/${from}/appointments/${guest.id}`, { reschedule_activity_id: to, ...fields });
    await move(first.id, next.id, { clients_count: 3 });
    expect((await read(guest.id)).services).toMatchObject([{ cost_per_unit: 40, amount: 3, discount: 10, cost: 108 }]);
    expect([await free(first.id), await free(next.id)]).toEqual([5, 2]);
    await move(next.id, other.id);
    expect((await read(guest.id)).services).toMatchObject([{ id: yoga, cost_per_unit: 80, amount: 3, discount: 10, cost: 216 }]);
    expect([await free(next.id), await free(other.id)]).toEqual([5, 2]);
  });

  it('who is deleted frees all places, and a client who comes with fewer people frees some', async () => {
    const { place, addEvent, seat, must, free } = await open();
    const event = await addEvent({ capacity: 5 });
    const guest = await seat(event.id, { clients_count: 4 });
    expect(await free(event.id)).toBe(1);
    await must('PUT', `/record/${place}/${guest.id}`, {
      activity_id: event.id,
      client: { id: guest.client.id },
      clients_count: 2,
    });
    expect(await free(event.id)).toBe(3);
    await must('DELETE', `/record/${place}/${guest.id}`);
    expect(await free(event.id)).toBe(5);
  });

  it('who is deleted as a client keeps the place, without a name', async () => {
    const { shop, place, addEvent, seat, read, free, changeEvent } = await open();
    const event = await addEvent({ capacity: 5 });
    const guest = await seat(event.id, { clients_count: 2 });
    expect((await shop.call('DELETE', `/client/${place}/${guest.client.id}`)).status).toBe(204);
    expect(await free(event.id)).toBe(3);
    expect(await read(guest.id)).toMatchObject({ client: null, clients_count: 2, deleted: false });
    await changeEvent(event.id, { date: '2030-05-07 14:00' });
    expect((await read(guest.id)).datetime).toBe('2030-05-07T14:00:00-04:00');
  });
});

describe('the visits of a client', () => {
  const figuresOfCard = async (read: (id: number) => Promise<{ client: Record<string, unknown> }>, id: number) => {
    const { client } = await read(id);
    return [client['success_visits_count'], client['fail_visits_count']];
  };

  it('who came to one appointment of a day and missed another are one visit, until the attended one is deleted', async () => {
    const { place, booked, body, must, read, setState } = await open();
    const came = await booked();
    const client = { id: came.client.id };
    const missed = await booked({ client, datetime: '2030-05-06T12:00:00' });
    const later = await booked({ client, datetime: '2030-05-07T12:00:00' });
    await setState(later, -1);
    await must('PUT', `/record/${place}/${came.id}`, body({ client, attendance: 1 }));
    await must('PUT', `/record/${place}/${missed.id}`, body({ client, datetime: '2030-05-06T12:00:00', attendance: -1 }));
    expect(await figuresOfCard(read, later.id)).toEqual([1, 1]);
    await must('DELETE', `/record/${place}/${came.id}`);
    expect(await figuresOfCard(read, later.id)).toEqual([0, 2]);
    await must('DELETE', `/record/${place}/${missed.id}`);
    expect(await figuresOfCard(read, later.id)).toEqual([0, 1]);
    await must('DELETE', `/record/${place}/${later.id}`);
    expect(await figuresOfCard(read, later.id)).toEqual([0, 0]);
  });

  it('follow an appointment to another day, and to another client', async () => {
    const { shop, place, booked, body, must, figures, read } = await open();
    const other = await shop.addClient();
    const first = await booked({ attendance: 1 });
    const client = { id: first.client.id };
    await booked({ client, datetime: '2030-05-08T10:00:00', attendance: 1 });
    expect(await figures(client.id)).toEqual([2, '2030-05-06', '2030-05-08']);
    const change = (fields: object) => must('PUT', `/record/${place}/${first.id}`, body({ client, attendance: 1, ...fields }));
    await change({ datetime: '2030-05-09T10:00:00' });
    expect(await figures(client.id)).toEqual([2, '2030-05-08', '2030-05-09']);
    await change({ datetime: '2030-05-08T12:00:00' });
    expect(await figures(client.id)).toEqual([1, '2030-05-08', '2030-05-08']);
    await change({ datetime: '2030-05-08T12:00:00', client: { id: other.id } });
    expect(await figures(other.id)).toEqual([1, '2030-05-08', '2030-05-08']);
    expect((await read(first.id)).client.id).toBe(other.id);
  });
});

describe('a schedule that repeats', () => {
  async function openWatched() {
    const made = await openRepeatingClass();
    opened.push(made.place);
    const times = async () =>
      (await made.must('GET', `${made.path}/days/${made.dayId}/events`)).map(
        (each: { event_status: string; entity_datetime: string | null }) =>
          [each.event_status, each.entity_datetime?.slice(11, 16)].join(' '),
      );
    return { ...made, times, changeEvent: eventChanger(made) };
  }

  it('goes on without a label that was deleted, and its events do not count as changed by hand', async () => {
    const { place, weeks, label, path, changeDay, times, must } = await openWatched();
    await must('DELETE', `/labels/${place}/${label.id}`);
    await must('PATCH', path, { date_end: weeks(4) });
    expect(await times()).toEqual(['stable 14:00', 'entity_failed 14:00', 'stable 14:00', 'stable 14:00']);
    await changeDay({ events_time: '16:00' });
    expect(await times()).toEqual(['stable 16:00', 'stable 16:00', 'stable 16:00', 'stable 16:00']);
  });

  it('brings its clients to the events that were not possible before', async () => {
    const { shop, place, changeDay, join, must } = await openWatched();
    const client = await shop.addClient();
    await join(client.id);
    const hours = async () => {
      const records: { datetime: string }[] = await must('GET', `/records/${place}?client_id=${client.id}`);
      return records.map(({ datetime }) => datetime.slice(11, 16));
    };
    expect(await hours()).toEqual(['14:00', '14:00']);
    await changeDay({ events_time: '16:00' });
    expect(await hours()).toEqual(['16:00', '16:00', '16:00']);
  });

  it('keeps the others when one of its events moves or is deleted', async () => {
    const { place, weeks, path, dayId, changeDay, changeEvent, times, must } = await openWatched();
    const [first, , last] = await must('GET', `${path}/days/${dayId}/events`);
    await changeEvent(first.event_entity_id, { date: `${weeks(1)} 10:00` });
    await must('DELETE', `/activity/${place}/${last.event_entity_id}`);
    const after = await times();
    expect(after.slice(0, 2)).toEqual(['stable 10:00', 'entity_failed 14:00']);
    await changeDay({ events_time: '16:00' });
    const found: { date: string }[] = await must('GET', `/activity/${place}/search?from=${weeks(1)}&till=${weeks(4)}`);
    expect(found.map(({ date }) => date.slice(0, 16))).toEqual([`${weeks(1)}T10:00`, `${weeks(2)}T16:00`]);
  });

  it('has no deleted client any more', async () => {
    const { shop, place, weeks, path, join, must } = await openWatched();
    const client = await shop.addClient();
    await join(client.id);
    await shop.call('DELETE', `/client/${place}/${client.id}`);
    const before = (await must('GET', `/records/${place}?count=100`)).length;
    await must('PATCH', path, { date_end: weeks(4) });
    expect((await must('GET', `/records/${place}?count=100`)).length).toBe(before);
  });
});

describe('a team member', () => {
  it('who is dismissed is not offered any more, and is offered again with hours, services and appointments when back', async () => {
    const { shop, place, member, service, times, bookOnline, get } = await openOnlineSalon();
    opened.push(place);
    await bookOnline();
    const before = await times('2030-05-06');
    const dismiss = async (fired: number) => {
      const body = { name: 'Basil', specialization: '', hidden: 0, fired };
      expect((await shop.call('PUT', `/staff/${place}/${member}`, { body })).status).toBe(200);
    };
    const offered = async () => (await get(`/book_services/${place}`)).data.services.map(({ id }: { id: number }) => id);
    await dismiss(1);
    expect([await times('2030-05-06', { of: 0 }), await offered()]).toEqual([[], []]);
    await dismiss(0);
    expect([await times('2030-05-06'), await offered()]).toEqual([before, [service]]);
    expect(before).not.toContain('10:00');
  });
});
