import { describe, expect, it } from 'vitest';
import { call, type Person, type Shop, somePhone } from '../../../test/harness.ts';
import { openSalon, setHours } from '../../../test/salon.ts';

const ids = (rows: { id: number }[]) => rows.map(({ id }) => id);

async function listed(shop: Shop, query = '', authorization = shop.owner.authorization) {
  const answer = await shop.call('GET', `/records/${shop.locationId}?${query}`, { authorization });
  expect(answer.status).toBe(200);
  return answer;
}

describe('the list of appointments', () => {
  it('is ordered by time and paged', async () => {
    const { shop, booked } = await openSalon();
    const [c, a, b] = [
      await booked({ datetime: '2030-05-07T10:00:00' }),
      await booked({ datetime: '2030-05-06T09:00:00' }),
      await booked({ datetime: '2030-05-06T11:00:00' }),
    ];
    expect(ids((await listed(shop)).data)).toEqual([a.id, b.id, c.id]);
    const second = await listed(shop, 'page=2&count=2');
    expect(ids(second.data)).toEqual([c.id]);
    expect(second.meta).toEqual({ page: 2, total_count: 3 });
    expect((await listed(shop, 'page=3&count=2')).data).toEqual([]);
  });

  it('is empty for a business without appointments', async () => {
    const { shop } = await openSalon();
    expect(await listed(shop)).toMatchObject({ data: [], meta: { page: 1, total_count: 0 } });
  });

  it('is filtered by dates of the location, both included', async () => {
    // Auckland is 12 hours ahead: its 6th of May begins on the 5th elsewhere.
    const { shop, member, booked } = await openSalon({ city: 'Auckland' });
    await setHours(shop, member, ['2030-05-06'], [{ from: '00:00', to: '24:00' }]);
    const early = await booked({ datetime: '2030-05-06T00:00:00' });
    const late = await booked({ datetime: '2030-05-06T23:00:00' });
    const next = await booked({ datetime: '2030-05-07T09:00:00' });
    expect(ids((await listed(shop, 'start_date=2030-05-06&end_date=2030-05-06')).data)).toEqual([early.id, late.id]);
    expect(ids((await listed(shop, 'start_date=2030-05-07')).data)).toEqual([next.id]);
    expect(ids((await listed(shop, 'end_date=2030-05-06')).data)).toEqual([early.id, late.id]);
  });

  it('is filtered by team member, client and creator', async () => {
    const { shop, booked, body, place } = await openSalon();
    const other = await shop.addTeamMember();
    await setHours(shop, other, ['2030-05-06']);
    const clerk = await shop.hire('administrator');
    const mine = await booked();
    const theirs = await shop.call('POST', `/records/${place}`, {
      body: body({ staff_id: other }),
      authorization: clerk.authorization,
    });
    const { id } = theirs.data[0];
    // Every spelling of a team member is understood.
    for (const name of ['team_member_id', 'staff_id', 'master_id']) {
      expect(ids((await listed(shop, `${name}=${other}`)).data)).toEqual([id]);
    }
    expect(ids((await listed(shop, `client_id=${mine.client.id}`)).data)).toEqual([mine.id]);
    expect(ids((await listed(shop, `created_user_id=${clerk.id}`)).data)).toEqual([id]);
  });

  it('is filtered by the date it was made', async () => {
    const { shop, booked } = await openSalon();
    const made = await booked();
    const today = made.create_date.slice(0, 10);
    expect(ids((await listed(shop, `c_start_date=${today}&c_end_date=${today}`)).data)).toEqual([made.id]);
    expect((await listed(shop, 'c_end_date=2020-01-01')).data).toEqual([]);
  });

  it.each(['start_date=yesterday', 'changed_after=2030-13-01', 'count=0', 'page=0', 'end_date=2030-02-30'])(
    'refuses %s',
    async (query) => {
      const { shop, place } = await openSalon();
      expect((await shop.call('GET', `/records/${place}?${query}`)).status).toBe(422);
    },
  );

  it('is served by its newer addresses too', async () => {
    const { shop, place, booked } = await openSalon();
    const made = await booked();
    for (const path of [`/locations/${place}/appointments`, `/locations/${place}/appointments/${made.id}`]) {
      expect((await shop.call('GET', path)).status).toBe(200);
    }
  });

  it('needs the permission to see the calendar', async () => {
    const { shop, place } = await openSalon();
    const blind = await shop.hire('administrator', { timetable_access: false });
    expect((await shop.call('GET', `/records/${place}`, { authorization: blind.authorization })).status).toBe(403);
  });
});

