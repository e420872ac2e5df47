import { expect, onTestFinished, test } from 'vitest';
import { openClub } from '../../../test/club.ts';
import { startGateway } from '../../../test/gateway.ts';
import { startServer, testDatabase } from '../../../test/harness.ts';
import { makeAllDue, messagesOf, sendDue } from '../../../test/messages.ts';

/** A club that tells by SMS of cards, of points that are given and of points that are taken. */
async function openTelling(bodies: Record<string, string>) {
  const gateway = await startGateway();
  onTestFinished(gateway.stop);
  const server = await startServer({ messageGateway: { url: gateway.url, token: '' } });
  const club = await openClub();
  const { shop, place, chainId } = club;
  for (const [message_type, body] of Object.entries(bodies)) {
    const path = `/chain/${chainId}/loyalty/notification_message_templates`;
    await shop.call('POST', path, { body: { type: 'custom', body, message_type } });
  }
  const balance = `/notification_settings/${place}/balance`;
  return {
    ...club,
    sent: () => gateway.received.map(({ body }) => (body as { text: string }).text),
    work: () => sendDue(server, place),
    fund: (amount: number, price: number) => shop.call('PUT', balance, { body: { balance: amount, price } }),
    funds: async (): Promise<number> => (await shop.call('GET', balance)).data.balance,
    rules: (body: object) => shop.call('PATCH', `/notification_settings/${place}/rules`, { body }),
    log: async () => (await messagesOf(place)).map(({ text, state, reason }) => [text, state, reason]),
  };
}

test('a message that the location cannot pay is skipped, and a shorter one after it still goes', async () => {
  const long = 'é'.repeat(161);
  const { loyalMember, move, work, sent, log, fund, funds } = await openTelling({
    loyalty_card_created: 'Welcome',
    loyalty_card_manual: long,
    loyalty_card_manual_withdraw: 'Taken: {points}',
  });
  await fund(0.2, 0.1);
  const { id } = await loyalMember();
  await move(id, 50);
  await move(id, -7.5);
  await work();
  expect(sent().toSorted()).toEqual(['Taken: 7.5', 'Welcome']);
  const refused = [long, 'skipped', 'The balance of messages is too small'];
  expect(await log()).toEqual([['Welcome', 'sent', ''], refused, ['Taken: 7.5', 'sent', '']]);
  expect(await funds()).toBe(0);
  await move(id, -2.5);
  await fund(0.05, 0.1);
  await work();
  expect((await log()).at(-1)).toEqual(['Taken: 2.5', 'skipped', 'The balance of messages is too small']);
  expect(await funds()).toBe(0.05);
});

test('in the quiet time nobody is told: the message waits until its end, or goes never if it would be too late then', async () => {
  const { loyalMember, move, work, sent, fund, funds, rules, place, shop } = await openTelling({
    loyalty_card_manual: 'Given: {points}',
  });
  await fund(1, 0.1);
  const now = Date.now();
  const clock = (minutes: number) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: shop.timeZone, hour: '2-digit', minute: '2-digit' }).format(
      new Date(now + minutes * 60_000),
    );
  const end = now + 90 * 60_000;
  expect((await rules({ quiet_from: clock(-30), quiet_to: clock(90) })).status).toBe(200);
  const { id } = await loyalMember(5);
  await move(id, 6);
  const { query } = await testDatabase();
  await query({
    text: `update location_messages set expires_at = now() + interval '1 hour' where location_id = $1 and text = 'Given: 6'`,
    values: [place],
  });
  await work();
  expect(sent()).toEqual([]);
  const [waiting, late] = await messagesOf(place);
  expect(waiting).toMatchObject({ text: 'Given: 5', state: 'queued' });
  expect(waiting?.dueAt.getTime()).toBe(end - (end % 60_000));
  expect(late).toMatchObject({ text: 'Given: 6', state: 'skipped', reason: 'It would be too late after the quiet time' });
  expect(await funds()).toBe(0.9);
  await rules({ quiet_from: null, quiet_to: null });
  await work();
  expect(sent()).toEqual([]);
  await makeAllDue(place);
  await work();
  expect(sent()).toEqual(['Given: 5']);
  expect(await funds()).toBe(0.9);
});
