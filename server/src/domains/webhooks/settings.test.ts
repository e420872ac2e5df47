import { describe, expect, test } from 'vitest';
import { openShop, startServer } from '../../../test/harness.ts';
import { allFlags, deliver, startReceiver, subscribe } from '../../../test/receiver.ts';

const path = (shop: { locationId: number }) => `/hooks_settings/${shop.locationId}`;
const none = Object.fromEntries(Object.keys(allFlags).map((flag) => [flag, 0]));

describe('the settings of webhooks', () => {
  test('are empty at first', async () => {
    const shop = await openShop();
    const { status, data, meta } = await shop.call('GET', path(shop));
    expect(status).toBe(200);
    expect(data).toEqual({ urls: [], active: 0, ...none, self_sending: 0, url_settings: [] });
    expect(meta).toEqual([]);
  });

  test('have the same flags for all addresses, and a flag that was not sent is off', async () => {
    const shop = await openShop();
    const urls = ['https://one.example.com/hooks', 'https://two.example.com/hooks?key=1'];
    const saved = await shop.call('POST', path(shop), { body: { urls, active: 1, record: 1, master: '1', client: 0 } });
    const flags = { active: 1, ...none, record: 1, master: 1, self_sending: 0 };
    const expected = { urls, ...flags, url_settings: urls.map((url) => ({ url, ...flags })) };
    expect([saved.status, saved.data]).toEqual([201, expected]);
    expect((await shop.call('GET', path(shop))).data).toEqual(expected);
    const changed = await shop.call('POST', path(shop), { body: { urls: [urls[1]], active: 0, schedule: 1, self_sending: 1 } });
    expect(changed.data).toMatchObject({ urls: [urls[1]], active: 0, record: 0, schedule: 1, self_sending: 1 });
  });

  test.each([
    ['none', [], 'must have 1 to 10 addresses'],
    ['eleven', Array.from({ length: 11 }, (_, index) => `https://example.com/${index}`), 'must have 1 to 10 addresses'],
    ['one twice', ['https://example.com/hooks', 'https://EXAMPLE.com:443/hooks'], 'must be distinct'],
    ['a word', ['hooks'], 'has an address that is no address of the web'],
    ['a file', ['file:///etc/passwd'], 'has an address that is no address of the web'],
    ['a password', ['https://a:b@example.com/'], 'has an address that names a user or a password'],
    ['a private address', ['http://10.1.2.3/'], 'has an address that leads to an address that is not public'],
    ['the metadata of a cloud', ['http://169.254.169.254/'], 'has an address that leads to an address that is not public'],
  ])('are refused with %s', async (_, urls, message) => {
    const shop = await openShop();
    const answer = await shop.call('POST', path(shop), { body: { urls, active: 1 } });
    expect([answer.status, answer.meta.errors]).toEqual([422, [{ urls: [message] }]]);
    expect((await shop.call('GET', path(shop))).data.urls).toEqual([]);
  });

  test('allow an address of this machine only where the operator does', async () => {
    const shop = await openShop();
    const server = await startServer({ outsideNetworks: [] });
    const body = { urls: ['http://127.0.0.1:9/'], active: 1 };
    expect((await shop.call('POST', path(shop), { body, server })).status).toBe(422);
    expect((await shop.call('POST', path(shop), { body })).status).toBe(201);
  });

  test('take ten addresses', async () => {
    const shop = await openShop();
    const urls = Array.from({ length: 10 }, (_, index) => `https://example.com/${index}`);
    expect((await subscribe(shop, urls)).data.urls).toEqual(urls);
  });

  test('need the right to manage webhooks, for reading too', async () => {
    const shop = await openShop();
    const clerk = await shop.hire('administrator', { webhook_read_access: false });
    const body = { urls: ['https://example.com/'], active: 1 };
    for (const [method, options] of [['GET', {}] as const, ['POST', { body }] as const]) {
      expect((await shop.call(method, path(shop), { ...options, authorization: clerk.authorization })).status).toBe(403);
    }
    const stranger = await openShop();
    expect((await shop.call('GET', path(stranger))).status).toBe(404);
  });

  test('decide by resource what is sent', async () => {
    const shop = await openShop();
    const receiver = await startReceiver();
    await subscribe(shop, [receiver.url], { ...none, service: 1 });
    await shop.addClient();
    const category = await shop.call('POST', `/service_categories/${shop.locationId}`, { body: { title: 'Hair' } });
    await shop.call('POST', `/services/${shop.locationId}`, { body: { title: 'Cut', category_id: category.data.id } });
    await deliver(shop);
    expect(receiver.received.map(({ body }) => body.resource)).toEqual(['service']);
  });

  test('leave out what their author changes, with self_sending 0', async () => {
    const shop = await openShop();
    const receiver = await startReceiver();
    const clerk = await shop.hire('administrator');
    await subscribe(shop, [receiver.url], { self_sending: 0 });
    await shop.addClient({ name: 'By the author' });
    const body = { name: 'By the clerk', phone: '12125550123' };
    await shop.call('POST', `/clients/${shop.locationId}`, { body, authorization: clerk.authorization });
    await deliver(shop);
    expect(receiver.received.map((each) => each.body.data.name)).toEqual(['By the clerk']);
  });

  test('that are off send nothing, also nothing later', async () => {
    const shop = await openShop();
    const receiver = await startReceiver();
    await subscribe(shop, [receiver.url]);
    await shop.addClient();
    await subscribe(shop, [receiver.url], { active: 0 });
    await shop.addClient();
    await subscribe(shop, [receiver.url]);
    await deliver(shop);
    expect(receiver.received).toEqual([]);
    await shop.addClient();
    await deliver(shop);
    expect(receiver.received).toHaveLength(1);
  });

  test('without an address no longer send what waited for it', async () => {
    const shop = await openShop();
    const [kept, removed] = [await startReceiver(), await startReceiver()];
    await subscribe(shop, [kept.url, removed.url]);
    await shop.addClient();
    await subscribe(shop, [kept.url]);
    await deliver(shop);
    expect([kept.received.length, removed.received.length]).toEqual([1, 0]);
  });
});
