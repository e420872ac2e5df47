import { beforeAll, describe, expect, test } from 'vitest';
import { pictureForm } from '../../../test/every-operation.ts';
import { type CallOptions, openShop, type Shop, somePhone, testDatabase } from '../../../test/harness.ts';
import { resolvePermissions } from '../access/permissions.ts';
import { addLocationUser, getMembership } from '../locations/location-user.ts';
import { workDays } from '../schedule/tables.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const staff = (method: string, path = '', options: CallOptions = {}) =>
  shop.call(method, `/staff/${shop.locationId}${path}`, options);
const hire = async (body: object) => (await staff('POST', '', { body })).data as { id: number };
const company = (method: string, path: string, options: CallOptions = {}) =>
  shop.call(method, `/company/${shop.locationId}${path}`, options);
const v2 = (method: string, path: string, options: CallOptions = {}) =>
  shop.call(method, `//api/v2/locations/${shop.locationId}${path}`, {
    ...options,
    headers: { accept: 'application/vnd.api.v2+json' },
  });
const fieldsOf = (answer: { status: number; meta: { errors?: object[] } }) => [
  answer.status,
  answer.meta.errors?.flatMap((error) => Object.keys(error)),
];
let mails = 0;
const someMail = () => `stylist${process.pid}${Date.now() % 1e6}${++mails}@example.com`;
const quick = (fields: object = {}, options: CallOptions = {}) =>
  company('POST', '/staff/quick', {
    body: {
      name: 'Ada',
      specialization: 'Stylist',
      position_id: null,
      phone_number: null,
      user_email: someMail(),
      user_phone: somePhone().slice(1),
      is_user_invite: false,
      ...fields,
    },
    ...options,
  });

