import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { messagesOf } from '../../../test/messages.ts';
import { type Offers, openOffers } from '../../../test/offers.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { followLevels } from './levels.ts';

const day = 86_400_000;

/** What the job does every minute, from two nodes at once. */
async function follow(): Promise<void> {
  const { db } = await testDatabase();
  await Promise.all([followLevels(beginAlone(db)), followLevels(beginAlone(db))]);
}

/** Offers, and what the chain tells of levels. */
async function openLevels() {
  const offers: Offers = await openOffers();
  const { shop, chainId, place, must } = offers;
  const { query } = await testDatabase();
  const addText = (message_type: string) =>
    must('POST', `/chain/${chainId}/loyalty/notification_message_templates`, {
      type: 'custom',
      body: `${message_type}: {title} {value} {date}`,
      message_type,
    });
  const told = async () => (await messagesOf(place)).map(({ type, text, recipient }) => [type, text, recipient]);
  /** Moves the visits of the location into the past. */
  const pass = async (days: number) => {
    await query({
      text: `update appointments set starts_at = now() - make_interval(days => $2) where location_id = $1`,
      values: [place, days],
    });
    await query({
      text: 'update promotion_levels set look_at = now() where chain_id = $1 and look_at is not null',
      values: [chainId],
    });
  };
  return { ...offers, shop, addText, told, pass };
}

const byVisits = {
  title: 'Regulars',
  type: 'discount_accumulative_visits',
  rules: [
    { parameter: 1, value: 2.5 },
    { parameter: 2, value: 7.5 },
  ],
};
const changed = { on_changed_notification_template: { type: 'custom', body: 'Now {value} ({title}) on {number}' } };

describe('the owner of a card', () => {
  let levels: Awaited<ReturnType<typeof openLevels>>;
  beforeAll(async () => {
    levels = await openLevels();
  });

  test('is told of each other level of a discount once, up and down, by the text of the promotion', async () => {
    const { promote, loyalMember, done, attend, told } = levels;
    await promote({ ...byVisits, ...changed });
    const { client, card, phone } = await loyalMember();
    await follow();
    const first = await done(client, 50);
    await follow();
    await follow();
    await done(client, 50);
    await follow();
    await attend(first, -1);
    await follow();
    const text = (value: string) => ['loyalty_discount_changed', `Now ${value} % (Regulars) on ${card.number}`, `+${phone}`];
    expect(await told()).toEqual([text('2.5'), text('7.5'), text('2.5')]);
  });

  test('is told by the texts of the chain for more and for less, if there are some', async () => {
    const { promote, addText, loyalMember, done, attend, told } = await openLevels();
    await promote({ ...byVisits, ...changed });
    await addText('loyalty_discount_increased');
    await addText('loyalty_discount_decreased');
    const { client } = await loyalMember();
    await follow();
    const visit = await done(client, 50);
    await follow();
    await attend(visit, -1);
    await follow();
    expect((await told()).map(([, text]) => text)).toEqual([
      'loyalty_discount_increased: Regulars 2.5 % ',
      'loyalty_discount_decreased: Regulars 0 % ',
    ]);
  });

  test('is told of another level of cashback, and of one that a sale without an appointment reaches', async () => {
    const { promote, loyalMember, told, shop, must, place } = await openLevels();
    const storages = await must('GET', `/storages/${place}`);
    const rules = [{ parameter: 30, value: 5 }];
    await promote({ title: 'Points', type: 'cashback_accumulative_sold', value_unit: 'amount', rules, ...changed });
    const { client, card } = await loyalMember();
    await follow();
    await must('POST', `/storage_operations/operation/${place}`, {
      type_id: 1,
      create_date: '2030-05-06 12:00:00',
      storage_id: storages.find(({ for_sale }: { for_sale: number }) => for_sale === 1).id,
      goods_transactions: [
        { good_id: await shop.addProduct({ price: 40 }), amount: 1, operation_unit_type: 1, client_id: client.id },
      ],
    });
    await follow();
    expect((await told()).map(([type, text]) => [type, text])).toEqual([
      ['loyalty_cashback_changed', `Now 5 (Points) on ${card.number}`],
    ]);
  });

  test('hears nothing of what was reached before the promotion or the card, nor of a static one, nor without a text', async () => {
    const { promote, cashback, loyalMember, done, told } = await openLevels();
    const { client } = await loyalMember();
    await done(client, 50);
    await promote({ ...byVisits, ...changed });
    await promote({ ...byVisits, title: 'Silent' });
    await promote(changed);
    await cashback(changed);
    await follow();
    expect(await told()).toEqual([]);
    await done(client, 50);
    await follow();
    expect((await told()).map(([, text]) => (text as string).slice(0, 9))).toEqual(['Now 7.5 %']);
  });

  test('is told before a discount ends, once for each end, and when it has ended', async () => {
    const { promote, loyalMember, done, told, pass } = await openLevels();
    await promote({
      ...byVisits,
      ...changed,
      expiration_timeout: 30,
      expiration_timeout_unit: 'day',
      expiration_notification_timeout: 5,
      on_expiration_notification_template: { type: 'custom', body: '{title} ends on {date}' },
    });
    const { client } = await loyalMember();
    await done(client, 50);
    await pass(1);
    await follow();
    expect(await told()).toEqual([]);
    await pass(26);
    await follow();
    await pass(26);
    await follow();
    const ends = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(new Date(Date.now() + 4 * day));
    const texts = async () => (await told()).map(([type, text]) => [type, text]);
    const first = (await texts())[0];
    expect(first).toEqual(['loyalty_discount_expiration', `Regulars ends on ${ends}`]);
    await pass(31);
    await follow();
    expect((await texts()).at(-1)).toEqual(['loyalty_discount_changed', expect.stringMatching(/^Now 0 % /)]);
  });
});
