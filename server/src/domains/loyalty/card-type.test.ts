import { describe, expect, test } from 'vitest';
import { openClub } from '../../../test/club.ts';
import { openShop, somePhone } from '../../../test/harness.ts';
import { burningOf } from './card-type.ts';

describe('types of cards', () => {
  test('are added with all their fields, read, changed and deleted', async () => {
    const club = await openClub();
    const [service, product] = [await club.shop.addService(), await club.shop.addProduct()];
    const fields = {
      title: 'Gold',
      weight: 5,
      auto_issue: 'connected_locations',
      params_source_type: 'active_companies',
      expiration_timeout: 6,
      expiration_timeout_unit: 'month',
      expiration_notification_timeout: 10,
      service_item_type: 'custom_allowed',
      good_item_type: 'not_allowed',
      allowed_service_ids: [service],
      allowed_service_category_ids: [],
      allowed_good_ids: [product],
      allowed_good_category_ids: [],
      company_ids: [club.place],
    };
    const made = await club.shop.call('POST', club.types, { body: { ...fields, title: ' Gold ' } });
    expect([made.status, made.data]).toEqual([201, { id: expect.any(Number), salon_group_id: club.chainId, ...fields }]);
    const path = `${club.types}/${made.data.id}`;
    expect((await club.shop.call('GET', path)).data).toEqual(made.data);
    const changed = await club.shop.call('PUT', path, { body: { title: ' Silver ', allowed_service_ids: [] } });
    expect(changed.data).toEqual({ ...made.data, title: 'Silver', allowed_service_ids: [] });
    expect((await club.shop.call('GET', `${club.types}/search`)).data).toEqual([changed.data, club.type]);
    expect((await club.shop.call('DELETE', path)).status).toBe(204);
    expect((await club.shop.call('GET', `${club.types}/search`)).data).toEqual([club.type]);
    for (const [method, body] of [['GET'], ['PUT', {}], ['DELETE']] as const) {
      expect((await club.shop.call(method, path, { body })).status).toBe(404);
    }
  });

  test('have defaults: nobody gets a card by itself, points never burn and pay everything', async () => {
    const { type } = await openClub();
    expect(type).toMatchObject({
      weight: 0,
      auto_issue: 'never',
      params_source_type: 'chain',
      expiration_timeout: 0,
      expiration_timeout_unit: 'day',
      expiration_notification_timeout: 0,
      service_item_type: 'any_allowed',
      good_item_type: 'any_allowed',
    });
  });

  test.each([
    [{ title: ' ' }, { title: ['must not be empty'] }],
    [{ company_ids: [2_000_000_000] }, { company_ids: ['must be locations of this chain'] }],
    [{ allowed_service_ids: [2_000_000_000] }, { allowed_service_ids: [expect.any(String)] }],
    [{ allowed_good_category_ids: [2_000_000_000] }, { allowed_good_category_ids: [expect.any(String)] }],
  ])('%o is refused', async (body, errors) => {
    const club = await openClub();
    for (const [method, path] of [
      ['POST', club.types],
      ['PUT', `${club.types}/${club.type.id}`],
    ] as const) {
      const answer = await club.shop.call(method, path, { body: { title: 'Gold', ...body } });
      expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
    }
    expect((await club.shop.call('GET', `${club.types}/search`)).data).toEqual([club.type]);
  });

  test('are listed in the locations where they work, and for a client without those of which there is a card', async () => {
    const club = await openClub();
    const sister = await openShop({ chainId: club.chainId, partner: club.shop.partner });
    const second = await club.addType({ title: 'Gold' });
    await club.addType({ title: 'Elsewhere', company_ids: [sister.locationId] });
    const phone = somePhone();
    await club.issue(phone);
    const titles = async (path: string) => (await club.shop.call('GET', path)).data.map(({ title }: { title: string }) => title);
    const here = await club.shop.call('GET', `/loyalty/card_types/salon/${club.place}`);
    expect(here.data).toEqual(
      [club.type, second].map(({ id, title }) => ({
        id,
        title,
        salon_group_id: club.chainId,
        salon_group: { id: club.chainId, title: 'Test chain' },
      })),
    );
    expect(await titles(`/loyalty/card_types/client/${club.place}/${phone}`)).toEqual(['Gold']);
    expect(await titles(`/loyalty/card_types/client/${club.place}/${somePhone()}`)).toEqual(['Regulars', 'Gold']);
    const authorization = `Bearer ${club.shop.partner.token}`;
    const ofChain = await club.shop.call('GET', club.types, { authorization });
    expect(ofChain.data.map(({ title }: { title: string }) => title)).toEqual(['Regulars', 'Gold', 'Elsewhere']);
  });

  test('of a chain to which the partner is not connected do not exist', async () => {
    const [club, stranger] = [await openClub(), await openClub()];
    const authorization = `Bearer ${stranger.shop.partner.token}`;
    expect((await club.shop.call('GET', club.types, { authorization })).status).toBe(404);
  });

  test('that are deleted issue no more cards, and their cards go on', async () => {
    const club = await openClub();
    const { phone, id } = await club.loyalMember(10);
    await club.shop.call('DELETE', `${club.types}/${club.type.id}`);
    expect((await club.issue(somePhone())).meta.errors).toEqual([{ loyalty_card_type_id: ['is unknown'] }]);
    expect((await club.move(id, -4)).data.balance).toBe(6);
    expect(await club.cards(phone)).toMatchObject([{ id, balance: 6 }]);
  });
});

test.each([
  [{ expiration: 0, expirationUnit: 'day', noticeDays: 3 }, null, null],
  [{ expiration: 10, expirationUnit: 'day', noticeDays: 3 }, '2027-02-10', '2027-02-07'],
  [{ expiration: 2, expirationUnit: 'week', noticeDays: 0 }, '2027-02-14', null],
  [{ expiration: 1, expirationUnit: 'month', noticeDays: 1 }, '2027-02-28', '2027-02-27'],
  [{ expiration: 1, expirationUnit: 'year', noticeDays: 0 }, '2028-01-31', null],
] as const)('points with the term %o burn on %s', (term, expires, notice) => {
  const { expiresAt, noticeAt } = burningOf(new Date('2027-01-31T12:00:00Z'), term);
  const day = (at: Date | null) => at?.toISOString().replace('T12:00:00.000Z', '') ?? null;
  expect([day(expiresAt), day(noticeAt)]).toEqual([expires, notice]);
});
