import { expect, test } from 'vitest';
import { openOffers } from '../../../test/offers.ts';

/** A chain that thanks for guests: 10 % for the guest, and 50 points for the inviter. */
async function openReferrals(settings: object = {}) {
  const offers = await openOffers();
  const { shop, place, chainId, promote, must, type } = offers;
  const guest = await promote();
  const inviter = await promote({ type: 'cashback_static_paid', value_unit: 'amount', rules: [{ parameter: 0, value: 50 }] });
  const path = `/chain/${chainId}/loyalty/settings/referral`;
  const program = { is_enabled: true, guest_program_id: guest, inviter_program_id: inviter, card_type_id: type.id };
  await must('PUT', path, { ...program, is_for_every_visit: false, ...settings });
  const thank = (visit: { record: number; visit: number }, phone: number, chain = chainId) =>
    shop.call('POST', `/visit/loyalty/apply_referral_program/${place}/${chain}`, {
      body: { record_id: visit.record, visit_id: visit.visit, referrer_phone: phone },
    });
  return { ...offers, guest, inviter, path, program, thank };
}

test('the guest gets 10 % of 1000 without a card, and the inviter points on a new card', async () => {
  const { shop, visitOf, thank, cards, guest, inviter, state } = await openReferrals();
  const [client, friend] = [await shop.addClient(), await shop.addClient()];
  const visit = await visitOf(client, 1000);
  const { status, data } = await thank(visit, friend.phone);
  expect([status, data.loyalty_transactions]).toEqual([
    200,
    [
      expect.objectContaining({
        type_id: 1,
        amount: 100,
        program_id: guest,
        card_id: 0,
        item_id: visit.serviceIds[0],
        is_discount: true,
      }),
    ],
  ]);
  const [card] = await cards(friend.phone);
  expect(card.balance).toBe(50);
  const listed = (await shop.call('GET', `/visit/loyalty/transactions/${visit.visit}`)).data;
  expect(listed[1]).toMatchObject({
    type_id: 4,
    amount: 50,
    program_id: inviter,
    card_id: card.id,
    item_id: 0,
    goods_transaction_id: 0,
  });
  expect((await state(visit.document)).items[0].cost_to_pay_total).toBe(1000);
  // A second time has no effect.
  expect((await thank(visit, friend.phone)).status).toBe(200);
  expect((await cards(friend.phone))[0].balance).toBe(50);
});

test('one of the two is cancelled with the other', async () => {
  const { shop, place, visitOf, thank, cards, state } = await openReferrals();
  const [client, friend] = [await shop.addClient(), await shop.addClient()];
  const { document, ...visit } = await visitOf(client, 600, 400);
  const [first] = (await thank(visit, friend.phone)).data.loyalty_transactions;
  const undo = `/company/${place}/sale/${document}/payment/loyalty_transaction/${first.id}`;
  expect((await shop.call('DELETE', undo)).status).toBe(200);
  expect([(await cards(friend.phone))[0].balance, (await state(document)).loyalty_transactions]).toEqual([0, []]);
});

test('only the first visit to the location counts, unless the chain thanks for every visit: then only the inviter gets something', async () => {
  const once = await openReferrals();
  const [client, friend] = [await once.shop.addClient(), await once.shop.addClient()];
  await once.done(client, 100);
  const refused = await once.thank(await once.visitOf(client, 100), friend.phone);
  expect([refused.status, refused.meta.errors]).toEqual([422, [{ visit_id: ['must be the first one of the client'] }]]);
  const always = await openReferrals({ is_for_every_visit: true });
  const [guest, inviter] = [await always.shop.addClient(), await always.shop.addClient()];
  await always.done(guest, 100);
  const visit = await always.visitOf(guest, 100);
  expect((await always.thank(visit, inviter.phone)).data.loyalty_transactions).toEqual([]);
  expect((await always.cards(inviter.phone))[0].balance).toBe(50);
});

