import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onPostgres, openShop, type Server, type Shop, startServer, testDatabase } from '../../../test/harness.ts';
import { makeDue, runDueJobs } from '../../../test/jobs.ts';

/** What the partner's address has received, and what it answers. */
const heard: Record<string, unknown>[] = [];
let answers: number[] = [];
const partnerSite = createServer((request, response) => {
  let text = '';
  request.on('data', (part) => {
    text += part;
  });
  request.on('end', () => {
    heard.push(JSON.parse(text));
    response.statusCode = answers.shift() ?? 200;
    response.end();
  });
});

let shop: Shop;
let server: Server;
let webhookUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => partnerSite.listen(0, '127.0.0.1', resolve));
  webhookUrl = `http://127.0.0.1:${(partnerSite.address() as AddressInfo).port}/foyer`;
  shop = await openShop();
  server = await startServer({ outsideNetworks: ['127.0.0.1'] });
});
afterAll(() => partnerSite.close());

const asPartner = (of: Shop = shop) => `Bearer ${of.partner.token}`;
const asked = (method: string, path: string, body?: unknown, authorization = asPartner()) =>
  shop.call(method, path, { authorization, server, ...(body === undefined ? {} : { body }) });

/** A partner of its own, whose applications other tests do not see. */
const openPartner = () => openShop();

async function register(fields: Record<string, unknown> = {}, of: Shop = shop): Promise<number> {
  const body = {
    name: 'Reminders',
    callback_url: 'https://partner.example/connect?lang=en',
    webhook_url: webhookUrl,
    rights: ['clients_access'],
    ...fields,
  };
  const answer = await asked('POST', '/marketplace/applications', body, asPartner(of));
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.data.id;
}

const connect = (id: number, place: Shop = shop, authorization = place.owner.authorization) =>
  place.call('POST', `/company/${place.locationId}/marketplace/applications/${id}/connect`, { authorization, server });
const callback = (id: number, place: Shop = shop, fields: object = {}) =>
  asked('POST', '/marketplace/partner/callback', { salon_id: place.locationId, application_id: id, ...fields });
const statusOf = async (id: number, place: Shop = shop) =>
  (await asked('GET', `/marketplace/salon/${place.locationId}/application/${id}`)).data;

async function install(fields: Record<string, unknown> = {}, place: Shop = shop): Promise<number> {
  const id = await register(fields);
  expect((await connect(id, place)).status).toBe(200);
  expect((await callback(id, place)).status).toBe(201);
  return id;
}

const remove = (id: number, place: Shop = shop) =>
  place.call('DELETE', `/company/${place.locationId}/marketplace/applications/${id}`, { server });

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const pay = (id: number, fields: object = {}) =>
  asked('POST', '/marketplace/partner/payment', {
    salon_id: shop.locationId,
    application_id: id,
    currency_iso: 'eur',
    payment_sum: 990.99,
    payment_date: '2026-01-01 10:10:00',
    period_from: day(-10),
    period_to: day(20),
    ...fields,
  });

const freeze = async () => {
  await makeDue({ kind: 'freeze unpaid applications' });
  await runDueJobs(server, { kind: 'freeze unpaid applications' });
};
const tell = () => runDueJobs(server, { locationId: shop.locationId });

const userTokenOf = async (id: number, place: Shop = shop) =>
  (await asked('POST', `/marketplace/salon/${place.locationId}/application/${id}/user_token`)).data?.user_token as string;
const readClients = async (token: string, place: Shop = shop) =>
  (await place.call('GET', `/clients/${place.locationId}`, { authorization: `${asPartner()}, User ${token}`, server })).status;

