import { eq } from 'drizzle-orm';
import { describe, expect, it, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { callerWith, openSalon } from '../../../test/salon.ts';
import { addDays, today } from '../../platform/clock.ts';
import type { PermissionValue } from '../access/permissions.ts';
import { teamMembers } from '../team/tables.ts';

/** A salon with two members, each with an appointment on 2030-05-06 at 10:00, and calls of a user with other permissions. */
async function openPair(city = 'New York') {
  const salon = await openSalon({ city });
  const { shop, place, member, booked } = salon;
  const colleague = await shop.addTeamMember();
  const mine = await booked({ save_if_busy: true });
  const theirs = await booked({ staff_id: colleague, save_if_busy: true });
  const as = (permissions: Record<string, PermissionValue>) => callerWith(shop, permissions);
  const listed = async (caller: Awaited<ReturnType<typeof as>>, query = ''): Promise<number[]> =>
    (await caller('GET', `/records/${place}?count=300${query}`)).data.map(({ id }: { id: number }) => id);
  return { ...salon, member, colleague, mine, theirs, as, listed };
}

describe('a user limited to the calendar of one team member', () => {
  it('sees only their appointments, in both versions of the API', async () => {
    const { place, member, mine, theirs, as, listed } = await openPair();
    const worker = await as({ master_id: member });
    expect(await listed(worker)).toEqual([mine.id]);
    const v2 = await worker('GET', `//api/v2/locations/${place}/appointments`);
    expect(v2.data.map(({ id }: { id: string }) => Number(id))).toEqual([mine.id]);
    expect((await worker('GET', `/record/${place}/${mine.id}`)).status).toBe(200);
    expect((await worker('GET', `/record/${place}/${theirs.id}`)).status).toBe(404);
    expect((await worker('GET', `/visits/${theirs.visit_id}`)).status).toBe(404);
  });

  it('counts no others on the pages of the list', async () => {
    const { place, member, as } = await openPair();
    const worker = await as({ master_id: member });
    expect((await worker('GET', `/records/${place}?count=1`)).meta.total_count).toBe(1);
  });

  it('finds nothing of another member by a filter', async () => {
    const { member, colleague, as, listed } = await openPair();
    expect(await listed(await as({ master_id: member }), `&staff_id=${colleague}`)).toEqual([]);
  });

  it('changes and deletes nothing of others, as if it were not there', async () => {
    const { place, member, colleague, theirs, body, as } = await openPair();
    const worker = await as({ master_id: member });
    for (const [method, path, change] of [
      ['PUT', `/record/${place}/${theirs.id}`, body({ staff_id: colleague, save_if_busy: true })],
      ['DELETE', `/record/${place}/${theirs.id}`, undefined],
      ['PUT', `/visits/${theirs.visit_id}/${theirs.id}`, { attendance: 1, comment: '' }],
    ] as const) {
      expect([method, path, (await worker(method, path, change)).status]).toEqual([method, path, 404]);
    }
  });

  it('books in this calendar and in no other, and moves nothing to another', async () => {
    const { place, member, colleague, mine, body, as } = await openPair();
    const worker = await as({ master_id: member });
    const book = (staff_id: number) =>
      worker('POST', `/records/${place}`, body({ staff_id, datetime: '2030-05-07T10:00:00', save_if_busy: true }));
    expect((await book(member)).status).toBe(201);
    const refused = await book(colleague);
    expect([refused.status, refused.meta.message]).toEqual([403, 'You may not write to this calendar.']);
    const moved = await worker('PUT', `/record/${place}/${mine.id}`, body({ staff_id: colleague, save_if_busy: true }));
    expect(moved.status).toBe(403);
  });

  it('no longer sees appointments that moved to somebody else, also not in the changes', async () => {
    const { shop, place, member, colleague, mine, body, as, listed } = await openPair();
    const worker = await as({ master_id: member });
    expect(await listed(worker, '&changed_after=2000-01-01T00:00:00&with_deleted=1')).toEqual([mine.id]);
    await shop.call('PUT', `/record/${place}/${mine.id}`, { body: body({ staff_id: colleague, save_if_busy: true }) });
    expect(await listed(worker, '&changed_after=2000-01-01T00:00:00&with_deleted=1')).toEqual([]);
  });

  it('sees and changes their part of a visit', async () => {
    const { shop, place, member, colleague, booked, as } = await openPair();
    const first = await booked({ datetime: '2030-05-08T09:00:00', staff_id: member });
    const client = { id: first.client.id };
    const second = await booked({ datetime: '2030-05-08T12:00:00', staff_id: colleague, client, save_if_busy: true });
    expect(second.visit_id).toBe(first.visit_id);
    const worker = await as({ master_id: member });
    const visit = await worker('GET', `/visits/${first.visit_id}`);
    expect(visit.data.records.map(({ id }: { id: number }) => id)).toEqual([first.id]);
    await worker('PUT', `/visits/${first.visit_id}/${first.id}`, { attendance: 1, comment: '' });
    const attendance = async (id: number) => (await shop.call('GET', `/record/${place}/${id}`)).data.attendance;
    expect([await attendance(first.id), await attendance(second.id)]).toEqual([1, 0]);
  });

  it.each([
    ['was deleted', { deletedAt: new Date() }],
    ['was dismissed', { isFired: true }],
  ])('sees nothing any more when the member %s', async (_, change) => {
    const { place, member, mine, as, listed } = await openPair();
    const worker = await as({ master_id: member });
    const { db } = await testDatabase();
    await db.update(teamMembers).set(change).where(eq(teamMembers.id, member));
    expect(await listed(worker)).toEqual([]);
    expect((await worker('GET', `/record/${place}/${mine.id}`)).status).toBe(404);
  });

  it('sees and writes only reviews of this member', async () => {
    const { shop, place, member, colleague, as } = await openPair();
    const review = { mark: 5, text: 'Good', name: 'Ada' };
    for (const of of [`/${member}`, `/${colleague}`, '']) await shop.call('POST', `/comments/${place}${of}`, { body: review });
    const worker = await as({ master_id: member });
    const seen = (await worker('GET', `/comments/${place}`)).data;
    expect(seen.map((each: { master_id: number }) => each.master_id)).toEqual([member]);
    expect((await worker('POST', `/comments/${place}/${member}`, review)).status).toBe(201);
    expect((await worker('POST', `/comments/${place}/${colleague}`, review)).status).toBe(404);
    expect((await worker('POST', `/comments/${place}`, review)).status).toBe(403);
  });
});

describe('a user limited to a position', () => {
  it('sees the calendars of its members, including members who left', async () => {
    const { shop, place, member, colleague, mine, as, listed } = await openPair();
    const position = (await shop.call('POST', `/company/${place}/positions/quick`, { body: { title: 'Stylist' } })).data.id;
    const { db } = await testDatabase();
    const clerk = await as({ position_id: position });
    expect(await listed(clerk)).toEqual([]);
    await db.update(teamMembers).set({ positionId: position }).where(eq(teamMembers.id, member));
    expect(await listed(clerk)).toEqual([mine.id]);
    await db.update(teamMembers).set({ deletedAt: new Date() }).where(eq(teamMembers.id, member));
    expect(await listed(clerk)).toEqual([mine.id]);
    expect(await listed(await as({ position_id: position, master_id: colleague }))).toEqual([]);
  });
});

/** Cities whose date differs from that of London during some hours of the day. */
describe.each(['New York', 'Tokyo'])('days back count in the calendar of the location, in %s:', (city) => {
  async function openPast() {
    const pair = await openPair(city);
    const { shop, booked } = pair;
    const at = async (days: number, time: string) =>
      (await booked({ datetime: `${addDays(today(shop.timeZone), days)}T${time}:00`, save_if_busy: true })).id as number;
    return { ...pair, at };
  }

  test('with last_days_count the days before are not there', async () => {
    const { place, mine, theirs, at, as, listed } = await openPast();
    const [early, late] = [await at(-3, '23:59'), await at(-2, '00:00')];
    const clerk = await as({ last_days_count: 2 });
    expect(await listed(clerk)).toEqual([late, mine.id, theirs.id]);
    expect((await clerk('GET', `/record/${place}/${early}`)).status).toBe(404);
    expect((await clerk('GET', `/record/${place}/${late}`)).status).toBe(200);
    // 0 is everything here, as the wire says, and so is -1.
    for (const all of [0, -1]) expect(await listed(await as({ last_days_count: all }))).toContain(early);
  });

  test('with last_days_count nobody books outside of the visible days', async () => {
    const { shop, place, body, as } = await openPast();
    const clerk = await as({ last_days_count: 2 });
    const book = async (days: number, time: string) => {
      const datetime = `${addDays(today(shop.timeZone), days)}T${time}:00`;
      return (await clerk('POST', `/records/${place}`, body({ datetime, save_if_busy: true }))).status;
    };
    expect([await book(-3, '23:59'), await book(-2, '00:00')]).toEqual([403, 201]);
  });

  test('with records_edit_last_days_count earlier appointments are visible but cannot be changed, and nothing can be moved there', async () => {
    const { shop, place, body, at, as, listed } = await openPast();
    const [early, late] = [await at(-1, '23:59'), await at(0, '00:00')];
    const clerk = await as({ records_edit_last_days_count: 0 });
    expect(await listed(clerk)).toEqual(expect.arrayContaining([early, late]));
    const move = (id: number, days: number, time: string) =>
      clerk(
        'PUT',
        `/record/${place}/${id}`,
        body({ datetime: `${addDays(today(shop.timeZone), days)}T${time}:00`, save_if_busy: true }),
      );
    const refused = await move(early, 0, '00:00');
    expect([refused.status, refused.meta.message]).toEqual([403, 'You may not change appointments of so long ago.']);
    expect((await move(late, -1, '23:59')).status).toBe(403);
    expect((await move(late, 0, '00:10')).status).toBe(201);
    const visitOf = async (id: number) => (await shop.call('GET', `/record/${place}/${id}`)).data.visit_id;
    const came = { attendance: 1, comment: '' };
    expect((await clerk('PUT', `/visits/${await visitOf(early)}/${early}`, came)).status).toBe(403);
    expect((await clerk('PUT', `/visits/${await visitOf(late)}/${late}`, came)).status).toBe(200);
    expect((await clerk('DELETE', `/record/${place}/${early}`)).status).toBe(403);
    expect((await clerk('DELETE', `//api/v2/locations/${place}/appointments/${early}`)).status).toBe(403);
    const anyone = await as({ records_edit_last_days_count: -1 });
    expect((await anyone('DELETE', `/record/${place}/${early}`)).status).toBe(204);
  });

  test('with records_edit_last_days_count events of earlier days stay', async () => {
    const { shop, place, member, service, addEvent, as } = await openPast();
    const date = (days: number) => `${addDays(today(shop.timeZone), days)} 12:00`;
    const event = await addEvent({ date: date(-1), force: true });
    const clerk = await as({ records_edit_last_days_count: 0 });
    const fields = { date: date(-1), service_id: service, staff_id: member, capacity: 4, length: 3600, force: true };
    expect((await clerk('PUT', `/activity/${place}/${event.id}`, fields)).status).toBe(403);
    expect((await clerk('DELETE', `/activity/${place}/${event.id}`)).status).toBe(403);
    const colleague = await as({ records_edit_last_days_count: 1 });
    expect((await colleague('PUT', `/activity/${place}/${event.id}`, fields)).status).toBe(200);
  });
});

describe('a user limited to the clients of one team member', () => {
  it('sees the appointments of others without their clients, and does not find those by the client', async () => {
    const { place, member, mine, theirs, as, listed } = await openPair();
    const clerk = await as({ clients_visit_master_id: member });
    const rows = (await clerk('GET', `/records/${place}`)).data;
    const clients = Object.fromEntries(
      rows.map((row: { id: number; client: { id: number } | null }) => [row.id, row.client?.id]),
    );
    expect(clients).toEqual({ [mine.id]: mine.client.id, [theirs.id]: undefined });
    expect((await clerk('GET', `/record/${place}/${theirs.id}`)).data.client).toBeNull();
    expect(await listed(clerk, `&client_id=${theirs.client.id}`)).toEqual([]);
    expect(await listed(clerk, `&client_id=${mine.client.id}`)).toEqual([mine.id]);
  });

  it('cannot book a hidden client by id, but keeps one who is booked already', async () => {
    const { place, member, colleague, theirs, body, as } = await openPair();
    const clerk = await as({ clients_visit_master_id: member });
    const other = body({ datetime: '2030-05-08T10:00:00', client: { id: theirs.client.id } });
    const refused = await clerk('POST', `/records/${place}`, other);
    expect([refused.status, refused.meta.errors]).toEqual([422, [{ 'client.id': ['must be a client of this location'] }]]);
    const kept = body({ staff_id: colleague, client: { id: theirs.client.id }, comment: 'Later', save_if_busy: true });
    expect((await clerk('PUT', `/record/${place}/${theirs.id}`, kept)).status).toBe(201);
  });
});