test('it is refused for the guest as inviter, for somebody unknown, and in another chain or one without a program', async () => {
  const { shop, visitOf, thank, must, path, program, chainId } = await openReferrals();
  const client = await shop.addClient();
  const friend = await shop.addClient();
  const visit = await visitOf(client, 100);
  expect((await thank(visit, client.phone)).meta.errors).toEqual([{ referrer_phone: ['must not be that of the guest'] }]);
  expect((await thank(visit, 13155550999)).meta.errors).toEqual([{ referrer_phone: ['is unknown'] }]);
  expect((await thank(visit, friend.phone, chainId + 1)).status).toBe(404);
  await must('PUT', path, { ...program, is_enabled: false, is_for_every_visit: false });
  expect((await thank(visit, friend.phone)).status).toBe(404);
});

test('a sale offers it for a first visit and takes it with the phone number of the inviter', async () => {
  const { shop, place, visitOf, sale, guest, cards } = await openReferrals();
  const [client, friend] = [await shop.addClient(), await shop.addClient()];
  const { document } = await visitOf(client, 200);
  const offered = async () =>
    (await sale(document)).data.payment_methods.filter(({ slug }: { slug: string }) => slug === 'referral_loyalty_program');
  expect(await offered()).toEqual([
    expect.objectContaining({ is_applicable: true, applicable_amount: 20, loyalty_program_id: guest }),
  ]);
  const pay = (fields: object) =>
    shop.call('POST', `/company/${place}/sale/${document}/payment`, {
      body: { payment: { method: { slug: 'referral_loyalty_program', loyalty_program_id: guest }, ...fields } },
    });
  expect((await pay({})).meta.errors).toEqual([{ referrer_phone: ['is required'] }]);
  const paid = await pay({ referrer_phone: String(friend.phone) });
  expect([paid.status, paid.data.state.loyalty_transactions]).toEqual([
    200,
    [expect.objectContaining({ type_id: 1, amount: 20, loyalty_program_id: guest })],
  ]);
  expect(paid.data.state.loyalty_transactions[0]).not.toHaveProperty('loyalty_card_id');
  expect([await offered(), (await cards(friend.phone))[0].balance]).toEqual([[], 50]);
});

test('the program of a chain is read and set, and needs a fixed discount, a fixed cashback and a type of cards', async () => {
  const { shop, chainId, promote, path, program, guest, inviter } = await openReferrals();
  expect((await shop.call('GET', path)).data).toEqual({ ...program, is_for_every_visit: false });
  const errorOf = async (fields: object) =>
    Object.keys(
      (await shop.call('PUT', path, { body: { ...program, is_for_every_visit: true, ...fields } })).meta.errors?.[0] ?? {},
    );
  expect(await errorOf({ guest_program_id: inviter })).toEqual(['guest_program_id']);
  expect(await errorOf({ inviter_program_id: guest })).toEqual(['inviter_program_id']);
  expect(await errorOf({ card_type_id: 2147483647 })).toEqual(['card_type_id']);
  expect(await errorOf({ guest_program_id: 2147483647 })).toEqual(['guest_program_id']);
  const deleted = await promote();
  expect((await shop.call('DELETE', `/chain/${chainId}/loyalty/programs/${deleted}`)).status).toBeLessThan(300);
  const refused = await shop.call('PUT', path, { body: { ...program, guest_program_id: deleted, is_for_every_visit: true } });
  expect([refused.status, refused.meta.errors]).toEqual([
    422,
    [{ guest_program_id: ['must be a fixed discount of this chain'] }],
  ]);
  const off = await shop.call('PUT', path, { body: { ...program, is_enabled: false, is_for_every_visit: true } });
  expect(off.data).toEqual({
    is_enabled: false,
    guest_program_id: 0,
    inviter_program_id: 0,
    card_type_id: 0,
    is_for_every_visit: false,
  });
});