describe('installing', () => {
  test('the location agrees, the partner confirms, and the application is active; the log has both', async () => {
    const id = await register();
    expect(await statusOf(id)).toBeNull();
    const { data } = await connect(id);
    expect(data.redirect_url).toBe(`https://partner.example/connect?lang=en&salon_id=${shop.locationId}&application_id=${id}`);
    expect(await statusOf(id)).toMatchObject({ connection_status: { status: 'pending' }, payments: [], logs: [{}] });
    const confirmed = await callback(id, shop, { api_key: 7, webhook_urls: ['https://example.com/webhook'] });
    expect([confirmed.status, confirmed.body]).toEqual([201, '']);
    const { connection_status, logs } = await statusOf(id);
    expect(connection_status).toEqual({
      status: 'active',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
    expect(logs).toMatchObject([
      { status_from: 'uninstalled', status_to: 'pending', source: 'marketplace' },
      { status_from: 'pending', status_to: 'active', source: 'partner_api' },
    ]);
  });

  test('an application that asks for it gets the data of the user, signed by the token of the partner', async () => {
    const id = await register({ asks_user_data: true });
    const address = new URL((await connect(id)).data.redirect_url);
    const data = Buffer.from(address.searchParams.get('user_data') as string, 'base64').toString();
    const { id: userId, email } = shop.owner;
    expect(JSON.parse(data)).toMatchObject({ id: userId, user_id: userId, name: 'Test User', email, is_approved: true });
    expect(Object.keys(JSON.parse(data))).toEqual(['id', 'user_id', 'name', 'email', 'phone', 'salon_name', 'is_approved']);
    const sign = createHmac('sha256', shop.partner.token).update(data).digest('hex');
    expect(address.searchParams.get('user_data_sign')).toBe(sign);
  });

  test('the callback must come within an hour of the consent; agreeing again begins the hour again', async () => {
    const id = await register();
    const { query } = await testDatabase();
    const age = (minutes: number) =>
      query({
        text: 'update installations set consented_at = now() - make_interval(mins => $2) where application_id = $1',
        values: [id, minutes],
      });
    expect((await callback(id)).status).toBe(422);
    await connect(id);
    await age(61);
    const late = await callback(id);
    expect([late.status, late.meta.errors]).toEqual([422, [{ salon_id: [expect.stringContaining('older than an hour')] }]]);
    await connect(id);
    await age(59);
    expect((await callback(id)).status).toBe(201);
    // Later, it changes only what the partner sends.
    await age(600);
    expect((await callback(id)).status).toBe(201);
    expect((await connect(id)).status).toBe(422);
    expect((await statusOf(id)).logs).toHaveLength(2);
  });

  test('a callback in the browser leads back to the partner', async () => {
    const id = await register();
    await connect(id);
    const body = { salon_id: shop.locationId, application_id: id };
    const plain = await asked('POST', '/marketplace/partner/callback/redirect', body);
    expect([plain.status, plain.body.success, (await statusOf(id)).connection_status.status]).toEqual([200, true, 'active']);
    const browser = await fetch(`${server.url}/api/v1/marketplace/partner/callback/redirect`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: asPartner(), 'content-type': 'application/json', accept: 'text/html,*/*' },
      body: JSON.stringify(body),
    });
    expect([browser.status, browser.headers.get('location')]).toEqual([
      301,
      `https://partner.example/connect?lang=en&salon_id=${shop.locationId}&application_id=${id}`,
    ]);
  });

  test('several callbacks at once make one user and one change of the state', async () => {
    for (let round = 0; round < (onPostgres() ? 10 : 1); round++) {
      const id = await register();
      await Promise.all([connect(id), connect(id)]);
      const answers = await Promise.all([1, 2, 3].map(() => callback(id)));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect((await statusOf(id)).logs).toHaveLength(2);
    }
  });

  test('a user gives an application only rights that they have, and needs the right to the settings', async () => {
    const id = await register({ rights: ['clients_access', 'delete_users_access'] });
    const few = await shop.hire('owner', { delete_users_access: false });
    expect((await connect(id, shop, few.authorization)).status).toBe(403);
    const none = await shop.hire('owner', { settings_access: false });
    expect((await connect(id, shop, none.authorization)).status).toBe(403);
    expect((await connect(2_000_000_000)).status).toBe(404);
  });
});

