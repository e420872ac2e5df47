import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Database, retries } from '../platform/database.ts';
import { jobFigures, jobRuns } from '../platform/jobs.ts';
import { sameSecret } from '../platform/secrets.ts';
import { Unauthorized } from './errors.ts';
import { disorderedLocks } from './write.ts';

/** Things that a process counts by their outcome, for `/metrics`. */
export interface OutcomeCounter {
  name: string;
  help: string;
  /** The counts so far, which grow while the process runs. */
  outcomes: Readonly<Record<string, number>>;
}

/** Counts and times every answer by operation, and serves the figures at `/metrics` in Prometheus' format, with `counters`. */
export function observeRequests(
  app: FastifyInstance,
  token: string,
  database: Database,
  counters: readonly OutcomeCounter[],
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  observeDatabase(registry, database);
  for (const counter of counters) observeOutcomes(registry, counter);
  const readJobs = observeJobs(registry);
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
    // A database that does not answer is a figure less, and no reason to withhold the others.
    readJobs(
      await jobFigures(database).catch((error: unknown) => {
        request.log.error({ err: error }, 'the jobs cannot be counted');
        return [];
      }),
    );
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function observeOutcomes(registry: Registry, { name, help, outcomes }: OutcomeCounter): void {
  new Counter({
    name,
    help,
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(outcomes)) this.inc({ outcome }, count);
    },
  });
}

/** Metrics that show an overloaded database before its users notice. */
function observeDatabase(registry: Registry, { turns }: Database): void {
  const registers = [registry];
  new Counter({
    name: 'database_transaction_retries_total',
    help: 'Transactions that were run again because others were in their way',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(retries)) this.inc({ reason }, count);
    },
  });
  new Counter({
    name: 'database_disordered_locks_total',
    help: 'Locks that a transaction took out of order; two such transactions may end in a deadlock. It should stay 0: please report it',
    registers,
    collect() {
      this.reset();
      this.inc(disorderedLocks.count);
    },
  });
  new Gauge({
    name: 'database_requests',
    help: 'Requests that use the database, and those that wait for their turn',
    labelNames: ['state'],
    registers,
    collect() {
      const { working, waiting } = turns.figures;
      this.set({ state: 'working' }, working);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  new Counter({
    name: 'database_requests_turned_away_total',
    help: 'Requests that were answered 503 because too many waited, or because their turn did not come in time',
    registers,
    collect() {
      this.reset();
      this.inc(turns.figures.turnedAway);
    },
  });
}

/**
 * Metrics that show jobs that wait too long or were given up. @returns a function that sets the values of the database, which are the same
 * for all nodes
 */
function observeJobs(registry: Registry): (figures: Awaited<ReturnType<typeof jobFigures>>) => void {
  const registers = [registry];
  const labelNames = ['kind'];
  const due = new Gauge({ name: 'jobs_due', help: 'Jobs that are due and that nobody runs', labelNames, registers });
  const oldest = new Gauge({
    name: 'jobs_oldest_due_seconds',
    help: 'Since when the oldest of them has been due',
    labelNames,
    registers,
  });
  const failed = new Gauge({
    name: 'jobs_failed',
    help: 'Jobs that were given up in the last 30 days, after all their attempts failed',
    labelNames,
    registers,
  });
  new Counter({
    name: 'jobs_attempts_total',
    help: 'Attempts of this node at jobs, by how they ended: the job is done, will be tried again, or was given up',
    labelNames: [...labelNames, 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [kind, outcomes] of jobRuns) {
        for (const [outcome, count] of Object.entries(outcomes)) this.inc({ kind, outcome }, count);
      }
    },
  });
  return (figures) => {
    for (const gauge of [due, oldest, failed]) gauge.reset();
    for (const figure of figures) {
      due.set({ kind: figure.kind }, figure.due);
      oldest.set({ kind: figure.kind }, figure.oldest);
      failed.set({ kind: figure.kind }, figure.failed);
    }
  };
}
