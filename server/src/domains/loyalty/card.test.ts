import { describe, expect, test } from 'vitest';
import { openClub } from '../../../test/club.ts';
import { contradictions } from '../../../test/consistency.ts';
import { openShop, somePhone, testDatabase } from '../../../test/harness.ts';
import { signInClient } from '../../../test/online.ts';
import { toldBy } from '../../../test/outbox.ts';
import { balancesOfClients, cardsById, generatedNumber } from './card.ts';

test('a generated number has the ids of the chain and of the card, 8 digits each', () => {
  expect(generatedNumber(145071, 9210520)).toBe('0014507109210520');
});

describe('a card', () => {
  test('is issued with the figures of the client before, and with a balance of 0', async () => {
    const club = await openClub();
    const client = await club.shop.addClient({ spent: 19320 });
    const { status, data } = await club.issue(client.phone);
    expect(status).toBe(200);
    expect(data).toEqual({
      id: expect.any(Number),
      balance: 0,
      points: 0,
      paid_amount: 0,
      sold_amount: 19320,
      visits_count: 0,
      number: generatedNumber(club.chainId, data.id),
      type_id: club.type.id,
      salon_group_id: club.chainId,
      type: { id: club.type.id, title: 'Regulars', salon_group_id: club.chainId },
      salon_group: { id: club.chainId, title: 'Test chain' },
      programs: [],
    });
    expect(await club.cards(client.phone)).toEqual([data]);
    expect((await club.shop.call('GET', `/loyalty/client_cards/${client.id}`)).data).toEqual([data]);
  });

  test('counts what the client bought, paid and visited, of all cards of the chain or of the locations of its type', async () => {
    const club = await openClub();
    const sister = await openShop({ chainId: club.chainId, partner: club.shop.partner });
    const local = await club.addType({ title: 'Local', params_source_type: 'active_companies' });
    const phone = somePhone();
    const client = await club.shop.addClient({ phone, spent: 100 });
    await sister.addClient({ phone, spent: 20.5 });
    const { document, record } = await club.visitOf(client, 40);
    await club.payment(document, 30);
    await club.shop.call('PUT', `/record/${club.place}/${record}`, { body: { attendance: 1 } });
    const visit = (await club.shop.call('GET', `/record/${club.place}/${record}`)).data;
    await club.shop.call('PUT', `/visits/${visit.visit_id}/${record}`, { body: { attendance: 1, comment: '' } });
    const [wide, narrow] = [await club.issue(phone), await club.issue(phone, { loyalty_card_type_id: local.id })];
    expect(wide.data).toMatchObject({ sold_amount: 160.5, paid_amount: 30, visits_count: 1, balance: 0 });
    expect(narrow.data).toMatchObject({ sold_amount: 140, paid_amount: 30, visits_count: 1, balance: 0 });
  });

  test('may have a number of its own, which no other card of the chain has', async () => {
    const club = await openClub();
    const [first, second] = [await club.shop.addClient(), await club.shop.addClient()];
    expect((await club.issue(first.phone, { loyalty_card_number: ' LC-00601 ' })).data.number).toBe('LC-00601');
    const again = await club.issue(second.phone, { loyalty_card_number: 'LC-00601' });
    expect([again.status, again.meta.errors]).toEqual([422, [{ loyalty_card_number: ['is taken'] }]]);
    expect(await club.cards(second.phone)).toEqual([]);
    const gold = await club.addType({ title: 'Gold' });
    const more = await club.issue(first.phone, { loyalty_card_type_id: gold.id, loyalty_card_number: 'LC-00601' });
    expect(more.meta.errors).toEqual([{ loyalty_card_number: ['is taken'] }]);
    expect((await club.issue(second.phone, { loyalty_card_number: '' })).data.number).toMatch(/^\d{16}$/);
    const other = await openClub();
    expect((await other.issue(first.phone, { loyalty_card_number: 'LC-00601' })).status).toBe(200);
  });

  test('takes its type as text and as a number', async () => {
    const club = await openClub();
    const answer = await club.issue(somePhone(), { loyalty_card_type_id: String(club.type.id) });
    expect(answer.data.type_id).toBe(club.type.id);
  });

  test('is one of its type for a phone number, also when many are issued at once; of another type there may be more', async () => {
    const club = await openClub();
    const phone = somePhone();
    const answers = await Promise.all(Array.from({ length: 5 }, () => club.issue(phone)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422]);
    const refused = answers.find(({ status }) => status === 422);
    expect(refused?.meta.errors).toEqual([{ phone: ['has a card of this type already'] }]);
    const other = await club.addType({ title: 'Gold' });
    expect((await club.issue(phone, { loyalty_card_type_id: other.id })).status).toBe(200);
    expect(await club.cards(phone)).toHaveLength(2);
  });

  test('of an unknown type, of one that does not work here, and of one of another chain is refused', async () => {
    const [club, stranger] = [await openClub(), await openClub()];
    const nowhere = await club.addType({ company_ids: [] });
    for (const loyalty_card_type_id of [2_000_000_000, nowhere.id, stranger.type.id]) {
      const answer = await club.issue(somePhone(), { loyalty_card_type_id });
      expect([answer.status, answer.meta.errors]).toEqual([422, [{ loyalty_card_type_id: ['is unknown'] }]]);
    }
    expect((await club.issue('12')).meta.errors).toEqual([{ phone: ['must be a phone number of 9 to 15 digits'] }]);
  });

  test('works where its type is attached, and is not found elsewhere', async () => {
    const club = await openClub();
    const sister = await openShop({ chainId: club.chainId, partner: club.shop.partner });
    const { phone, id } = await club.loyalMember(10);
    const there = async () => (await sister.call('GET', `/loyalty/cards/${phone}/${club.chainId}/${sister.locationId}`)).data;
    const top = () =>
      sister.call('POST', `/company/${sister.locationId}/loyalty/cards/${id}/manual_transaction`, { body: { amount: 5 } });
    expect([await there(), (await top()).status]).toEqual([[], 404]);
    expect((await sister.call('DELETE', `/loyalty/cards/${sister.locationId}/${id}`)).status).toBe(404);
    await club.shop.call('PUT', `${club.types}/${club.type.id}`, { body: { company_ids: [club.place, sister.locationId] } });
    expect([await there(), (await top()).data.balance]).toMatchObject([[{ id, balance: 10 }], 15]);
  });

  test('stays with the phone number when the client gets another one', async () => {
    const club = await openClub();
    const { client, phone, id } = await club.loyalMember(10);
    const next = somePhone();
    await club.shop.call('PUT', `/client/${club.place}/${client.id}`, { body: { name: 'Ada', phone: next } });
    expect((await club.shop.call('GET', `/loyalty/client_cards/${client.id}`)).data).toEqual([]);
    expect(await club.cards(phone)).toMatchObject([{ id, balance: 10 }]);
  });

  test('that is removed leaves all lists and takes no points; a new one of the type may be issued', async () => {
    const club = await openClub();
    const { client, phone, id } = await club.loyalMember(10);
    const remove = () => club.shop.call('DELETE', `/loyalty/cards/${club.place}/${id}`);
    expect((await remove()).status).toBe(204);
    expect([await club.cards(phone), (await club.move(id, 5)).status, (await remove()).status]).toEqual([[], 404, 404]);
    expect((await club.shop.call('GET', `/loyalty/client_cards/${client.id}`)).data).toEqual([]);
    expect((await club.issue(phone)).data.balance).toBe(0);
  });

  test('is read by its owner in the whole chain', async () => {
    const club = await openClub();
    const phone = somePhone();
    const { data } = await club.issue(phone);
    await club.shop.call('PUT', `${club.types}/${club.type.id}`, { body: { company_ids: [] } });
    const authorization = await signInClient(club.shop.partner, phone);
    const own = (chain: number) => club.shop.call('GET', `/user/loyalty_cards/${chain}`, { authorization });
    expect((await own(club.chainId)).data).toMatchObject([{ id: data.id }]);
    const stranger = await openClub();
    expect((await own(stranger.chainId)).status).toBe(404);
    expect((await club.shop.call('GET', `/user/loyalty_cards/${club.chainId}`)).data).toEqual([]);
  });

  test('is not found with another chain, nor by people of another business', async () => {
    const [club, stranger] = [await openClub(), await openClub()];
    const { client, phone, id } = await club.loyalMember(10);
    expect((await club.shop.call('GET', `/loyalty/cards/${phone}/${stranger.chainId}/${club.place}`)).status).toBe(404);
    expect(await stranger.cards(phone)).toEqual([]);
    expect((await stranger.shop.call('GET', `/loyalty/client_cards/${client.id}`)).status).toBe(404);
    expect((await stranger.move(id, 5)).status).toBe(404);
    const inChain = `/chain/${stranger.chainId}/loyalty/cards/${id}/manual_transaction`;
    expect((await stranger.shop.call('POST', inChain, { body: { amount: 5 } })).status).toBe(404);
    expect(await club.balance(phone)).toBe(10);
  });

  test('is seen only by those who see its owner', async () => {
    const club = await openClub();
    const { client, phone, id } = await club.loyalMember(10);
    const { authorization } = await club.shop.hire('owner', { clients_visit_master_id: await club.shop.addTeamMember() });
    const status = async (method: string, path: string, body?: object) =>
      (await club.shop.call(method, path, { authorization, body })).status;
    expect([
      await status('GET', `/loyalty/cards/${phone}/${club.chainId}/${club.place}`),
      await status('GET', `/loyalty/client_cards/${client.id}`),
      await status('GET', `/loyalty/card_types/client/${club.place}/${phone}`),
      await status('POST', `/company/${club.place}/loyalty/cards/${id}/manual_transaction`, { amount: 5 }),
      await status('DELETE', `/loyalty/cards/${club.place}/${id}`),
      await status('POST', `/loyalty/cards/${club.place}`, { loyalty_card_type_id: club.type.id, phone: somePhone() }),
    ]).toEqual([404, 404, 404, 404, 404, 422]);
  });

  test('is seen and used by those who see only the clients of a team member, if its owner has an appointment there', async () => {
    const club = await openClub();
    const { client, card, phone, id } = await club.loyalMember(10);
    await club.visitOf(client, 20);
    const { authorization } = await club.shop.hire('owner', { clients_visit_master_id: club.member });
    const seen = await club.shop.call('GET', `/loyalty/cards/${phone}/${club.chainId}/${club.place}`, { authorization });
    expect(seen.data).toMatchObject([{ id, number: card.number }]);
    const path = `/company/${club.place}/loyalty/cards/${id}/manual_transaction`;
    expect((await club.shop.call('POST', path, { authorization, body: { amount: 5 } })).data.balance).toBe(15);
  });
});