describe('the user of an application', () => {
  test('has the declared rights and no others, and its token ends with a new one and with uninstalling', async () => {
    const place = await openShop();
    const id = await install({}, place);
    const token = await userTokenOf(id, place);
    expect(await readClients(token, place)).toBe(200);
    const add = await place.call('POST', `/clients/${place.locationId}`, {
      authorization: `${asPartner()}, User ${token}`,
      body: { name: 'Ada', phone: '+12125550101' },
      server,
    });
    expect(add.status).toBe(403);
    const second = await userTokenOf(id, place);
    expect([await readClients(token, place), await readClients(second, place)]).toEqual([401, 200]);
    const offered = async () =>
      (await place.call('GET', `/company/${place.locationId}/marketplace/applications?count=1000`, { server })).data.find(
        (each: { id: number }) => each.id === id,
      );
    expect(await offered()).toMatchObject({ status: 'active', user_id: expect.any(Number) });
    expect((await remove(id, place)).status).toBe(204);
    expect(await readClients(second, place)).toBe(401);
    expect(await offered()).toMatchObject({ status: 'uninstalled', user_id: 0 });
    // The partner has lost the location too.
    expect((await asked('GET', `/company/${place.locationId}`)).status).toBe(404);
    expect((await remove(id, place)).status).toBe(404);
  });

  test('the connection of the partner stays while another of its applications is there, or if it was there before', async () => {
    const place = await openShop();
    const [one, two] = [await install({}, place), await install({}, place)];
    const sees = async () => (await asked('GET', `/company/${place.locationId}`)).status;
    await remove(one, place);
    expect(await sees()).toBe(200);
    await remove(two, place);
    expect(await sees()).toBe(404);
    const own = await install();
    await remove(own);
    expect((await asked('GET', `/company/${shop.locationId}`)).status).toBe(200);
  });

  test('keeps the rights that the location agreed to; what is declared later arrives only with a new consent', async () => {
    const place = await openShop();
    const id = await register();
    const declare = (rights: string[]) => asked('PUT', `/marketplace/applications/${id}`, { rights });
    const rights = async () => {
      const { query } = await testDatabase();
      const [row] = await query<{ rights: string[] }>({
        text: `select array_agg(own.key order by own.key) as rights from installations i join location_users u using (location_id, user_id),
          jsonb_each(u.permissions) own where i.application_id = $1 and own.value = 'true'`,
        values: [id],
      });
      return row?.rights ?? [];
    };
    await connect(id, place);
    // Declared between the consent and the callback, and again while it is frozen.
    await declare(['clients_access', 'finances_access']);
    await callback(id, place);
    expect(await rights()).toEqual(['clients_access']);
    const at = { salon_id: place.locationId };
    await pay(id, { ...at, period_from: day(-40), period_to: day(-2) });
    await freeze();
    expect(await rights()).toEqual([]);
    await declare(['storages_access']);
    await pay(id, at);
    expect(await rights()).toEqual(['clients_access']);
    await remove(id, place);
    await connect(id, place);
    await declare([]);
    await connect(id, place);
    await declare(['finances_access']);
    await callback(id, place);
    expect(await rights()).toEqual([]);
    await remove(id, place);
    await connect(id, place);
    await callback(id, place);
    expect(await rights()).toEqual(['finances_access']);
  });

  test('an application that is not active gets no token', async () => {
    const id = await register();
    const renew = async () => (await asked('POST', `/marketplace/salon/${shop.locationId}/application/${id}/user_token`)).status;
    expect(await renew()).toBe(404);
    await connect(id);
    expect(await renew()).toBe(422);
  });

  test('after uninstalling, it can be installed again', async () => {
    const id = await install();
    await remove(id);
    expect(await statusOf(id)).toBeNull();
    await connect(id);
    await callback(id);
    expect(await readClients(await userTokenOf(id))).toBe(200);
    expect((await statusOf(id)).logs.map((log: { status_to: string }) => log.status_to)).toEqual([
      'pending',
      'active',
      'uninstalled',
      'pending',
      'active',
    ]);
  });
});

