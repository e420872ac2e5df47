import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type Club, openClub } from '../../../test/club.ts';
import { contradictions } from '../../../test/consistency.ts';
import { testDatabase, testServer } from '../../../test/harness.ts';
import { makeDue, runDueJobs } from '../../../test/jobs.ts';
import { toldBy } from '../../../test/outbox.ts';

const work = async () => {
  await makeDue({ kind: 'burn points' });
  await runDueJobs(await testServer(), { kind: 'burn points' });
};

/** Brings the end of the lots of a card forward, by their order. */
async function endLots(club: Club, card: number, ...ends: string[]) {
  const { db } = await testDatabase();
  for (const [place, end] of ends.entries()) {
    await db.execute(sql`
      update point_lots set expires_at = now() + ${end}::interval, notice_at = now() + ${end}::interval - interval '3 days'
      where chain_id = ${club.chainId} and entry_id = (
        select entry_id from point_lots where balance_id = (
          select balance_id from loyalty_cards where chain_id = ${club.chainId} and id = ${card})
        order by entry_id limit 1 offset ${place})`);
  }
}

const messagesTo = async (phone: number | string) => {
  const { query } = await testDatabase();
  return query<{ text: string; channel: string }>({
    text: 'select text, channel from location_messages where recipient = $1 order by id',
    values: [`+${String(phone).replace('+', '')}`],
  });
};

const terms = { expiration_timeout: 10, expiration_timeout_unit: 'day', expiration_notification_timeout: 3 };

test('points burn when their time is over: those that are left, in one transaction, and integrations are told', async () => {
  const club = await openClub(terms);
  const { client, id, phone } = await club.loyalMember(100);
  await club.move(id, 50);
  await club.move(id, 7);
  const { document } = await club.visitOf(client, 30);
  await club.payByCard(document, id, 30);
  await endLots(club, id, '-1 second', '-1 second');
  const told = await toldBy(club.place, work);
  expect(told).toMatchObject([{ resource: 'loyalty_card', resourceId: id, status: 'update', data: { balance: 7 } }]);
  expect(await club.balance(phone)).toBe(7);
  const range = 'created_after=2020-01-01&created_before=2100-01-01&types=7';
  const { data } = await club.shop.call('GET', `/chain/${club.chainId}/loyalty/transactions?${range}`);
  expect(data).toMatchObject([{ type_id: 7, amount: 120, card_id: id, visit_id: 0, item_id: 0 }]);
  expect(await toldBy(club.place, work)).toEqual([]);
  expect(await contradictions(club.place)).toEqual([]);
});

test('points that come back after their time burn again, and those of a type without a term never burn', async () => {
  const [club, other] = [await openClub(terms), await openClub()];
  const { client, id, phone } = await club.loyalMember(40);
  const forever = await other.loyalMember(40);
  const { document } = await club.visitOf(client, 30);
  const [{ id: payment }] = (await club.payByCard(document, id, 30)).data.state.loyalty_transactions;
  await endLots(club, id, '-1 second');
  await work();
  expect(await club.balance(phone)).toBe(0);
  await club.shop.call('DELETE', `/company/${club.place}/sale/${document}/payment/loyalty_transaction/${payment}`);
  expect(await club.balance(phone)).toBe(30);
  await work();
  expect([await club.balance(phone), await other.balance(forever.phone)]).toEqual([0, 40]);
  expect(await contradictions(club.place)).toEqual([]);
});

test('the owner is told once before, by one message for all points, with the text of the chain if it has one', async () => {
  const club = await openClub(terms);
  const [first, second] = [await club.loyalMember(100), await club.loyalMember(5)];
  await club.move(first.id, 50);
  await work();
  expect(await messagesTo(first.phone)).toEqual([]);
  await endLots(club, first.id, '2 days', '2 days 1 hour');
  await work();
  await work();
  expect(await messagesTo(first.phone)).toEqual([
    { channel: 'sms', text: expect.stringMatching(/^Points on your card burn soon: 150, from \d{4}-\d\d-\d\d\.$/) },
  ]);
  await club.shop.call('POST', `/chain/${club.chainId}/loyalty/notification_message_templates`, {
    body: { type: 'custom', body: 'Use your points.', message_type: 'loyalty_cashback_expiration' },
  });
  await endLots(club, second.id, '2 days');
  await work();
  expect(await messagesTo(second.phone)).toMatchObject([{ text: 'Use your points.' }]);
});

test('a card without a phone number gets no message, and holds up no other', async () => {
  const club = await openClub(terms);
  const [nobody, other] = [await club.loyalMember(100), await club.loyalMember(50)];
  const { db } = await testDatabase();
  await db.execute(sql`update loyalty_cards set phone = null where chain_id = ${club.chainId} and id = ${nobody.id}`);
  await endLots(club, nobody.id, '1 day');
  await endLots(club, other.id, '1 day');
  await work();
  expect([await messagesTo(nobody.phone), await messagesTo(other.phone)]).toMatchObject([[], [{ channel: 'sms' }]]);
});

test('points of a removed card burn without a message', async () => {
  const club = await openClub(terms);
  const { id, phone } = await club.loyalMember(100);
  await club.shop.call('DELETE', `/loyalty/cards/${club.place}/${id}`);
  await endLots(club, id, '1 day');
  await work();
  expect(await messagesTo(phone)).toEqual([]);
  await endLots(club, id, '-1 second');
  await work();
  const { query } = await testDatabase();
  const text = `select amount::float8 as amount from balances
    where chain_id = $1 and id = (select balance_id from loyalty_cards where chain_id = $1 and id = $2)`;
  expect(await query({ text, values: [club.chainId, id] })).toEqual([{ amount: 0 }]);
});