describe('a team member', () => {
  test('is added, read in every spelling, changed and deleted', async () => {
    const made = await staff('POST', '', {
      body: { name: ' שרה ', specialization: 'Hairdresser', weight: 10, api_id: '42', information: '<b>Best</b>', hidden: 1 },
    });
    expect([made.status, made.data]).toEqual([
      201,
      expect.objectContaining({
        name: 'שרה',
        specialization: 'Hairdresser',
        weight: 10,
        api_id: 42,
        information: '<b>Best</b>',
        hidden: 1,
        fired: 0,
        status: 0,
        position: [],
        user_id: null,
        company_id: shop.locationId,
        is_paid_staff: false,
        is_included_in_payment_policy: true,
      }),
    ]);
    const { id } = made.data;
    expect((await company('GET', `/staff/${id}`)).data).toEqual(made.data);
    expect((await staff('GET', `/${id}`)).data).toEqual([
      expect.objectContaining({ id, api_id: '42', weight: '10', hidden: '1', fired: '0', status: '0', image_group: [] }),
    ]);
    const changed = await staff('PUT', `/${id}`, { body: { hidden: 0, has_access_timetable: true } });
    expect(changed.data).toMatchObject({ id, name: 'שרה', weight: '10', hidden: '0', has_access_timetable: true });
    expect((await staff('GET')).data.find((member: { id: number }) => member.id === id)).toMatchObject({
      bookable: true,
      schedule_till: '',
      user: [],
      weight: 10,
    });

    expect((await staff('DELETE', `/${id}`)).status).toBe(204);
    for (const answer of [
      await staff('GET', `/${id}`),
      await staff('PUT', `/${id}`, { body: { name: 'X' } }),
      await staff('DELETE', `/${id}`),
      await company('GET', `/staff/${id}`),
    ]) {
      expect(answer.status).toBe(404);
    }
    expect((await staff('GET')).data.some((member: { id: number }) => member.id === id)).toBe(false);
    const kept = await v2('GET', '/team_members?filter[deleted]=1');
    expect(kept.data.map((member: { id: string }) => member.id)).toContain(String(id));
  });

  test('comes before lighter ones, and before younger ones of the same weight', async () => {
    const other = await openShop();
    expect((await other.call('GET', `/staff/${other.locationId}`)).data).toEqual([]);
    for (const [name, weight] of [
      ['B', 1],
      ['C', 1],
      ['A', 5],
      ['D', 0],
    ] as const)
      await other.addTeamMember({ name, weight });
    const { data } = await other.call('GET', `/staff/${other.locationId}`);
    expect(data.map((member: { name: string }) => member.name)).toEqual(['A', 'B', 'C', 'D']);
  });

  test('shows until when the schedule is filled', async () => {
    const id = await shop.addTeamMember();
    const { db } = await testDatabase();
    await db.insert(workDays).values([
      { locationId: shop.locationId, teamMemberId: id, date: '2026-05-01', slots: [{ from: 36_000, to: 50_400 }] },
      { locationId: shop.locationId, teamMemberId: id, date: '2026-05-02', slots: [], offDayType: 1 },
    ]);
    const { data } = await staff('GET');
    expect(data.find((member: { id: number }) => member.id === id).schedule_till).toBe('2026-05-01');
  });

  test('has the account of one user of the location, which no other member has', async () => {
    const user = await shop.hire('worker');
    const { id } = await hire({ name: 'Linked', user_id: user.id });
    expect((await company('GET', `/staff/${id}`)).data.user_id).toBe(user.id);
    expect(fieldsOf(await staff('POST', '', { body: { name: 'Twin', user_id: user.id } }))).toEqual([422, ['user_id']]);
    const stranger = await (await openShop()).hire('worker');
    expect(fieldsOf(await staff('POST', '', { body: { name: 'X', user_id: stranger.id } }))).toEqual([422, ['user_id']]);
    expect(fieldsOf(await staff('POST', '', { body: { name: 'X', user_id: 2_000_000_000 } }))).toEqual([422, ['user_id']]);
    expect((await staff('PUT', `/${id}`, { body: { user_id: 0 } })).data.user_id).toBeNull();
    expect((await staff('POST', '', { body: { name: 'Twin', user_id: user.id } })).status).toBe(201);
  });

  test('is linked to a user by one of two requests at once', async () => {
    const user = await shop.hire('worker');
    const [first, second] = await Promise.all([shop.addTeamMember(), shop.addTeamMember()]);
    const answers = await Promise.all([first, second].map((id) => staff('PUT', `/${id}`, { body: { user_id: user.id } })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
  });

  test('shows their picture in every size', async () => {
    const id = await shop.addTeamMember();
    const uploaded = await shop.call('POST', '/images/master', {
      rawBody: pictureForm({ company_id: shop.locationId, master_id: id }),
    });
    const { image_group } = uploaded.data;
    const [member] = (await staff('GET', `/${id}`)).data;
    expect(member).toMatchObject({ image_group, avatar: image_group.images.sm.path, avatar_big: image_group.images.norm.path });
    const listed = (await staff('GET')).data.find((each: { id: number }) => each.id === id);
    expect(listed.image_group).toEqual([image_group]);
    expect((await fetch(member.avatar)).headers.get('content-type')).toBe('image/png');
  });

  test('must have a name, and fields of the right kind', async () => {
    expect(fieldsOf(await staff('POST', '', { body: {} }))).toEqual([422, ['name']]);
    expect(fieldsOf(await staff('POST', '', { body: { name: ' ' } }))).toEqual([422, ['name']]);
    expect(fieldsOf(await staff('POST', '', { body: { name: 'X', hidden: 2, weight: -1 } }))).toEqual([
      422,
      ['weight', 'hidden'],
    ]);
    expect((await staff('POST', '', { body: { name: 'a\u0000' } })).status).toBe(422);
  });

  test('needs rights to be added, changed, dismissed and deleted', async () => {
    const member = await shop.addTeamMember();
    const without = async (flag: string) => ({ authorization: (await shop.hire('owner', { [flag]: false })).authorization });
    expect((await staff('POST', '', { body: { name: 'X' }, ...(await without('master_create')) })).status).toBe(403);
    expect((await staff('PUT', `/${member}`, { body: { name: 'X' }, ...(await without('master_edit')) })).status).toBe(403);
    expect((await staff('DELETE', `/${member}`, await without('master_delete'))).status).toBe(403);
    const as = await without('settings_master_dismiss_access');
    expect((await staff('PUT', `/${member}`, { body: { fired: 1 }, ...as })).status).toBe(403);
    expect((await staff('PUT', `/${member}`, { body: { fired: 0, name: 'Same' }, ...as })).status).toBe(200);
    expect((await staff('PUT', `/${member}`, { body: { fired: 1 } })).data.fired).toBe('1');
  });

  test('is found by V2 by name, position and state, with the position included', async () => {
    const other = await openShop();
    const { data: position } = await other.call('POST', `/company/${other.locationId}/positions/quick`, {
      body: { title: 'Parucchiere' },
    });
    await other.addTeamMember({ name: 'Søren Müller', positionId: position.id, isPaid: true });
    await other.addTeamMember({ name: 'Зоя', hasSchedule: false, isFired: true });
    const found = async (query: string) => {
      const { data } = await other.call('GET', `//api/v2/locations/${other.locationId}/team_members?${query}`, {
        headers: { accept: 'application/vnd.api.v2+json' },
      });
      return data.map((member: { attributes: { name: string } }) => member.attributes.name);
    };
    expect(await found('')).toEqual(['Søren Müller', 'Зоя']);
    expect(await found('filter[name]=MULLER')).toEqual(['Søren Müller']);
    expect(await found(`filter[name]=${encodeURIComponent('зо')}`)).toEqual(['Зоя']);
    expect(await found('filter[position_title]=cchi')).toEqual(['Søren Müller']);
    expect(await found(`filter[position_id]=${position.id}`)).toEqual(['Søren Müller']);
    expect(await found('filter[position_id]=0')).toEqual(['Зоя']);
    expect(await found('filter[fired]=0&filter[is_paid]=1')).toEqual(['Søren Müller']);
    expect(await found('filter[has_schedule]=0')).toEqual(['Зоя']);
    expect(await found('filter[is_assistant]=1')).toEqual([]);
    const { body } = await other.call(
      'GET',
      `//api/v2/locations/${other.locationId}/team_members?include=position&include=employee`,
      {
        headers: { accept: 'application/vnd.api.v2+json' },
      },
    );
    expect(body.included).toEqual([{ type: 'staff_position', id: String(position.id), attributes: { title: 'Parucchiere' } }]);
    expect(body.data[0].relationships).toEqual({
      position: { data: { type: 'staff_position', id: String(position.id) } },
      employee: { data: null },
    });
    expect(body.data[1].relationships.position).toEqual({ data: null });
  });
});

/** The team members whose calendar and clients a user is limited to. */
async function limitsOf({ locationId }: Shop, userId: number) {
  const { db } = await testDatabase();
  const { role, permissions } = await getMembership(db, locationId, userId);
  const { master_id, clients_visit_master_id } = resolvePermissions(role, permissions);
  return [master_id, clients_visit_master_id];
}

describe('a team member added quickly', () => {
  test('gets an account of their own, as a worker of the location', async () => {
    const { data: position } = await company('POST', '/positions/quick', { body: { title: 'Barber' } });
    const email = someMail();
    const answer = await quick({ name: 'Grace', position_id: position.id, user_email: email, is_paid_staff: true });
    expect([answer.status, answer.data]).toEqual([
      201,
      {
        id: expect.any(Number),
        name: 'Grace',
        company_id: shop.locationId,
        specialization: 'Stylist',
        avatar: '',
        avatar_big: '',
        position: { id: position.id, title: 'Barber' },
        is_paid_staff: true,
      },
    ]);
    const users = (await company('GET', '/users')).data as { email: string }[];
    expect(users.some((user) => JSON.stringify(user).includes(email))).toBe(true);
  });

  test('is limited to their own calendar and clients as a new worker', async () => {
    const answer = await quick();
    const listed = (await staff('GET')).data.find(({ id }: { id: number }) => id === answer.data.id);
    expect(await limitsOf(shop, listed.user_id)).toEqual([answer.data.id, answer.data.id]);
  });

  test('keeps the rights of a user whom the location has already', async () => {
    const [clerk, worker] = await Promise.all([
      shop.hire('administrator'),
      shop.hire('worker', { master_id: await shop.addTeamMember() }),
    ]);
    const before = await Promise.all([limitsOf(shop, clerk.id), limitsOf(shop, worker.id)]);
    expect((await quick({ user_email: clerk.email })).status).toBe(201);
    expect((await quick({ user_email: worker.email })).status).toBe(201);
    expect(await Promise.all([limitsOf(shop, clerk.id), limitsOf(shop, worker.id)])).toEqual(before);
  });

  test('who comes back gets the new calendar in place of the deleted one, at once', async () => {
    const second = await openShop({ chainId: shop.chainId, partner: shop.partner });
    const { db } = await testDatabase();
    await addLocationUser(db, { locationId: second.locationId, userId: shop.owner.id, role: 'owner' });
    const worker = await shop.hire('worker');
    const hireThere = () =>
      second.call('POST', `/company/${second.locationId}/staff/quick`, {
        body: { name: 'Ada', specialization: '', position_id: null, user_email: worker.email, is_user_invite: false },
        authorization: shop.owner.authorization,
      });
    const calendar = async () =>
      (await second.call('GET', `/user/permissions/${second.locationId}`, { authorization: worker.authorization })).data
        .timetable;
    const { data: first } = await hireThere();
    expect((await calendar()).master_id).toBe(first.id);
    await second.call('DELETE', `/staff/${second.locationId}/${first.id}`);
    const { data: again } = await hireThere();
    expect((await calendar()).master_id).toBe(again.id);
  });

  test('twice at once makes one account, which one team member has', async () => {
    const [user_email, user_phone] = [someMail(), somePhone().slice(1)];
    const answers = await Promise.all([quick({ user_email, user_phone }), quick({ user_email, user_phone })]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422]);
    const users = (await company('GET', '/users')).data as { email: string }[];
    expect(users.filter(({ email }) => email === user_email)).toHaveLength(1);
  });

  test('with the address of a stranger has a user as they were described, and nothing of the stranger', async () => {
    const stranger = await (await openShop()).hire('worker');
    const answer = await quick({ name: 'Somebody', user_email: stranger.email });
    expect(answer.status).toBe(201);
    const listed = (await staff('GET')).data.find((member: { id: number }) => member.id === answer.data.id);
    expect(listed.user).toEqual([{ id: listed.user_id, name: 'Somebody', avatar: '' }]);
    expect(listed.user_id).not.toBe(stranger.id);
    const authorization = `Bearer ${shop.partner.token}, User ${stranger.token}`;
    expect((await shop.call('GET', `/clients/${shop.locationId}`, { authorization })).status).not.toBe(200);
  });

  test('needs a position of the location, and numbers that are numbers', async () => {
    expect(fieldsOf(await quick({ position_id: 2_000_000_000 }))).toEqual([422, ['position_id']]);
    expect(fieldsOf(await quick({ user_phone: '12' }))).toEqual([422, ['user_phone']]);
    expect(fieldsOf(await quick({ user_email: 'nobody' }))).toEqual([422, ['user_email']]);
  });

  test('adds no user of the location without the right to do so', async () => {
    const clerk = await shop.hire('owner', { create_users_access: false });
    expect((await quick({}, { authorization: clerk.authorization })).status).toBe(403);
    const known = await shop.hire('worker');
    expect((await quick({ user_email: known.email }, { authorization: clerk.authorization })).status).toBe(201);
  });
});

describe('a position', () => {
  test('is made, listed, read, changed and deleted', async () => {
    const made = await v2('POST', '/positions', { body: { title: 'Senior Stylist', description: 'Cuts' } });
    expect([made.status, made.data.attributes]).toEqual([
      201,
      {
        chain_id: shop.chainId,
        title: 'Senior Stylist',
        description: 'Cuts',
        services_binding_type: 0,
        rules_required_fields: [],
        only_chain_appointment: false,
        salon_ids: [shop.locationId],
      },
    ]);
    const path = `/positions/${made.data.id}`;
    expect((await v2('GET', path)).body).toEqual(made.body);
    expect((await v2('GET', '/positions')).data).toContainEqual(made.data);
    expect((await company('GET', '/staff/positions')).data).toContainEqual({ id: Number(made.data.id), title: 'Senior Stylist' });
    expect((await v2('PUT', path, { body: { title: 'Stylist' } })).status).toBe(204);
    expect((await v2('GET', path)).data.attributes).toMatchObject({ title: 'Stylist', description: 'Cuts' });
    expect((await v2('DELETE', path)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await v2(method, path)).status).toBe(404);
  });

  test('stays while a team member has it', async () => {
    const { data } = await v2('POST', '/positions', { body: { title: 'Held' } });
    const id = Number(data.id);
    const member = await shop.addTeamMember({ positionId: id });
    expect((await v2('DELETE', `/positions/${id}`)).status).toBe(403);
    await staff('DELETE', `/${member}`);
    expect((await v2('DELETE', `/positions/${id}`)).status).toBe(204);
  });

  test('is refused with a wrong title or a field that nobody knows', async () => {
    expect(fieldsOf(await v2('POST', '/positions', { body: { title: '' } }))).toEqual([422, ['title']]);
    expect(fieldsOf(await v2('POST', '/positions', { body: { title: 'x'.repeat(101) } }))).toEqual([422, ['title']]);
    expect(fieldsOf(await v2('POST', '/positions', { body: { title: 'X', salary: 1 } }))).toEqual([422, ['body']]);
    expect(fieldsOf(await company('POST', '/positions/quick', { body: {} }))).toEqual([422, ['title']]);
  });

  test('is not that of another location', async () => {
    const other = await openShop({ chainId: shop.chainId, partner: shop.partner });
    const { data } = await v2('POST', '/positions', { body: { title: 'Mine' } });
    const { db } = await testDatabase();
    await addLocationUser(db, { locationId: other.locationId, userId: shop.owner.id, role: 'owner' });
    const answer = await shop.call('GET', `//api/v2/locations/${other.locationId}/positions/${data.id}`, {
      headers: { accept: 'application/vnd.api.v2+json' },
    });
    expect(answer.status).toBe(404);
  });
});
