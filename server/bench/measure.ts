import autocannon, { type Request } from 'autocannon';
import { type Measured, requestOf } from './operations.ts';
import type { Started } from './processes.ts';

export const connections = 10;

export interface Figures {
  /** Answers a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Loads a server with one operation, over so many connections. @throws Error when any answer fails */
export async function load(server: Started, operation: Measured, seconds: number, atOnce = connections): Promise<Figures> {
  const times: number[] = [];
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const { method, headers, body, setupRequest } = requestOf(operation);
    const request = { method, headers, body, ...(setupRequest ? { requests: [{ setupRequest }] } : {}) };
    const run = autocannon(
      { url: server.base + operation.path, ...(request as Request), connections: atOnce, pipelining: 1, duration: seconds },
      (error: unknown, outcome) => (error ? reject(error) : resolve(outcome)),
    );
    // autocannon's own histogram has whole milliseconds.
    run.on('response', (_client, _status, _bytes, time) => times.push(time));
  });
  const failed = result.errors + result.timeouts + result.non2xx + result.mismatches;
  if (failed || times.length === 0) {
    throw new Error(
      `${operation.title}: ${failed} of ${times.length} requests to ${server.base}${operation.path} failed ` +
        `(${result.errors} errors, ${result.timeouts} timeouts, ${result.non2xx} answers other than 2xx)`,
    );
  }
  times.sort((a, b) => a - b);
  const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
  return { rate: times.length / result.duration, p50: percentile(0.5), p99: percentile(0.99) };
}

/** The number of rounds in which the servers take turns. */
export const rounds = 3;

/**
 * Loads the servers in turn after a warm-up, so that a machine that gets slower or faster favours none.
 * @returns for each server the run with the median rate, and the ratio of the first server's rate to the last one's: the median of the
 * rounds
 */
export async function compare<Servers extends Started[]>(
  servers: [...Servers],
  operation: Measured,
  times: { warmUp: number; seconds: number },
): Promise<{ figures: { [Index in keyof Servers]: Figures }; share: number }> {
  const runs = await inTurn(
    servers.map((server) => ({ server, operation })),
    times,
  );
  const figures = servers.map((_, index) =>
    median(
      runs.map((run) => run[index] as Figures),
      (run) => run.rate,
    ),
  );
  const shares = runs.map((run) => (run[0] as Figures).rate / (run.at(-1) as Figures).rate);
  return { figures: figures as never, share: median(shares, (share) => share) };
}

/** The ratio of the slowest operation to the fastest, by the median time of their answers: the median of the rounds. */
export async function spread(
  server: Started,
  operations: Measured[],
  times: { warmUp: number; seconds: number },
): Promise<number> {
  const runs = await inTurn(
    operations.map((operation) => ({ server, operation })),
    times,
  );
  const spreads = runs.map((run) => Math.max(...run.map(({ p50 }) => p50)) / Math.min(...run.map(({ p50 }) => p50)));
  return median(spreads, (each) => each);
}

/** The median time of each operation's answers in milliseconds, with one request after the other: the median of the rounds. */
export async function typical(
  server: Started,
  operations: Measured[],
  times: { warmUp: number; seconds: number },
): Promise<number[]> {
  const runs = await inTurn(
    operations.map((operation) => ({ server, operation })),
    times,
    1,
  );
  return operations.map((_, index) =>
    median(
      runs.map((run) => (run[index] as Figures).p50),
      (each) => each,
    ),
  );
}

/** The ratio of the second operation's time to the first one's, by the median time of their answers: the median of the rounds. */
export async function slower(
  server: Started,
  first: Measured,
  second: Measured,
  times: { warmUp: number; seconds: number },
): Promise<number> {
  const runs = await inTurn(
    [first, second].map((operation) => ({ server, operation })),
    times,
  );
  return median(
    runs.map(([a, b]) => (b as Figures).p50 / (a as Figures).p50),
    (each) => each,
  );
}

async function inTurn(
  loads: { server: Started; operation: Measured }[],
  { warmUp, seconds }: { warmUp: number; seconds: number },
  atOnce = connections,
): Promise<Figures[][]> {
  for (const { server, operation } of loads) await load(server, operation, warmUp, atOnce);
  const runs: Figures[][] = [];
  for (let round = 0; round < rounds; round++) {
    const run: Figures[] = [];
    for (const { server, operation } of loads) {
      // A server that was idle while the others were measured starts slowly.
      await load(server, operation, 1, atOnce);
      run.push(await load(server, operation, seconds / rounds, atOnce));
    }
    runs.push(run);
  }
  return runs;
}

const median = <Value>(values: Value[], by: (value: Value) => number): Value =>
  [...values].sort((a, b) => by(a) - by(b))[Math.floor(values.length / 2)] as Value;

/** One answer, without timestamps and ids of new rows. @throws Error if it is not 2xx */
export async function answerOf(server: Started, operation: Measured): Promise<unknown> {
  const { method, headers, body } = requestOf(operation);
  const response = await fetch(server.base + operation.path, {
    ...(method ? { method } : {}),
    headers: headers as Record<string, string>,
    ...(typeof body === 'string' ? { body } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation.title}: ${server.base}${operation.path} answers ${response.status} ${text}`);
  return response.status === 201 ? JSON.parse(text, withoutWhatIsNew) : JSON.parse(text);
}

const withoutWhatIsNew = (key: string, value: unknown) => (newFields.has(key) ? typeof value : value);

const newFields = new Set([
  ...['id', 'visit_id', 'record_id', 'number', 'short_link'],
  ...['create_date', 'update_date', 'last_change_date', 'date_created'],
]);
