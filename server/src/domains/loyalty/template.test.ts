import { expect, test } from 'vitest';
import { openClub } from '../../../test/club.ts';

test('texts of loyalty messages are added, changed and deleted; a standard one is there once', async () => {
  const [club, stranger] = [await openClub(), await openClub()];
  const path = `/chain/${club.chainId}/loyalty/notification_message_templates`;
  const add = (fields: object = {}) =>
    club.shop.call('POST', path, { body: { type: 'big', body: ' Welcome ', message_type: 'loyalty_card_created', ...fields } });
  const list = async () => (await club.shop.call('GET', `${path}/programs`)).data;
  const made = await add();
  expect([made.status, made.data]).toEqual([
    201,
    { id: expect.any(Number), type: 'big', body: 'Welcome', message_type: 'loyalty_card_created' },
  ]);
  const again = await add();
  expect([again.status, again.meta.errors]).toEqual([422, [{ type: ['exists for this kind already'] }]]);
  expect((await add({ body: ' ' })).meta.errors).toEqual([{ body: ['must not be empty'] }]);
  const custom = [(await add({ type: 'custom' })).data, (await add({ type: 'custom' })).data];
  const own = `${path}/${made.data.id}`;
  const changed = await club.shop.call('PUT', own, { body: { body: 'Hello' } });
  expect(changed.data).toEqual({ ...made.data, body: 'Hello' });
  expect(await list()).toEqual([changed.data, ...custom]);
  const foreign = `/chain/${stranger.chainId}/loyalty/notification_message_templates/${made.data.id}`;
  expect((await stranger.shop.call('PUT', foreign, { body: { body: 'Stolen' } })).status).toBe(404);
  expect((await stranger.shop.call('DELETE', foreign)).status).toBe(404);
  expect((await club.shop.call('DELETE', own)).status).toBe(204);
  expect([await list(), (await club.shop.call('DELETE', own)).status]).toEqual([custom, 404]);
  expect((await add()).status).toBe(201);
});