describe('changed appointments', () => {
  it('come latest first, with deleted ones on request', async () => {
    const { shop, place, body, booked } = await openSalon();
    const [first, second] = [await booked(), await booked({ datetime: '2030-05-07T10:00:00' })];
    const changed = () => listed(shop, 'changed_after=2020-01-01T00:00:00&with_deleted=1').then(({ data }) => ids(data));
    expect(await changed()).toEqual([second.id, first.id]);
    await shop.call('PUT', `/record/${place}/${first.id}`, { body: body() });
    expect(await changed()).toEqual([first.id, second.id]);
    await shop.call('DELETE', `/record/${place}/${second.id}`);
    expect(await changed()).toEqual([second.id, first.id]);
    expect(ids((await listed(shop, 'changed_after=2020-01-01T00:00:00')).data)).toEqual([first.id]);
    expect((await listed(shop, 'changed_after=2100-01-01T00:00:00')).data).toEqual([]);
  });

  it('are all seen by a reader who follows them while they happen', async () => {
    const { shop, member, place, body } = await openSalon();
    await setHours(shop, member, ['2030-05-06'], [{ from: '00:00', to: '24:00' }]);
    const writers = 8;
    const each = 6;
    let writing = true;
    const made = new Set<number>();
    const write = async (writer: number) => {
      for (let turn = 0; turn < each; turn++) {
        const minutes = (writer * each + turn) * 5;
        const datetime = `2030-05-06T${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`;
        const answer = await shop.call('POST', `/records/${place}`, { body: body({ datetime, seance_length: 300 }) });
        expect(answer.status).toBe(201);
        made.add(answer.data[0].id);
      }
    };
    const seen = new Set<number>();
    let cursor = '2020-01-01T00:00:00';
    const poll = async () => {
      for (let page = 1; ; page++) {
        const answer = await listed(shop, `changed_after=${cursor}&with_deleted=1&count=20&page=${page}`);
        for (const row of answer.data) seen.add(row.id);
        if (answer.data.length < 20) break;
      }
    };
    const follow = async () => {
      while (writing) {
        const newest = await listed(shop, `changed_after=${cursor}&with_deleted=1&count=1`);
        await poll();
        // The latest change before the pass. All changes up to it have been seen.
        if (newest.data[0]) cursor = newest.data[0].last_change_date.slice(0, 19);
      }
      await poll();
    };
    const following = follow();
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    writing = false;
    await following;
    expect(seen).toEqual(made);
  });
});

describe('the list of the partner', () => {
  const partnerList = (person: Person, query = '') =>
    call('GET', `/records/partner?${query}`, { authorization: person.authorization });

  it('has the appointments created with its token, in the locations of the user', async () => {
    const { shop, place, booked, service } = await openSalon();
    const phone = somePhone();
    const made = await booked({ client: { phone, name: 'Ada' } });
    const answer = await partnerList(shop.owner);
    expect(answer).toMatchObject({
      status: 200,
      meta: { count: 1 },
      data: [
        {
          id: made.id,
          date: '2030-05-06T10:00:00-04:00',
          company: { id: place, timezone_name: 'America/New_York' },
          client: { name: 'Ada', phone, phone_code: '1' },
          services: [{ id: service, cost: 30 }],
        },
      ],
    });
    const other = await openSalon({ partner: shop.partner });
    expect((await partnerList(other.shop.owner)).data).toEqual([]);
  });

  it('is filtered by dates in the form DD.MM.YYYY, in quotes or not', async () => {
    const { shop, booked } = await openSalon();
    const made = await booked();
    const found = async (query: string) => ids((await partnerList(shop.owner, query)).data);
    expect(await found("start_date='06.05.2030'&end_date='06.05.2030'")).toEqual([made.id]);
    expect(await found('start_date=06.05.2030')).toEqual([made.id]);
    expect(await found('start_date=2030-05-07')).toEqual([]);
    expect(await found('created_end_date=01.01.2020')).toEqual([]);
    expect((await partnerList(shop.owner, 'start_date=31.02.2030')).status).toBe(422);
  });
});
