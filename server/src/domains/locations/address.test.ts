import { beforeAll, describe, expect, test } from 'vitest';
import { pictureForm } from '../../../test/every-operation.ts';
import { call, type Person, type Shop, startServer } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';

let salon: Awaited<ReturnType<typeof openSalon>>;
let shop: Shop;
beforeAll(async () => {
  salon = await openSalon();
  shop = salon.shop;
});

const limitedTo = (...list: string[]) => shop.hire('owner', { auth_enable_check_ip: true, auth_list_allowed_ip: list });
const from = (person: Person, address: string, path = `/clients/${shop.locationId}`) =>
  call('GET', path, { authorization: person.authorization, headers: { 'x-forwarded-for': address } });

describe('a user whose addresses are limited', () => {
  test('works in the location from the listed addresses and networks, and from no other', async () => {
    const person = await limitedTo('192.0.2.7', '198.51.100.0/24', '2001:db8:1::/48');
    for (const address of ['192.0.2.7', '198.51.100.200', '2001:db8:1:2::3', '::ffff:192.0.2.7']) {
      expect([address, (await from(person, address)).status]).toEqual([address, 200]);
    }
    for (const address of ['192.0.2.8', '198.51.101.1', '2001:db8:2::1', '127.0.0.1']) {
      const answer = await from(person, address);
      expect([address, answer.status, answer.meta.message]).toEqual([
        address,
        403,
        'You may not use this location from your network address.',
      ]);
    }
  });

  test('works from nowhere when nothing is listed, and from everywhere while the check is off', async () => {
    expect((await from(await limitedTo(), '192.0.2.7')).status).toBe(403);
    const free = await shop.hire('owner', { auth_enable_check_ip: false, auth_list_allowed_ip: ['192.0.2.7'] });
    expect((await from(free, '198.51.100.1')).status).toBe(200);
  });

  test('is limited in that location only', async () => {
    const person = await limitedTo('192.0.2.7');
    const own = await call('POST', '/companies', { authorization: person.authorization, body: { title: 'My own' } });
    expect((await from(person, '198.51.100.1', `/clients/${own.data.id}`)).status).toBe(200);
    expect((await from(person, '198.51.100.1', '/user/data')).status).toBe(200);
  });

  test('gets nothing of the location by operations without a location in their path either', async () => {
    const person = await limitedTo('192.0.2.7');
    const { authorization } = person;
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    const service_id = await shop.addService();
    const form = pictureForm({ company_id: shop.locationId, service_id });
    expect((await call('POST', '/images/service', { authorization, headers, rawBody: form })).status).toBe(403);
    expect((await from(person, '198.51.100.1', `/company/${shop.locationId}?my=1`)).status).toBe(403);
    expect((await from(person, '192.0.2.7', `/company/${shop.locationId}?my=1`)).status).toBe(200);
    const seen = (address: string) => from(person, address, '/records/partner');
    await salon.booked();
    expect((await seen('192.0.2.7')).meta.count).toBe(1);
    expect((await seen('198.51.100.1')).meta.count).toBe(0);
  });

  test('is not freed by a header that no proxy of ours wrote', async () => {
    const server = await startServer({ trustProxy: false });
    const person = await limitedTo('192.0.2.7');
    const headers = { 'x-forwarded-for': '192.0.2.7' };
    const answer = await call('GET', `/clients/${shop.locationId}`, { server, authorization: person.authorization, headers });
    expect(answer.status).toBe(403);
  });

  test('does not open files with a link from elsewhere', async () => {
    const client = await shop.addClient();
    const form = new FormData();
    form.append('file', new Blob(['private']), 'private.txt');
    await shop.call('POST', `/company/${shop.locationId}/clients/files/${client.id}`, { rawBody: form });
    const person = await limitedTo('192.0.2.7');
    const { data } = await from(person, '192.0.2.7', `/company/${shop.locationId}/clients/files/${client.id}`);
    const open = (address: string) => call('GET', `/${data[0].link}`, { headers: { 'x-forwarded-for': address } });
    expect([(await open('192.0.2.7')).status, (await open('198.51.100.1')).status]).toEqual([200, 404]);
  });
});
