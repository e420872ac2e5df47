import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import qs from 'qs';
import Stripe from 'stripe';

/** A request that the double of Stripe got. */
export interface StripeRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

interface Reply {
  status: number;
  body: object;
}

/**
 * A double of Stripe's API on a port of its own. It remembers what it is sent, and refuses what Stripe would refuse: a wrong key, no form,
 * no idempotency key. Like Stripe, it answers a repeated key with the first answer, and refuses it with other parameters.
 */
export async function openStripe(secretKey: string) {
  const requests: StripeRequest[] = [];
  const answered = new Map<string, { request: string; reply: Reply }>();
  /**
   * Refusals of the next requests whose path ends so, by the code of the error. `lost` does the work and breaks the connection. With the
   * status 200, `more` is the answer.
   */
  const failures: { ending: string; status: number; code: string; more?: object }[] = [];
  let made = 0;

  const replyTo = ({ method, path, headers, body }: StripeRequest): Reply => {
    const refuse = (status: number, code: string, type = 'invalid_request_error', more: object = {}) => ({
      status,
      body: { error: { type, code, message: code, ...more } },
    });
    if (headers.authorization !== `Bearer ${secretKey}`) return refuse(401, 'api_key_invalid');
    if (method !== 'POST') return refuse(405, 'method_not_allowed');
    if (!/^application\/x-www-form-urlencoded/.test(headers['content-type'] ?? '')) return refuse(400, 'no_form');
    const at = failures.findIndex(({ ending, code }) => path.endsWith(ending) && code !== 'lost');
    const [failure] = at < 0 ? [] : failures.splice(at, 1);
    if (failure?.status === 200) return { status: 200, body: failure.more ?? {} };
    if (failure) {
      const type = failure.status >= 500 ? 'api_error' : failure.status === 402 ? 'card_error' : undefined;
      return refuse(failure.status, failure.code, type, failure.more);
    }
    const [, version, ...parts] = path.split('/');
    if (version !== 'v1') return refuse(404, 'unknown_path');
    const id = `${parts[0]?.slice(0, 2)}_${++made}`;
    if (path === '/v1/checkout/sessions') {
      return {
        status: 200,
        body: { id: `cs_${made}`, object: 'checkout.session', url: `https://pay.example.com/cs_${made}`, ...body },
      };
    }
    if (/^\/v1\/checkout\/sessions\/cs_\d+\/expire$/.test(path))
      return { status: 200, body: { id: parts[2], status: 'expired' } };
    if (path === '/v1/refunds') return { status: 200, body: { id, object: 'refund', status: 'succeeded' } };
    if (/^\/v1\/payment_intents\/pi_\w+\/(capture|cancel)$/.test(path)) return { status: 200, body: { id: parts[1] } };
    return refuse(404, 'unknown_path');
  };

  const server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers, body: qs.parse(text) as Record<string, unknown> };
    requests.push(request);
    const key = headers['idempotency-key'] as string | undefined;
    const seen = key === undefined ? undefined : answered.get(key);
    let reply = seen?.reply;
    if (key === undefined) reply = { status: 400, body: { error: { type: 'invalid_request_error', message: 'no key' } } };
    else if (seen && seen.request !== path + text) {
      reply = { status: 400, body: { error: { type: 'idempotency_error', message: 'other parameters' } } };
    }
    reply ??= replyTo(request);
    if (key !== undefined && reply.status < 400) answered.set(key, { request: path + text, reply });
    const lost = failures.findIndex(({ ending, code }) => path.endsWith(ending) && code === 'lost');
    if (lost >= 0) {
      failures.splice(lost, 1);
      return outgoing.destroy();
    }
    return outgoing.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** How many different effects there were at paths that end so. */
    effects: (ending: string) => [...answered.values()].filter(({ request }) => request.split('?')[0]?.includes(ending)).length,
    fail: (ending: string, status: number, code: string, more: object = {}) => failures.push({ ending, status, code, more }),
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}

/** The body of an event of Stripe, and the header with its signature. */
export function stripeEvent(type: string, object: object, secret: string, timestamp = Math.floor(Date.now() / 1000)) {
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });
  return { payload, signature: Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }) };
}
