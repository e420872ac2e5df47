import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { eq, sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { outboxDeliveries, outboxSubscribers } from '../src/domains/outbox/tables.ts';
import { type Answer, type Server, type Shop, testDatabase, testServer } from './harness.ts';

/** What a receiver of webhooks got. */
export interface Delivered {
  path: string;
  headers: IncomingHttpHeaders;
  /** The exact text, which the signature covers. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: of every resource
  body: any;
}

/** Answers a delivery: a status, or a function that answers by itself. */
type Reply = number | ((response: ServerResponse, delivered: Delivered) => unknown);

/**
 * Starts a receiver of webhooks. It takes everything until `reply` says otherwise.
 * @param port a free one, unless given
 */
export async function startReceiver(port = 0) {
  const received: Delivered[] = [];
  const receiver = { received, reply: 200 as Reply, url: '', stop: () => {} };
  const server = createServer(async (request, response) => {
    // Another test looked for its own server at a port that was free a moment ago.
    if (request.method !== 'POST') return response.writeHead(405).end();
    const body = await text(request);
    const delivered = { path: request.url ?? '', headers: request.headers, text: body, body: JSON.parse(body) };
    received.push(delivered);
    if (typeof receiver.reply === 'function') return receiver.reply(response, delivered);
    response.writeHead(receiver.reply).end('seen');
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as { port: number }).port}/hooks`;
  receiver.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(receiver.stop);
  return receiver;
}

/** All flags that the settings have. */
export const allFlags = {
  salon: 1,
  service_category: 1,
  service: 1,
  good: 1,
  master: 1,
  client: 1,
  record: 1,
  goods_operations_sale: 1,
  goods_operations_receipt: 1,
  goods_operations_consumable: 1,
  goods_operations_stolen: 1,
  goods_operations_move: 1,
  finances_operation: 1,
  loyalty_card: 1,
  schedule: 1,
};

/** Saves settings of webhooks with all flags. @throws Error if they are refused */
export async function subscribe(shop: Shop, urls: string[], settings: object = {}): Promise<Answer> {
  const body = { urls, active: 1, self_sending: 1, ...allFlags, ...settings };
  const answer = await shop.call('POST', `/hooks_settings/${shop.locationId}`, { body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer;
}

/** Delivers what is due in a location. Test servers deliver nothing by themselves. */
export const deliver = async ({ locationId }: Pick<Shop, 'locationId'>, server?: Server): Promise<number> =>
  (server ?? (await testServer())).app.webhooks.runDue(locationId);

/** Ends all waits of a location: the next tries are now. */
export async function endWaits({ locationId }: Pick<Shop, 'locationId'>): Promise<void> {
  const { db } = await testDatabase();
  await db
    .update(outboxDeliveries)
    .set({ dueAt: sql`now()` })
    .where(sql`${outboxDeliveries.locationId} = ${locationId} and ${outboxDeliveries.dueAt} is not null`);
  await db
    .update(outboxSubscribers)
    .set({ nextAt: sql`now()`, pausedUntil: null, claim: null })
    .where(eq(outboxSubscribers.locationId, locationId));
}
