import { eq, sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../../../test/gateway.ts';
import { openShop, somePhone, startServer, testDatabase } from '../../../test/harness.ts';
import { makeDue, runDueJobs } from '../../../test/jobs.ts';
import { jobs } from '../../platform/tables.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { sendMessage } from './message.ts';
import { messages } from './tables.ts';

/** A server with a gateway, and an unsent message. */
async function openWithMessage(answer?: (count: number) => number) {
  const gateway = await startGateway(answer);
  onTestFinished(gateway.stop);
  const server = await startServer({ messageGateway: { url: gateway.url, token: 'of the gateway' } });
  const { db } = await testDatabase();
  const { locationId } = await openShop();
  const recipient = somePhone();
  const message = { locationId, channel: 'sms', recipient, text: 'See you tomorrow', expiresAt: inTenMinutes() } as const;
  await beginAlone(db)((write) => sendMessage(write, message));
  const job = async () => {
    const [row] = await db.select().from(jobs).where(eq(jobs.locationId, locationId));
    return row;
  };
  const kept = () => db.select({ id: messages.id }).from(messages).where(eq(messages.recipient, recipient));
  const run = (on = server) => runDueJobs(on, { locationId });
  /** Its next attempt is now. */
  const runAgain = async (on = server) => {
    await makeDue({ locationId });
    await run(on);
  };
  return { gateway, recipient, job, kept, run, runAgain };
}

const inTenMinutes = () => new Date(Date.now() + 600_000);

test('a message is handed to the gateway once, and then forgotten', async () => {
  const { gateway, recipient, job, kept, run } = await openWithMessage();
  const [message] = await kept();
  await run();
  await run();
  expect(gateway.received).toEqual([
    {
      headers: expect.objectContaining({
        authorization: 'Bearer of the gateway',
        'idempotency-key': `"message-${message?.id}"`,
        'content-type': 'application/json',
      }),
      body: { id: message?.id, channel: 'sms', recipient, text: 'See you tomorrow' },
    },
  ]);
  expect(await kept()).toEqual([]);
  expect(await job()).toMatchObject({ kind: 'send message', result: 'sent', failed: false });
});

test('a message that the gateway does not take is kept, and handed over again under the same number', async () => {
  const { gateway, job, kept, run, runAgain } = await openWithMessage((count) => (count === 1 ? 503 : 202));
  await run();
  expect(await kept()).toHaveLength(1);
  expect(await job()).toMatchObject({ attempts: 1, finishedAt: null, error: 'The gateway of messages answered 503' });
  await runAgain();
  expect(await kept()).toEqual([]);
  expect(new Set(gateway.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});

test('a message that was of no use any more before anybody took it is not sent, and counts as failed', async () => {
  const { gateway, recipient, job, run } = await openWithMessage();
  const { db } = await testDatabase();
  await db.update(messages).set({ expiresAt: sql`now()` }).where(eq(messages.recipient, recipient));
  await run();
  expect(gateway.received).toEqual([]);
  expect(await job()).toMatchObject({ failed: true, attempts: 1, error: 'It expired before it could be sent' });
});

test('a message that was swept before its turn is gone, and nobody waits for it', async () => {
  const { gateway, recipient, job, run } = await openWithMessage();
  const { db } = await testDatabase();
  await db.delete(messages).where(eq(messages.recipient, recipient));
  await run();
  expect([gateway.received, await job()]).toMatchObject([[], { failed: false, result: 'gone' }]);
});

test('a message of a transaction that fails is not sent', async () => {
  const { db } = await testDatabase();
  const { locationId } = await openShop();
  const failing = beginAlone(db)(async (write) => {
    await sendMessage(write, { locationId, channel: 'email', recipient: 'a@b.c', text: 'No', expiresAt: inTenMinutes() });
    throw new Error('refused');
  });
  await expect(failing).rejects.toThrow('refused');
  expect(await db.select().from(jobs).where(eq(jobs.locationId, locationId))).toEqual([]);
});

test("a business's server without a provider says what is missing", async () => {
  const { job, kept, runAgain } = await openWithMessage(() => 500);
  await runAgain(await startServer({ mode: 'serve' }));
  expect(await job()).toMatchObject({
    error: 'There is no provider for SMS: set FOYER_TWILIO_FROM or FOYER_MESSAGES_URL',
    finishedAt: null,
  });
  expect(await kept()).toHaveLength(1);
});

test('the demo keeps its messages to be read', async () => {
  const { recipient, job, kept, runAgain } = await openWithMessage();
  const demo = await startServer();
  await runAgain(demo);
  expect(await job()).toMatchObject({ result: 'shown at /demo/messages' });
  expect(await kept()).toHaveLength(1);
  expect(await (await fetch(`${demo.url}/demo/messages`)).text()).toContain(recipient);
});
