import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openOffers } from '../../../test/offers.ts';
import { templateKinds } from '../loyalty/tables.ts';

/** Offers of a chain that has texts for kinds of messages, which say all that they can. */
async function withTexts(...kinds: string[]) {
  const offers = await openOffers();
  for (const kind of kinds) {
    const body = { type: 'custom', body: `${kind}: {points} of {balance}, {number} {other}`, message_type: kind };
    await offers.shop.call('POST', `/chain/${offers.chainId}/loyalty/notification_message_templates`, { body });
  }
  const told = async (phone: number | string) => {
    const { query } = await testDatabase();
    const rows = await query<{ text: string }>({
      text: `select text from location_messages where recipient = $1 and channel = 'sms' and location_id = $2 order by id`,
      values: [`+${String(phone).replace('+', '')}`, offers.place],
    });
    return rows.map(({ text }) => text);
  };
  return { ...offers, told };
}

test('the owner is told when a card is issued and when its points move, once for each, if the chain has a text for it', async () => {
  const { shop, place, loyalMember, visitOf, payByCard, move, told } = await withTexts(...templateKinds);
  const { client, card, id, phone } = await loyalMember();
  const of = (text: string) => `${text}, ${card.number} {other}`;
  await move(id, 100.5);
  await move(id, -0.5);
  expect((await move(id, -200)).status).toBe(422);
  const { document } = await visitOf(client, 20, 30);
  const paid = (await payByCard(document, id, 50)).data.state.loyalty_transactions;
  expect(paid).toHaveLength(2);
  await shop.call('DELETE', `/company/${place}/sale/${document}/payment/loyalty_transaction/${paid[0].id}`);
  const back = (await told(phone)).at(-1);
  expect(await told(phone)).toEqual([
    of('loyalty_card_created: 0 of 0'),
    of('loyalty_card_manual: 100.5 of 100.5'),
    of('loyalty_card_manual_withdraw: 0.5 of 100'),
    of('loyalty_card_withdraw: 50 of 50'),
    back,
  ]);
  expect(back).toMatch(/^loyalty_withdraw_cancelled: /);
});

test('the owner is told of points that a visit gives and takes back', async () => {
  const { shop, place, loyalMember, cashback, done, state, told } = await withTexts(
    'loyalty_card_cashback',
    'loyalty_card_cashback_cancelled',
  );
  await cashback();
  const { client, phone, card } = await loyalMember();
  const { document } = await done(client, 1000);
  const [{ id: payment }] = (await state(document)).payment_transactions;
  await shop.call('DELETE', `/company/${place}/sale/${document}/payment/payment_transaction/${payment}`);
  expect(await told(phone)).toEqual([
    `loyalty_card_cashback: 100 of 100, ${card.number} {other}`,
    `loyalty_card_cashback_cancelled: 100 of 0, ${card.number} {other}`,
  ]);
});

test('nobody is told without a text, with a deleted one, or by the text of another chain', async () => {
  await withTexts('loyalty_card_manual');
  const { shop, chainId, loyalMember, move, told } = await withTexts('loyalty_card_manual');
  const path = `/chain/${chainId}/loyalty/notification_message_templates`;
  const [{ id: template }] = (await shop.call('GET', `${path}/programs`)).data;
  const { id, phone } = await loyalMember();
  await move(id, 5);
  expect(await told(phone)).toHaveLength(1);
  await shop.call('DELETE', `${path}/${template}`);
  await move(id, 5);
  expect(await told(phone)).toHaveLength(1);
});
