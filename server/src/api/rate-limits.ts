import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '../platform/config.ts';
import { TooManyRequests } from './errors.ts';

/** The headers that name the limits and what is left of them. Browsers may read them. */
export const rateLimitHeaders = [
  'ratelimit',
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
] as const;

/** The state of one limit after a request was counted. */
interface Counted {
  max: number;
  remaining: number;
  ttlInSeconds: number;
}

/** Limits the requests of each address by the minute and by the second, and tells on every answer what is left. */
export async function limitRates(app: FastifyInstance, { rateLimit: { perMinute, perSecond } }: Config): Promise<void> {
  const limits = [
    { name: 'minute', max: perMinute, seconds: 60 },
    { name: 'second', max: perSecond, seconds: 1 },
  ].filter(({ max }) => max > 0);
  if (limits.length === 0) return;
  await app.register(rateLimit, { global: false });
  const limiters = limits.map(({ name, max, seconds }) => ({
    name,
    count: app.createRateLimit({ max, timeWindow: seconds * 1000, keyGenerator: (request) => request.ip }),
  }));
  const policy = limits.map(({ name, max, seconds }) => `"${name}";q=${max};w=${seconds}`).join(', ');
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.isUncounted) return;
    let states = '';
    let scarcest: Counted | undefined;
    for (const { name, count } of limiters) {
      const result = await count(request);
      if (result.isAllowed) continue;
      states += `${states && ', '}"${name}";r=${result.remaining};t=${result.ttlInSeconds}`;
      // Of equals, the longer window.
      if (!scarcest || result.remaining < scarcest.remaining) scarcest = result;
      if (result.isExceeded) {
        tell(reply, policy, states, result);
        throw new TooManyRequests(result.ttlInSeconds);
      }
    }
    if (scarcest) tell(reply, policy, states, scarcest);
  });
}

function tell(reply: FastifyReply, policy: string, states: string, { max, remaining, ttlInSeconds }: Counted): void {
  reply
    .header('ratelimit-policy', policy)
    .header('ratelimit', states)
    .header('ratelimit-limit', max)
    .header('ratelimit-remaining', remaining)
    .header('ratelimit-reset', ttlInSeconds);
}
