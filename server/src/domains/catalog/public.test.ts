import { beforeAll, describe, expect, test } from 'vitest';
import { openShop, type Shop, somePhone } from '../../../test/harness.ts';
import { signInClient } from '../../../test/online.ts';

let shop: Shop;
let open: number;
let closed: number;
let shown: number;
let hidden: number;
let fired: number;
let gone: number;
let online: number;
let offline: number;
/** Closed to online booking, in a category with others that are not. */
let model: number;
/** Calls like a widget or a web site, with only the partner's token. */
let site: { authorization: string };

beforeAll(async () => {
  shop = await openShop();
  site = { authorization: `Bearer ${shop.partner.token}` };
  const category = async (title: string) =>
    (await shop.call('POST', `/service_categories/${shop.locationId}`, { body: { title } })).data.id as number;
  [open, closed] = [await category('Hair'), await category('For the staff')];
  shown = await shop.addTeamMember({ name: 'Basil', userId: shop.owner.id });
  hidden = await shop.addTeamMember({ name: 'Hidden', isHidden: true });
  fired = await shop.addTeamMember({ name: 'Fired', isFired: true });
  gone = await shop.addTeamMember({ name: 'Gone' });
  online = await shop.addService({ title: 'Haircut', categoryId: open });
  offline = await shop.addService({ title: 'Training', categoryId: closed, isActive: false });
  model = await shop.addService({ title: 'Haircut of a model', categoryId: open, isActive: false });
  for (const service of [online, offline]) {
    const link = (member: number) =>
      shop.call('POST', `/company/${shop.locationId}/services/${service}/staff`, {
        body: { master_id: member, seance_length: 3600, technological_card_id: null },
      });
    for (const member of [shown, hidden, fired, gone]) expect((await link(member)).status).toBe(201);
  }
  expect((await shop.call('DELETE', `/staff/${shop.locationId}/${gone}`)).status).toBe(204);
});

const get = (path: string, options = {}) => shop.call('GET', path, options);
const ids = ({ data }: { data: { id: number }[] }) => data.map(({ id }) => id).sort((a, b) => a - b);

describe.each([
  ['without a user', async () => site],
  ['with the token of a client', async () => ({ authorization: await signInClient(shop.partner, somePhone()) })],
])('what anybody may see, %s', (_, as) => {
  test('shows team members who are neither hidden nor dismissed, without the account', async () => {
    const caller = await as();
    const listed = await get(`/staff/${shop.locationId}`, caller);
    expect(listed.status).toBe(200);
    expect(listed.data).toMatchObject([{ id: shown, name: 'Basil', user_id: null, user: [], hidden: 0, fired: 0, status: 0 }]);
    const one = await get(`/staff/${shop.locationId}/${shown}`, caller);
    expect(one.data).toMatchObject([{ id: shown, user_id: null }]);
    for (const id of [hidden, fired, gone]) expect((await get(`/staff/${shop.locationId}/${id}`, caller)).status).toBe(404);
  });

  test('shows services that can be booked online, and who provides them', async () => {
    const caller = await as();
    expect((await get(`/services/${shop.locationId}`, caller)).data).toMatchObject([
      { id: online, title: 'Haircut', staff: [{ id: shown, seance_length: 3600 }] },
    ]);
    expect((await get(`/services/${shop.locationId}/${online}`, caller)).data).toMatchObject({ staff: [{ id: shown }] });
    expect((await get(`/services/${shop.locationId}/${offline}`, caller)).status).toBe(404);
    expect(ids(await get(`/services/${shop.locationId}?staff_id=${shown}&category_id=${open}`, caller))).toEqual([online]);
    for (const query of [`staff_id=${hidden}`, `staff_id=${fired}`, `staff_id=${gone}`, `category_id=${closed}`]) {
      expect((await get(`/services/${shop.locationId}?${query}`, caller)).status).toBe(404);
    }
  });

  test('shows categories with a bookable service, or without any service', async () => {
    const caller = await as();
    const { data } = await shop.call('POST', `/service_categories/${shop.locationId}`, {
      body: { title: 'Soon', staff: [hidden, shown] },
    });
    const listed = await get(`/service_categories/${shop.locationId}`, caller);
    expect(listed.data.filter(({ id }: { id: number }) => id === open || id === data.id)).toMatchObject([
      { id: open, staff: [shown] },
      { id: data.id, staff: [shown] },
    ]);
    expect(ids(listed)).not.toContain(closed);
    for (const path of ['service_categories', 'service_category']) {
      const one = await get(`/${path}/${shop.locationId}/${open}`, caller);
      expect([one.data].flat()).toMatchObject([{ id: open, staff: [shown] }]);
      expect((await get(`/${path}/${shop.locationId}/${closed}`, caller)).status).toBe(404);
    }
  });
});

describe('a member of the location', () => {
  test('sees hidden and dismissed members, accounts, and services that are closed to online booking', async () => {
    expect(ids(await get(`/staff/${shop.locationId}`))).toEqual([shown, hidden, fired]);
    const { data } = await get(`/staff/${shop.locationId}/${shown}`);
    expect(data).toMatchObject([{ user_id: shop.owner.id }]);
    expect(ids(await get(`/services/${shop.locationId}`))).toEqual([online, offline, model]);
    expect((await get(`/services/${shop.locationId}/${offline}`)).data.staff).toMatchObject([
      { id: shown },
      { id: hidden },
      { id: fired },
    ]);
    expect((await get(`/service_category/${shop.locationId}/${closed}`)).data).toMatchObject({ staff: [shown, hidden, fired] });
  });

  test('of another business is a stranger, though the partner is the same', async () => {
    const stranger = await openShop({ partner: shop.partner });
    for (const path of ['staff', 'services', 'service_categories']) {
      expect((await stranger.call('GET', `/${path}/${shop.locationId}`)).status).toBe(404);
    }
    const wrong = { authorization: `Bearer ${shop.partner.token}, User wrong` };
    expect((await get(`/staff/${shop.locationId}`, wrong)).status).toBe(401);
  });
});

describe('lists without an id', () => {
  test.each([
    '/service_categories/{}',
    '/service_categories/{}/',
    '/service_categories/{}/0',
    '/company/{}/service_categories/0',
  ])('%s has all categories', async (path) => {
    const answer = await get(path.replace('{}', String(shop.locationId)));
    expect(answer.status).toBe(200);
    expect(ids(answer)).toEqual(expect.arrayContaining([open, closed]));
    expect(answer.meta).toEqual({ total_count: answer.data.length });
  });

  test('/company/…/staff is of the operation that is declared there, with the number of members', async () => {
    const { data, meta } = await get(`/company/${shop.locationId}/staff`);
    expect(meta).toEqual({ total_count: 3 });
    expect(data[0]).toMatchObject({
      id: shown,
      company_id: shop.locationId,
      is_paid_staff: false,
      is_included_in_payment_policy: true,
    });
    const one = await get(`/company/${shop.locationId}/staff/${shown}`);
    expect([one.data, one.meta]).toEqual([data[0], []]);
    expect((await get(`/company/${shop.locationId}/staff`, site)).status).toBe(401);
  });

  test('/company/…/services is too, with the number of services', async () => {
    const { data, meta } = await get(`/company/${shop.locationId}/services`);
    expect([ids({ data }), meta]).toEqual([[online, offline, model], { total_count: 3 }]);
    const one = await get(`/company/${shop.locationId}/services/${online}`);
    expect([one.data, one.meta]).toEqual([data.find(({ id }: { id: number }) => id === online), []]);
  });
});
