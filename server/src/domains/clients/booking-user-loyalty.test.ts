import { expect, test } from 'vitest';
import { openGifts } from '../../../test/gifts.ts';
import { somePhone } from '../../../test/harness.ts';
import { addMembershipType, productOfType } from '../../../test/memberships.ts';

test('the profile of a client has the loyalty cards, gift cards and memberships of the phone number, for callers who may see them', async () => {
  const gifts = await openGifts();
  const { shop, place } = gifts;
  const client = await shop.addClient({ phone: somePhone() });
  const names = ['loyalty_cards', 'loyalty_certificates', 'loyalty_abonements'];
  const profile = async (authorization = shop.owner.authorization) => {
    const query = names.map((name) => `include[]=${name}`).join('&');
    const { body } = await shop.call('GET', `//api/v2/locations/${place}/attendance/clients/${client.id}?${query}`, {
      headers: { accept: 'application/vnd.api.v2+json' },
      authorization,
    });
    return { related: names.map((name) => body.data.relationships[name].data), included: body.included };
  };
  expect(await profile()).toEqual({ related: [[], [], []], included: [] });

  const cardTypes = `/chain/${shop.chainId}/loyalty/card_types`;
  const type = (await shop.call('POST', cardTypes, { body: { title: 'Regulars', company_ids: [place] } })).data;
  const elsewhere = (await shop.call('POST', cardTypes, { body: { title: 'Elsewhere', company_ids: [] } })).data;
  const card = (
    await shop.call('POST', `/loyalty/cards/${place}`, { body: { loyalty_card_type_id: type.id, phone: client.phone } })
  ).data;
  await shop.call('POST', `/loyalty/cards/${place}`, { body: { loyalty_card_type_id: elsewhere.id, phone: client.phone } });
  await shop.call('POST', `/company/${place}/loyalty/cards/${card.id}/manual_transaction`, { body: { amount: 12.5 } });
  const { product } = await gifts.addType();
  const giftCard = await gifts.issue(product, 'GC-7', { client_id: client.id });
  const visits = await addMembershipType(shop, await shop.addService(), { is_allow_empty_code: true });
  await gifts.sell(await productOfType(shop, visits.id), { client_id: client.id });

  const shown = await profile();
  expect(shown.related).toEqual([
    [{ type: 'loyalty_card', id: String(card.id) }],
    [{ type: 'loyalty_certificate', id: String(giftCard.id) }],
    [{ type: 'loyalty_abonement', id: expect.any(String) }],
  ]);
  expect(shown.included.map(({ attributes }: { attributes: unknown }) => attributes)).toEqual([
    { number: card.number, balance: 12.5, type_id: type.id, type_title: 'Regulars' },
    { number: 'GC-7', balance: 100, type_id: expect.any(Number), type_title: 'Gift card 100' },
    { number: '', type_id: visits.id, type_title: 'Ten visits' },
  ]);
  const { authorization } = await shop.hire('owner', { clients_loyalty_read_access: false });
  expect(await profile(authorization)).toEqual({ related: [[], [], []], included: [] });
});