describe('a transaction by hand', () => {
  test('tops the card up or withdraws from it, and answers the card after it', async () => {
    const club = await openClub();
    const { phone, id } = await club.loyalMember();
    expect((await club.move(id, 100.5, { title: 'A present' })).data).toEqual({
      id,
      balance: 100.5,
      points: 0,
      paid_amount: 0,
      sold_amount: 0,
      visits_count: 0,
      number: generatedNumber(club.chainId, id),
      type_id: club.type.id,
      salon_group_id: club.chainId,
      max_discount_percent: 0,
      max_discount_amount: 0,
    });
    expect((await club.move(id, -40.25)).data.balance).toBe(60.25);
    const inChain = `/chain/${club.chainId}/loyalty/cards/${id}/manual_transaction`;
    expect((await club.shop.call('POST', inChain, { body: { amount: -60.25 } })).data.balance).toBe(0);
    expect(await club.balance(phone)).toBe(0);
    expect(await contradictions(club.place)).toEqual([]);
  });

  test('gives points that burn after the term of the type, and of which the owner is told before', async () => {
    const club = await openClub({ expiration_timeout: 6, expiration_timeout_unit: 'month', expiration_notification_timeout: 10 });
    const forever = await club.addType({ title: 'For ever' });
    const { phone, id: regular } = await club.loyalMember(5);
    const { id } = (await club.issue(phone, { loyalty_card_type_id: forever.id })).data;
    await club.move(id, 7);
    const { query } = await testDatabase();
    const lots = await query<{ balance: number; isInSixMonths: boolean; days: number }>({
      text: `select balance_id::int as balance, extract(epoch from expires_at - notice_at)::int / 86400 as days,
          expires_at at time zone 'UTC' - (now() at time zone 'UTC' + interval '6 months')
            between interval '-1 hour' and interval '1 minute' as "isInSixMonths"
        from point_lots where chain_id = $1`,
      values: [club.chainId],
    });
    const [card] = await cardsById((await testDatabase()).db, club.chainId, [regular]);
    expect(lots).toEqual([{ balance: card?.balanceId, isInSixMonths: true, days: 10 }]);
  });

  test.each([
    [-10.01, 'must not be more than the balance: 10'],
    [0, 'must not be 0'],
    [0.001, 'has more digits than the currencies of the chain'],
  ])('of %s is refused, and nothing is written', async (amount, message) => {
    const club = await openClub();
    const { phone, id } = await club.loyalMember(10);
    const answer = await club.move(id, amount);
    expect([answer.status, answer.meta.errors]).toEqual([422, [{ amount: [message] }]]);
    expect(await club.balance(phone)).toBe(10);
  });

  test('of many at once takes no more than there is', async () => {
    const club = await openClub();
    const { phone, id } = await club.loyalMember(10);
    const answers = await Promise.all(Array.from({ length: 6 }, () => club.move(id, -4)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 422, 422, 422, 422]);
    expect(await club.balance(phone)).toBe(2);
  });
});