describe('payments', () => {
  test('are in the status, with their period, in the time of the location', async () => {
    const id = await install();
    const { data } = await pay(id, { period_from: '2026-01-01', period_to: '2026-01-31' });
    expect((await statusOf(id)).payments).toEqual([
      {
        id: data.id,
        payment_sum: 990.99,
        payment_date: '2026-01-01 10:10:00',
        is_refunded: false,
        period_from: '2026-01-01 00:00:00',
        period_to: '2026-01-31 23:59:59',
      },
    ]);
  });

  test('the same report is the same payment, also at the same moment; one that differs is another', async () => {
    const id = await install();
    const made = await Promise.all([1, 2, 3].map(async () => (await pay(id)).data.id));
    expect(new Set(made).size).toBe(1);
    expect((await pay(id, { payment_sum: 5 })).data.id).not.toBe(made[0]);
    await asked('POST', `/marketplace/partner/payment/refund/${made[0]}`);
    expect((await pay(id)).data.id).not.toBe(made[0]);
  });

  test('when the paid time is over, the application is frozen, the partner is told, and its user has no access until it is paid', async () => {
    const id = await install();
    const token = await userTokenOf(id);
    await tell();
    heard.length = 0;
    await pay(id, { period_from: day(-40), period_to: day(-2) });
    await freeze();
    const notices = () => heard.filter(({ application_id }) => application_id === id);
    expect((await statusOf(id)).connection_status.status).toBe('freezed');
    expect(await readClients(token)).toBe(404);
    await tell();
    expect(notices()).toEqual([
      { salon_id: shop.locationId, application_id: id, event: 'freeze', partner_token: shop.partner.token },
    ]);
    await freeze();
    await tell();
    expect(notices()).toHaveLength(1);
    // Two days ago, because yesterday may still last where the location is.
    await pay(id, { period_from: day(-50), period_to: day(-2) });
    expect((await statusOf(id)).connection_status.status).toBe('freezed');
    await pay(id);
    expect((await statusOf(id)).connection_status.status).toBe('active');
    expect(await readClients(token)).toBe(200);
    expect((await statusOf(id)).logs.slice(2)).toMatchObject([
      { status_from: 'active', status_to: 'freezed', source: 'marketplace' },
      { status_from: 'freezed', status_to: 'active', source: 'partner_api' },
    ]);
  });

  test('a later payment keeps it active, unless it is refunded; an application that nobody ever paid for is free', async () => {
    const [free, paid] = [await install(), await install()];
    await pay(paid, { period_from: day(-40), period_to: day(-2) });
    const { data } = await pay(paid, { period_from: day(5), period_to: day(35) });
    await freeze();
    expect((await statusOf(paid)).connection_status.status).toBe('active');
    expect((await asked('POST', `/marketplace/partner/payment/refund/${data.id}`)).status).toBe(200);
    expect((await asked('POST', `/marketplace/partner/payment/refund/${data.id}`)).status).toBe(200);
    expect((await statusOf(paid)).payments).toMatchObject([{ is_refunded: false }, { is_refunded: true }]);
    await freeze();
    expect((await statusOf(paid)).connection_status.status).toBe('freezed');
    expect((await statusOf(free)).connection_status.status).toBe('active');
  });

  test('a payment and the refund of another at the same moment leave it active', async () => {
    const id = await install();
    const first = (await pay(id)).data.id;
    await Promise.all([
      pay(id, { payment_date: '2026-02-01 10:10:00' }),
      asked('POST', `/marketplace/partner/payment/refund/${first}`),
      freeze(),
    ]);
    await freeze();
    expect((await statusOf(id)).connection_status.status).toBe('active');
    expect((await statusOf(id)).payments.map((each: { is_refunded: boolean }) => each.is_refunded)).toEqual([true, false]);
  });

  test('a payment that is not as published is refused, and one of another partner cannot be refunded', async () => {
    const id = await install();
    const refused = async (fields: object) => {
      const { status, meta } = await pay(id, fields);
      return [status, Object.keys(meta.errors?.[0] ?? {})[0]];
    };
    expect(await refused({ period_from: '2026-02-01', period_to: '2026-01-01' })).toEqual([422, 'period_to']);
    expect(await refused({ payment_date: 'today' })).toEqual([422, 'payment_date']);
    expect(await refused({ period_to: '2026-02-30' })).toEqual([422, 'period_to']);
    expect(await refused({ payment_sum: -1 })).toEqual([422, 'payment_sum']);
    expect(await refused({ currency_iso: 'EURO' })).toEqual([422, 'currency_iso']);
    expect(await refused({ salon_id: 2_000_000_000 })).toEqual([422, 'salon_id']);
    const { data } = await pay(id);
    const stranger = await openPartner();
    const refund = (payment: number, of: Shop) =>
      asked('POST', `/marketplace/partner/payment/refund/${payment}`, undefined, asPartner(of));
    expect([(await refund(data.id, stranger)).status, (await refund(2_000_000_000, shop)).status]).toEqual([403, 422]);
    expect((await statusOf(id)).payments).toMatchObject([{ is_refunded: false }]);
  });
});

