import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { messagesOf } from '../../../test/messages.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { birthdaysOf, greet } from './birthday.ts';

test('who was born on 29 February has a birthday every year', () => {
  expect(birthdaysOf(Temporal.PlainDate.from('2027-02-28'))).toEqual([228, 229]);
  expect(birthdaysOf(Temporal.PlainDate.from('2028-02-28'))).toEqual([228]);
  expect(birthdaysOf(Temporal.PlainDate.from('2028-02-29'))).toEqual([229]);
});

test('a location that switches it on greets those who want it, once a year, from ten o’clock', async () => {
  const { db } = await testDatabase();
  const shop = await openShop();
  const own = { birth_date: '1990-05-06', email: 'ada@example.com' };
  const ada = await shop.addClient({ ...own, name: 'Ada', sms_check: 1 });
  await shop.addClient({ ...own, name: 'Not asked', sms_check: 0 });
  await shop.addClient({ ...own, name: 'Another day', sms_check: 1, birth_date: '1990-05-07' });
  await shop.addClient({ ...own, name: 'No mailings', sms_check: 1, sms_not: 1 });
  const run = (at: string) => greet({ db, transact: beginAlone(db) }, new Date(at));
  await run('2030-05-06T15:00:00Z');
  expect(await messagesOf(shop.locationId)).toEqual([]);
  const types = [{ type: 'birthday_client', channels: { push: 0, sms: 1, email: 1 } }];
  await shop.call('PATCH', `/notification_settings/${shop.locationId}/rules`, { body: { types } });
  // Half past nine in New York.
  await run('2030-05-06T13:30:00Z');
  expect(await messagesOf(shop.locationId)).toEqual([]);
  await run('2030-05-06T14:00:00Z');
  await run('2030-05-06T20:00:00Z');
  const told = await messagesOf(shop.locationId);
  expect(told.filter(({ clientId }) => clientId === ada.id).map(({ channel, state, text }) => [channel, state, text])).toEqual([
    ['sms', 'queued', expect.stringMatching(/^Happy birthday, Ada! /)],
    ['email', 'queued', expect.stringMatching(/^Happy birthday, Ada! /)],
  ]);
  expect(told.filter(({ clientId }) => clientId !== ada.id).map(({ state, reason }) => [state, reason])).toEqual([
    ['skipped', 'The client wants no mailings'],
    ['skipped', 'The client wants no mailings'],
  ]);
  await run('2031-05-06T15:00:00Z');
  expect(await messagesOf(shop.locationId)).toHaveLength(8);
});