test('what a visit may move are the balances of all cards of its clients that are not removed', async () => {
  const club = await openClub();
  const gold = await club.addType({ title: 'Gold' });
  const { client, phone, id } = await club.loyalMember();
  const second = (await club.issue(phone, { loyalty_card_type_id: gold.id })).data.id;
  const [other, gone] = [await club.loyalMember(), await club.loyalMember()];
  await club.shop.call('DELETE', `/loyalty/cards/${club.place}/${gone.id}`);
  const { db } = await testDatabase();
  const place = { id: club.place, chainId: club.chainId };
  const of = (...clients: (number | null | undefined)[]) => balancesOfClients(db, place, clients);
  const cards = await cardsById(db, club.chainId, [id, second, other.id]);
  const [first, also, others] = cards.map(({ balanceId }) => balanceId);
  expect((await of(client.id, null, client.id, gone.client.id)).toSorted()).toEqual([first, also].toSorted());
  expect(await of(undefined, other.client.id)).toEqual([others]);
  expect(await of(null, undefined)).toEqual([]);
});

test('integrations are told in the location that issued the card', async () => {
  const club = await openClub();
  const sister = await openShop({ chainId: club.chainId, partner: club.shop.partner });
  await club.shop.call('PUT', `${club.types}/${club.type.id}`, { body: { company_ids: [club.place, sister.locationId] } });
  const phone = somePhone();
  let id = 0;
  const issued = await toldBy(club.place, async () => {
    id = (await club.issue(phone)).data.id;
  });
  const number = generatedNumber(club.chainId, id);
  const card = { resource: 'loyalty_card', resourceId: id };
  expect(issued).toMatchObject([
    { ...card, status: 'create', data: { id, balance: 0, number, phone: `+${String(phone).replace('+', '')}` } },
  ]);
  const moved = await toldBy(club.place, () =>
    sister.call('POST', `/company/${sister.locationId}/loyalty/cards/${id}/manual_transaction`, { body: { amount: 7.5 } }),
  );
  expect(moved).toMatchObject([{ ...card, status: 'update', data: { balance: 7.5 } }]);
  const removed = await toldBy(club.place, () => sister.call('DELETE', `/loyalty/cards/${sister.locationId}/${id}`));
  expect(removed).toMatchObject([{ ...card, status: 'delete', data: { id, balance: 7.5 } }]);
});
