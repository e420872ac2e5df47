import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { sameSecret } from '../platform/secrets.ts';
import { Unauthorized } from './errors.ts';

/** Counts and times every answer by operation, and serves the figures at `/metrics` in Prometheus' format. */
export function observeRequests(app: FastifyInstance, token: string): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by operation and status',
    labelNames: ['surface', 'operation', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  // Finding the counters by their labels costs more than counting: they are kept by route, method and status.
  const timers = new WeakMap<object, Map<string, ReturnType<typeof seconds.labels>>>();
  app.addHook('onResponse', (request, reply, done) => {
    const { config } = request.routeOptions;
    let ofRoute = timers.get(config);
    if (!ofRoute) timers.set(config, (ofRoute = new Map()));
    const key = `${request.method} ${reply.statusCode}`;
    let timer = ofRoute.get(key);
    if (!timer) {
      const { operation, surface } = config;
      const status = reply.statusCode;
      timer = seconds.labels({ surface: surface ?? 'none', operation: operation?.id ?? 'none', method: request.method, status });
      ofRoute.set(key, timer);
    }
    timer.observe(reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { config: { isUncounted: true } }, async (request, reply) => {
    if (token && !sameSecret(request.headers.authorization ?? '', `Bearer ${token}`)) throw new Unauthorized();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