describe('uninstalling', () => {
  test('the partner is told when the location uninstalls, again until it answers 2xx, and not when it does so by itself', async () => {
    const [byLocation, byPartner] = [await install(), await install()];
    await tell();
    heard.length = 0;
    answers = [500, 204];
    await remove(byLocation);
    const left = await asked('POST', `/marketplace/salon/${shop.locationId}/application/${byPartner}/uninstall`);
    expect([left.status, left.body.success, await statusOf(byPartner)]).toEqual([200, true, null]);
    await tell();
    await makeDue({ locationId: shop.locationId });
    await tell();
    await makeDue({ locationId: shop.locationId });
    await tell();
    const notice = {
      salon_id: shop.locationId,
      application_id: byLocation,
      event: 'uninstall',
      partner_token: shop.partner.token,
    };
    expect(heard).toEqual([notice, notice]);
  });

  test('uninstalling twice at the same moment happens once', async () => {
    const id = await install();
    const again = () => asked('POST', `/marketplace/salon/${shop.locationId}/application/${id}/uninstall`);
    const done = (await Promise.all([again(), again()])).map(({ status }) => status);
    expect(done.toSorted()).toEqual([200, 404]);
  });
});

describe('what a partner sets', () => {
  test('locations that have the application are listed by id, in pages; pending ones are not', async () => {
    const id = await install();
    const [branch, waiting] = [await openShop(), await openShop()];
    await connect(id, branch);
    await callback(id, branch);
    await connect(id, waiting);
    const list = async (query: string) =>
      (await asked('GET', `/marketplace/application/${id}/salons?${query}`)).data.map((each: { id: number }) => each.id);
    const both = [shop.locationId, branch.locationId];
    expect(await list('page=1&count=10')).toEqual(both);
    expect([await list('page=2&count=1'), await list('page=3&count=1')]).toEqual([[branch.locationId], []]);
  });

  test('tariffs are listed with their options, and replaced as a whole', async () => {
    const option = { title: 'Solo', overall_price: 500.5, currency_iso: 'USD', duration_in_months: 1, staff_amount: 1 };
    const id = await register({
      tariffs: [{ title: '1 month', options: [option, { ...option, title: 'Team', staff_amount: 9 }] }],
    });
    const tariffs = async () => (await asked('GET', `/marketplace/application/${id}/tariffs`)).data;
    expect(await tariffs()).toEqual([
      {
        id: 1,
        title: '1 month',
        options: [
          { id: expect.any(Number), free_period_in_months: 0, ...option },
          { id: expect.any(Number), free_period_in_months: 0, ...option, title: 'Team', staff_amount: 9 },
        ],
      },
    ]);
    await asked('PUT', `/marketplace/applications/${id}`, { name: 'Other' });
    expect(await tariffs()).toHaveLength(1);
    await asked('PUT', `/marketplace/applications/${id}`, { tariffs: [] });
    expect(await tariffs()).toEqual([]);
  });

  test('a discount is set in all of the locations or in none, and payment links name it, signed', async () => {
    const id = await install();
    const discount = (salon_ids: number[], value = 15.5) =>
      asked('POST', '/marketplace/application/add_discount', { salon_ids, application_id: id, discount: value });
    const link = async (more = '') =>
      (await asked('GET', `/marketplace/application/payment_link?salon_id=${shop.locationId}&application_id=${id}${more}`)).data;
    expect(new URL((await link()).url).searchParams.get('discount')).toBeNull();
    expect((await discount([shop.locationId, 2_000_000_000])).status).toBe(404);
    expect(new URL((await link()).url).searchParams.get('discount')).toBeNull();
    expect((await discount([shop.locationId])).data).toEqual({});
    const { url } = await link();
    const [text, sign] = url.slice(url.indexOf('?') + 1).split('&sign=');
    expect(text).toBe(`salon_id=${shop.locationId}&application_id=${id}&discount=15.5&source=api`);
    expect(sign).toBe(createHmac('sha256', shop.partner.token).update(text).digest('hex'));
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace('15.5', '95.5'))).status).toBe(403);
    expect((await link('&discount=20')).url).toContain('discount=20&');
  });

  test('only chat bots and SMS aggregators have channels', async () => {
    const [bot, other] = [await install({ kind: 'chat_bot' }), await install()];
    const set = async (id: number, fields: object = {}) =>
      (
        await asked('POST', '/marketplace/application/update_channel', {
          salon_id: shop.locationId,
          application_id: id,
          channel_slug: 'sms',
          is_available: true,
          ...fields,
        })
      ).status;
    expect([await set(bot), await set(bot), await set(bot, { channel_slug: 'whatsapp' })]).toEqual([200, 200, 200]);
    const { query } = await testDatabase();
    const channels = async () =>
      (
        await query<{ channels: string[] }>({
          text: 'select channels from installations where application_id = $1',
          values: [bot],
        })
      )[0]?.channels;
    expect(await channels()).toEqual(['sms', 'whatsapp']);
    await set(bot, { is_available: false });
    expect(await channels()).toEqual(['whatsapp']);
    expect([await set(other), await set(bot, { channel_slug: 'fax' }), await set(bot, { salon_id: 2_000_000_000 })]).toEqual([
      422, 422, 422,
    ]);
  });

  test('sender names are replaced', async () => {
    const id = await install();
    const set = (short_names: unknown) =>
      asked('POST', '/marketplace/partner/short_names', { salon_id: shop.locationId, application_id: id, short_names });
    expect([(await set(['Foyer', 'Salon'])).status, (await set(['Salon'])).status, (await set(''.split(''))).status]).toEqual([
      201, 201, 201,
    ]);
    expect([(await set([''])).status, (await set('Salon'.repeat(20))).status]).toEqual([422, 422]);
  });
});

