import { expect, test } from 'vitest';
import { openClub } from '../../../test/club.ts';
import { openShop, somePhone } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';

const titles = (cards: { type: { title: string } }[]) => cards.map(({ type }) => type.title);

test('new clients get a card of the types that issue them by themselves, here or everywhere', async () => {
  const club = await openClub({ title: 'Never' });
  const sister = await openShop({ chainId: club.chainId, partner: club.shop.partner });
  const both = [club.place, sister.locationId];
  await club.addType({ title: 'Here', auto_issue: 'connected_locations' });
  const wide = await club.addType({ title: 'Everywhere', auto_issue: 'any_location', company_ids: [] });
  const gone = await club.addType({ title: 'Gone', auto_issue: 'any_location' });
  await club.shop.call('DELETE', `${club.types}/${gone.id}`);
  let phone: string | number = 0;
  const told = await toldBy(club.place, async () => {
    phone = (await club.shop.addClient()).phone;
  });
  expect(told.map(({ resource, status }) => `${resource} ${status}`)).toEqual([
    'client create',
    'loyalty_card create',
    'loyalty_card create',
  ]);
  await club.shop.call('PUT', `${club.types}/${wide.id}`, { body: { company_ids: both } });
  expect(titles(await club.cards(phone))).toEqual(['Here', 'Everywhere']);
  const other = await sister.addClient();
  const there = `/loyalty/cards/${other.phone}/${club.chainId}/${sister.locationId}`;
  expect(titles((await sister.call('GET', there)).data)).toEqual(['Everywhere']);
});

test('a client who is new in another location has the card already, and one without a phone number gets none', async () => {
  const club = await openClub({ auto_issue: 'any_location' });
  const sister = await openShop({ chainId: club.chainId, partner: club.shop.partner });
  const phone = somePhone();
  const clients = await Promise.all([club.shop.addClient({ phone }), sister.addClient({ phone })]);
  expect(clients).toHaveLength(2);
  expect(await club.cards(phone)).toHaveLength(1);
});

test('many clients that are added at once get their cards', async () => {
  const club = await openClub({ auto_issue: 'any_location' });
  const phones = Array.from({ length: 3 }, () => somePhone());
  const body = phones.map((phone) => ({ name: 'Ada', phone }));
  expect((await club.shop.call('POST', `/clients/${club.place}/bulk`, { body })).status).toBeLessThan(300);
  for (const phone of phones) expect(await club.cards(phone)).toHaveLength(1);
});

test('a change of a client issues nothing', async () => {
  const club = await openClub();
  const { id, phone } = await club.shop.addClient();
  await club.shop.call('PUT', `${club.types}/${club.type.id}`, { body: { auto_issue: 'any_location' } });
  await club.shop.call('PUT', `/client/${club.place}/${id}`, { body: { name: 'Eve', phone: String(phone) } });
  expect(await club.cards(phone)).toEqual([]);
});
