import { expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/harness.ts';

const landing_external = 'https://tips.example.com/ada';

/** A location with a team member who has tip settings. */
async function openTipped(fields: Record<string, unknown> = {}) {
  const shop = await openShop();
  const staff_id = await shop.addTeamMember({ name: 'Ada Ωμέγα' });
  const path = `/tips/${shop.locationId}/settings`;
  const { data } = await shop.call('POST', path, { body: { staff_id, ...fields } });
  return { shop, staff_id, path, id: data.id as number, one: `${path}/${data.id}` };
}

const statusOf = async (shop: Shop, one: string) => {
  const { status, status_title } = (await shop.call('GET', one)).data;
  return [status, status_title];
};

test('a location without tips has an empty list', async () => {
  const shop = await openShop();
  expect((await shop.call('GET', `/tips/${shop.locationId}/settings`)).body).toEqual({
    success: true,
    data: [],
    meta: { count: 0 },
  });
});

test('tips are set up in three steps: nothing yet, then a page to tip on, then an account to tip to', async () => {
  const { shop, one } = await openTipped();
  expect(await statusOf(shop, one)).toEqual([1, 'new settings']);
  expect((await shop.call('PUT', one, { body: { landing_external } })).data.status).toBe(3);
  expect(await statusOf(shop, one)).toEqual([3, 'pending account']);
  expect((await shop.call('PUT', one, { body: { has_account: true } })).data.status).toBe(4);
  expect(await statusOf(shop, one)).toEqual([4, 'everything is set']);
  expect((await shop.call('PUT', one, { body: { has_account: false } })).data.status).toBe(3);
});

test('the list has the member, and a UUID that stays when the settings change', async () => {
  const { shop, path, staff_id, id, one } = await openTipped({ landing_external, has_account: true });
  const [row] = (await shop.call('GET', path)).data;
  expect(row).toEqual({
    id,
    location_id: shop.locationId,
    staff_id,
    hash: expect.stringMatching(/^[0-9a-f-]{36}$/),
    status: 4,
    status_title: 'everything is set',
    is_enabled: false,
    landing_external,
    master_tips_form_link: '',
    invite_sms_sent: false,
    staff: { id: staff_id, name: 'Ada Ωμέγα', specialization: '', avatar: '' },
  });
  const changed = await shop.call('PUT', one, { body: { master_tips_form_link: 'http://tips.example.com/open' } });
  expect(changed.data).toEqual({ ...row, master_tips_form_link: 'http://tips.example.com/open' });
  expect((await shop.call('GET', one)).data).toEqual(changed.data);
});

test('the user and the position of a member are in the answer once there are some', async () => {
  const shop = await openShop();
  const position = await shop.call('POST', `/company/${shop.locationId}/positions/quick`, { body: { title: 'Yogist' } });
  const staff_id = await shop.addTeamMember({ positionId: position.data.id, userId: shop.owner.id });
  const path = `/tips/${shop.locationId}/settings`;
  await shop.call('POST', path, { body: { staff_id } });
  const [{ staff }] = (await shop.call('GET', path)).data;
  expect(staff.position).toEqual({ id: position.data.id, title: 'Yogist' });
  expect(staff.user).toMatchObject({ id: shop.owner.id, name: expect.any(String), email: expect.any(String) });
});

test('tips are enabled by a GET and disabled by a POST, both any number of times, at every step', async () => {
  const { shop, one } = await openTipped();
  const before = (await shop.call('GET', one)).data;
  for (let times = 0; times < 2; times += 1) {
    const { body } = await shop.call('GET', `${one}/enable`);
    expect(body).toEqual({ success: true, data: [{ ...before, is_enabled: true }], meta: { count: 1 } });
  }
  expect((await shop.call('GET', one)).data.is_enabled).toBe(true);
  for (let times = 0; times < 2; times += 1) {
    const { body } = await shop.call('POST', `${one}/disable`);
    expect(body).toEqual({ success: true, data: [before], meta: { count: 1 } });
  }
  expect((await shop.call('GET', one)).data.is_enabled).toBe(false);
});

test('enabling leaves one entry in the audit trail, and enabling again none', async () => {
  const { shop, one } = await openTipped();
  const trail = async () =>
    (await shop.call('GET', `/company/${shop.locationId}/audit?kind=tip%20settings`)).data.map(
      ({ action, operation }: { action: string; operation: string }) => `${action} ${operation}`,
    );
  await shop.call('GET', `${one}/enable`);
  await shop.call('GET', `${one}/enable`);
  expect(await trail()).toEqual(['update enable_team_member_tips', 'create create_team_member_tip_settings']);
  await shop.call('DELETE', one);
  expect(await trail()).toHaveLength(3);
});

test.each([
  ['landing_external', { landing_external: 'tips.example.com' }],
  ['landing_external', { landing_external: 'javascript:alert(1)' }],
  ['master_tips_form_link', { master_tips_form_link: 'ftp://tips.example.com' }],
  ['has_account', { has_account: true }],
])('%s is refused: %j', async (field, body) => {
  const { shop, one } = await openTipped();
  const answer = await shop.call('PUT', one, { body });
  expect([answer.status, Object.keys(answer.body.meta.errors[0])]).toEqual([422, [field]]);
  expect((await shop.call('GET', one)).data).toMatchObject({ status: 1, landing_external: '', master_tips_form_link: '' });
});

test('the page cannot be removed while the member has an account', async () => {
  const { shop, one } = await openTipped({ landing_external, has_account: true });
  const answer = await shop.call('PUT', one, { body: { landing_external: ' ' } });
  expect([answer.status, answer.body.meta.errors]).toEqual([422, [{ has_account: ['needs landing_external'] }]]);
  expect((await shop.call('PUT', one, { body: { landing_external: '', has_account: false } })).data.status).toBe(1);
});

test('a member has tip settings once, even if two requests set them up at once', async () => {
  const shop = await openShop();
  const staff_id = await shop.addTeamMember();
  const path = `/tips/${shop.locationId}/settings`;
  const answers = await Promise.all([1, 2, 3, 4].map(() => shop.call('POST', path, { body: { staff_id } })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
  expect(answers.find(({ status }) => status === 422)?.body.meta.errors).toEqual([{ staff_id: ['has tip settings already'] }]);
  expect((await shop.call('GET', path)).body.meta.count).toBe(1);
});

test('two requests that enable, disable and delete at once leave nothing half-done', async () => {
  const { shop, path, one } = await openTipped({ landing_external });
  const answers = await Promise.all([
    shop.call('GET', `${one}/enable`),
    shop.call('DELETE', one),
    shop.call('POST', `${one}/disable`),
    shop.call('DELETE', one),
  ]);
  expect(answers.map(({ status }) => status).filter((status) => ![200, 204, 404].includes(status))).toEqual([]);
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect((await shop.call('GET', path)).data).toEqual([]);
});

test('settings of a deleted member are gone, and nobody sets up tips for one', async () => {
  const { shop, path, staff_id, one } = await openTipped();
  await shop.call('DELETE', `/staff/${shop.locationId}/${staff_id}`);
  expect((await shop.call('GET', path)).data).toEqual([]);
  for (const [method, to] of [
    ['GET', one],
    ['GET', `${one}/enable`],
    ['POST', `${one}/disable`],
    ['DELETE', one],
  ] as const) {
    expect((await shop.call(method, to)).status).toBe(404);
  }
  expect((await shop.call('POST', path, { body: { staff_id } })).body.meta.errors).toEqual([
    { staff_id: ['must be a team member of this location'] },
  ]);
});

test('only users who manage tips see and change them, and only those of their location', async () => {
  const { shop, path, one, id } = await openTipped();
  const other = await openTipped();
  const trainee = await shop.hire('owner', { is_salon_tips_manager: false });
  for (const [method, to] of [
    ['GET', path],
    ['GET', one],
    ['GET', `${one}/enable`],
    ['POST', `${one}/disable`],
    ['DELETE', one],
  ] as const) {
    expect((await shop.call(method, to, { authorization: trainee.authorization })).status).toBe(403);
    if (to !== path) expect((await other.shop.call(method, to.replace(path, other.path))).status).toBe(404);
  }
  expect((await shop.call('GET', one)).data).toMatchObject({ id, is_enabled: false });
  const foreign = await shop.call('POST', path, { body: { staff_id: other.staff_id } });
  expect(foreign.body.meta.errors).toEqual([{ staff_id: ['must be a team member of this location'] }]);
});