describe('applications of a partner', () => {
  test('are its own: another partner gets 403 for every operation, and unknown ones are 404', async () => {
    const id = await install();
    const stranger = asPartner(await openPartner());
    const place = { salon_id: shop.locationId, application_id: id };
    const calls: [string, string, object?][] = [
      ['GET', `/marketplace/application/${id}/salons`],
      ['GET', `/marketplace/application/${id}/tariffs`],
      ['POST', '/marketplace/application/add_discount', { salon_ids: [shop.locationId], application_id: id, discount: 1 }],
      ['GET', `/marketplace/application/payment_link?salon_id=${shop.locationId}&application_id=${id}`],
      ['POST', '/marketplace/application/update_channel', { ...place, channel_slug: 'sms', is_available: true }],
      ['GET', `/marketplace/salon/${shop.locationId}/application/${id}`],
      ['POST', `/marketplace/salon/${shop.locationId}/application/${id}/uninstall`],
      ['POST', '/marketplace/partner/callback', place],
      ['POST', '/marketplace/partner/callback/redirect', place],
      ['POST', '/marketplace/partner/short_names', { ...place, short_names: [] }],
      ['POST', `/marketplace/salon/${shop.locationId}/application/${id}/user_token`],
      ['PUT', `/marketplace/applications/${id}`, {}],
      ['DELETE', `/marketplace/applications/${id}`],
    ];
    const foreign = await Promise.all(
      calls.map(async ([method, path, body]) => (await asked(method, path, body, stranger)).status),
    );
    expect(foreign).toEqual(calls.map(() => 403));
    expect((await asked('GET', '/marketplace/application/2000000000/tariffs')).status).toBe(404);
    expect((await statusOf(id)).connection_status.status).toBe('active');
    expect((await asked('GET', '/marketplace/applications', undefined, stranger)).data).toEqual([]);
  });

  test('are changed field by field, and deleted when no location has them', async () => {
    const id = await install();
    const changed = await asked('PUT', `/marketplace/applications/${id}`, { short_description: 'Short', kind: 'chat_bot' });
    expect(changed.data).toMatchObject({
      id,
      name: 'Reminders',
      short_description: 'Short',
      kind: 'chat_bot',
      rights: ['clients_access'],
    });
    const drop = async () => (await asked('DELETE', `/marketplace/applications/${id}`)).status;
    expect(await drop()).toBe(422);
    await remove(id);
    expect([await drop(), await drop(), (await connect(id)).status]).toEqual([204, 404, 404]);
  });

  test('unknown rights and addresses that lead nowhere public are refused', async () => {
    const fieldOf = async (fields: object) => {
      const body = { name: 'A', callback_url: 'https://partner.example', ...fields };
      const { status, meta } = await asked('POST', '/marketplace/applications', body);
      return [status, Object.keys(meta.errors?.[0] ?? {})[0]];
    };
    expect(await fieldOf({ rights: ['clients_access', 'rule_the_world'] })).toEqual([422, 'rights']);
    expect(await fieldOf({ rights: ['master_id'] })).toEqual([422, 'rights']);
    expect(await fieldOf({ webhook_url: 'http://10.0.0.1/' })).toEqual([422, 'webhook_url']);
    expect(await fieldOf({ callback_url: 'javascript:alert(1)' })).toEqual([422, 'callback_url']);
    expect(await fieldOf({ name: '  ' })).toEqual([422, 'name']);
    const id = await register();
    await connect(id);
    expect((await callback(id, shop, { webhook_urls: ['http://10.0.0.1/'] })).status).toBe(422);
  });

  test('a new token of the partner signs from then on; the others end when the partner says so', async () => {
    const place = await openPartner();
    const id = await register({ asks_user_data: true }, place);
    const renew = async (bearer: string, body: object) =>
      (await asked('POST', '/marketplace/partner/token', body, `Bearer ${bearer}`)).data.partner_token as string;
    const list = async (bearer: string) =>
      (await asked('GET', '/marketplace/applications', undefined, `Bearer ${bearer}`)).status;
    const second = await renew(place.partner.token, {});
    expect([await list(place.partner.token), await list(second)]).toEqual([200, 200]);
    const token = await renew(second, { ends_others: true });
    expect([await list(place.partner.token), await list(second), await list(token)]).toEqual([401, 401, 200]);
    const address = new URL((await connect(id)).data.redirect_url);
    const data = Buffer.from(address.searchParams.get('user_data') as string, 'base64');
    expect(address.searchParams.get('user_data_sign')).toBe(createHmac('sha256', token).update(data).digest('hex'));
    const { query } = await testDatabase();
    const [row] = await query<{ row: string }>({
      text: "select applications::text || encode(token, 'escape') as row from applications where id = $1",
      values: [id],
    });
    expect(row?.row).not.toContain(token);
  });
});
