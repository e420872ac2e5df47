import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { asc, eq, type SQL, sql } from 'drizzle-orm';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { call, openShop, startServer, testDatabase } from '../../test/harness.ts';
import { beginAlone } from '../surfaces/changes.ts';
import { openPostgres } from './database.ts';
import { enqueue, Hopeless, type JobHandler, type JobKind, JobRunner, retryDelay, sweepJobs } from './jobs.ts';
import { jobs } from './tables.ts';

type Payload = { number: number };

/** A kind of job that no other test has, and nodes that run it. */
async function someKind(handler: Partial<JobHandler<Payload>> & Pick<JobHandler<Payload>, 'run'>) {
  const kind = `test ${randomUUID()}`;
  const database = await testDatabase();
  const { db } = database;
  const logged: string[] = [];
  const log = (_fields: object, text: string) => logged.push(text);
  const isOfKind = eq(jobs.kind, kind);
  return {
    kind,
    logged,
    /** Another node of the same database; it stops when the test ends. */
    node: (options: Partial<ConstructorParameters<typeof JobRunner>[0]> = {}) => {
      const runner = new JobRunner({
        database,
        handlers: { [kind]: handler },
        log: { warn: log, error: log },
        pollInterval: 60_000,
        patience: 100,
        ...options,
      });
      onTestFinished(() => runner.close());
      return runner;
    },
    enqueue: (number = 1, how?: Parameters<typeof enqueue>[3]) =>
      beginAlone(db)((write) => enqueue(write, kind as JobKind, { number } as never, how)),
    rows: () => db.select().from(jobs).where(isOfKind).orderBy(asc(jobs.id)),
    set: (values: Record<string, SQL>) => db.update(jobs).set(values).where(isOfKind),
    /** Lets so much time pass for the jobs. */
    pass: (seconds: number) =>
      db
        .update(jobs)
        .set({
          dueAt: sql`${jobs.dueAt} - make_interval(secs => ${seconds})`,
          leasedUntil: sql`${jobs.leasedUntil} - make_interval(secs => ${seconds})`,
          finishedAt: sql`${jobs.finishedAt} - make_interval(secs => ${seconds})`,
        })
        .where(isOfKind),
  };
}

/** Something that is under way until the test ends it. */
function underWay() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}

describe('a job', () => {
  test('runs once, and its result is kept', async () => {
    const seen: unknown[] = [];
    const { node, enqueue, rows } = await someKind({
      run: async (payload, { attempt }) => {
        seen.push([payload, attempt]);
        return 'sent';
      },
    });
    await enqueue(7);
    await node().runDue();
    await node().runDue();
    expect(seen).toEqual([[{ number: 7 }, 1]]);
    expect(await rows()).toMatchObject([
      { attempts: 1, result: 'sent', error: null, failed: false, claim: null, finishedAt: expect.any(Date) },
    ]);
  });

  test('is not there when its transaction fails', async () => {
    const { kind, rows } = await someKind({ run: async () => undefined });
    const { db } = await testDatabase();
    const failing = beginAlone(db)(async (write) => {
      await enqueue(write, kind as JobKind, {} as never);
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(await rows()).toEqual([]);
  });

  test('begins right after the commit, and not before', async () => {
    const seen: number[] = [];
    const { kind, node } = await someKind({
      run: async ({ number }) => {
        seen.push(number);
        return undefined;
      },
    });
    node().start();
    // Its first look is over by then, and the next one is a minute away.
    await delay(100);
    const { db } = await testDatabase();
    await beginAlone(db)(async (write) => {
      await enqueue(write, kind as JobKind, { number: 1 } as never);
      expect(seen).toEqual([]);
    });
    await vi.waitFor(() => expect(seen).toEqual([1]));
  });

  test('that another process enqueued is found by looking every now and then', async () => {
    let isRun = false;
    const { kind, node } = await someKind({
      run: async () => {
        isRun = true;
        return undefined;
      },
    });
    node({ pollInterval: 20 }).start();
    await (await testDatabase()).db.insert(jobs).values({ kind, payload: {} });
    await vi.waitFor(() => expect(isRun).toBe(true));
  });

  test('waits until it is due', async () => {
    const { node, enqueue, rows, pass } = await someKind({ run: async () => undefined });
    await enqueue(1, { due: new Date(Date.now() + 3_600_000) });
    await node().runDue();
    expect(await rows()).toMatchObject([{ attempts: 0, finishedAt: null }]);
    await pass(3_601);
    await node().runDue();
    expect(await rows()).toMatchObject([{ attempts: 1, finishedAt: expect.any(Date) }]);
  });

  test('with a key is there once until it is done', async () => {
    const { node, enqueue, rows } = await someKind({ run: async () => undefined });
    for (const key of ['a', 'a', 'b']) await enqueue(1, { key });
    expect((await rows()).map(({ key }) => key)).toEqual(['a', 'b']);
    await node().runDue();
    await enqueue(2, { key: 'a' });
    expect((await rows()).map(({ key }) => key)).toEqual(['a', 'b', 'a']);
  });

  test('belongs to a location that exists', async () => {
    const { locationId } = await openShop();
    const { enqueue, rows } = await someKind({ run: async () => undefined });
    await enqueue(1, { locationId });
    expect(await rows()).toMatchObject([{ locationId }]);
    await expect(enqueue(1, { locationId: 2_147_483_647 })).rejects.toThrow();
  });

  test('of a kind that this build does not know is left to others', async () => {
    const { enqueue, rows } = await someKind({ run: async () => undefined });
    const other = await someKind({ run: async () => undefined });
    await enqueue();
    await other.node().runDue();
    expect(await rows()).toMatchObject([{ attempts: 0, finishedAt: null }]);
  });
});

describe('nodes of one database', () => {
  test('run each job once, with any number of runners', async () => {
    const seen: number[] = [];
    const { node, enqueue } = await someKind({
      run: async ({ number }) => {
        seen.push(number);
        await delay(Math.random() * 5);
        return undefined;
      },
    });
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    await Promise.all(numbers.map((number) => enqueue(number)));
    await Promise.all(Array.from({ length: 6 }, () => node().runDue()));
    expect(seen.toSorted((one, other) => one - other)).toEqual(numbers);
  });

  test('run a few jobs at once, and no more', async () => {
    let [now, most, count] = [0, 0, 0];
    const { node, enqueue } = await someKind({
      run: async () => {
        most = Math.max(most, ++now);
        await delay(5);
        now--;
        count++;
        return undefined;
      },
    });
    for (let number = 0; number < 12; number++) await enqueue(number);
    node({ atOnce: 3 }).start();
    await vi.waitFor(() => expect(count).toBe(12));
    expect(most).toBe(3);
  });

  test('take over the job of a node that disappeared, but only after its lease', async () => {
    const crash = underWay();
    const seen: number[] = [];
    const { node, enqueue, rows, pass, logged } = await someKind({
      run: async (_payload, { attempt }) => {
        seen.push(attempt);
        if (attempt === 1) await crash.ended;
        return `attempt ${attempt}`;
      },
      timeLimit: 50,
    });
    await enqueue();
    const vanished = node().runDue();
    await vi.waitFor(() => expect(seen).toEqual([1]));
    await pass(54);
    expect(await node().runDue()).toBe(0);
    await pass(2);
    expect(await node().runDue()).toBe(1);
    expect(seen).toEqual([1, 2]);
    // It was only cut off, and reports its result too late.
    crash.end();
    await vanished;
    expect(await rows()).toMatchObject([{ attempts: 2, result: 'attempt 2' }]);
    expect(logged).toEqual(['a job ran longer than its lease, and another node took it over']);
  });

  test('do not run a job for ever that crashes every node', async () => {
    let isRun = false;
    const { node, enqueue, rows, set } = await someKind({
      run: async () => {
        isRun = true;
        return undefined;
      },
      attempts: 3,
    });
    await enqueue();
    await set({ attempts: sql`3`, claim: sql`gen_random_uuid()`, leasedUntil: sql`now() - interval '1 second'` });
    await node().runDue();
    expect(isRun).toBe(false);
    expect(await rows()).toMatchObject([{ failed: true, error: 'The server ended while it ran' }]);
  });

  test('run a repeated job once for all of them, at the start and after its time', async () => {
    let count = 0;
    const { node, rows, pass } = await someKind({
      run: async () => {
        count++;
        return undefined;
      },
      every: 3_600,
    });
    const nodes = [node(), node()];
    await Promise.all(nodes.map((each) => each.runDue()));
    expect(count).toBe(1);
    await pass(3_590);
    for (const each of nodes) await each.runDue();
    expect(count).toBe(1);
    await pass(11);
    await Promise.all(nodes.map((each) => each.runDue()));
    expect(count).toBe(2);
    expect(await rows()).toMatchObject([{ attempts: 0, finishedAt: null }]);
  });
});

describe('a job that fails', () => {
  const failing = (how: Partial<JobHandler<Payload>> = {}) =>
    someKind({ run: () => Promise.reject(new Error('The gateway is away')), ...how });

  test('is tried again, later each time', async () => {
    const { node, enqueue, rows, pass } = await failing();
    await enqueue();
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(await node().runDue()).toBe(1);
      const [row] = await rows();
      expect(row).toMatchObject({ attempts: attempt, error: 'The gateway is away', failed: false, finishedAt: null });
      delays.push(((row?.dueAt.getTime() ?? 0) - Date.now()) / 1000);
      await pass(3_600);
    }
    for (const [index, wait] of delays.entries()) {
      expect(wait).toBeGreaterThan(5 * 2 ** index * 0.75 - 2);
      expect(wait).toBeLessThan(5 * 2 ** index * 1.25 + 1);
    }
  });

  test('waits an hour and a quarter at most, and never as long as all the others', () => {
    expect([retryDelay(1, 0), retryDelay(1, 1)]).toEqual([3.75, 6.25]);
    expect([retryDelay(40, 0), retryDelay(40, 1)]).toEqual([2700, 4500]);
    expect(new Set(Array.from({ length: 10 }, () => retryDelay(3))).size).toBeGreaterThan(1);
  });

  test('is given up after its attempts, and the figures say so', async () => {
    const { kind, node, enqueue, rows, pass, logged } = await failing({ attempts: 2 });
    const server = await startServer();
    const figures = async () => {
      const { body } = await call('GET', '//metrics', { server });
      return Object.fromEntries(
        (body as string)
          .split('\n')
          .filter((line) => line.includes(kind))
          .map((line) => [
            line
              .replace(`kind="${kind}"`, '')
              .replace(/\{,?(.*)\}.*/, ' $1')
              .trim(),
            Number(line.split(' ').at(-1)),
          ]),
      );
    };
    await enqueue();
    await pass(60);
    const waiting = await figures();
    expect(waiting).toEqual({ jobs_due: 1, jobs_oldest_due_seconds: expect.any(Number), jobs_failed: 0 });
    expect(waiting.jobs_oldest_due_seconds).toBeGreaterThan(59);
    await node().runDue();
    await pass(10);
    await node().runDue();
    await pass(10_000);
    expect(await node().runDue()).toBe(0);
    expect(await rows()).toMatchObject([{ attempts: 2, failed: true, error: 'The gateway is away' }]);
    expect(await figures()).toEqual({
      jobs_due: 0,
      jobs_oldest_due_seconds: 0,
      jobs_failed: 1,
      'jobs_attempts_total outcome="done"': 0,
      'jobs_attempts_total outcome="retried"': 1,
      'jobs_attempts_total outcome="failed"': 1,
    });
    expect(logged).toEqual(['a job failed and will be tried again', 'a job was given up']);
  });

  test('is given up at once when it is hopeless', async () => {
    const { node, enqueue, rows } = await failing({ run: () => Promise.reject(new Hopeless('Nobody has this number')) });
    await enqueue();
    await node().runDue();
    expect(await rows()).toMatchObject([{ attempts: 1, failed: true, error: 'Nobody has this number' }]);
  });

  test('and repeats is never given up', async () => {
    const { node, rows, pass } = await failing({ every: 60, attempts: 1 });
    for (let attempt = 0; attempt < 3; attempt++) {
      await node().runDue();
      await pass(100);
    }
    expect(await rows()).toMatchObject([{ attempts: 3, failed: false, finishedAt: null, error: 'The gateway is away' }]);
  });

  test('keeps nothing of the statement that failed', async () => {
    const { db } = await testDatabase();
    const { node, enqueue, rows } = await failing({
      run: async () => {
        await db.execute(sql`select ${'SECRET'}::int`);
        return undefined;
      },
    });
    await enqueue();
    await node().runDue();
    expect(await rows()).toMatchObject([{ error: 'PostgreSQL refused a statement with 22P02' }]);
  });

  test('because it takes too long is told to stop', async () => {
    let reason: unknown;
    const { node, enqueue, rows } = await someKind({
      run: (_payload, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
          });
        }),
      timeLimit: 0.05,
    });
    await enqueue();
    await node().runDue();
    expect(reason).toEqual(new Error('It took longer than 0.05 seconds'));
    expect(await rows()).toMatchObject([{ attempts: 1, claim: null, error: 'It took longer than 0.05 seconds' }]);
  });
});

describe('a node that closes', () => {
  test('waits for running jobs, and starts no more', async () => {
    const work = underWay();
    const begun: number[] = [];
    const { node, enqueue, rows } = await someKind({
      run: async ({ number }) => {
        begun.push(number);
        await work.ended;
        return 'done';
      },
    });
    await enqueue(1);
    await enqueue(2);
    const runner = node({ atOnce: 1, patience: 60_000 });
    runner.start();
    await vi.waitFor(() => expect(begun).toEqual([1]));
    let isClosed = false;
    const closing = runner.close().then(() => {
      isClosed = true;
    });
    await delay(20);
    expect(isClosed).toBe(false);
    work.end();
    await closing;
    await enqueue(3);
    expect(begun).toEqual([1]);
    expect(await rows()).toMatchObject([{ result: 'done' }, { attempts: 0 }, { attempts: 0 }]);
  });

  test('gives back jobs that take too long, and others start them at once', async () => {
    let count = 0;
    const { node, enqueue, rows } = await someKind({
      run: () => (++count === 1 ? new Promise(() => {}) : Promise.resolve('done')),
    });
    await enqueue();
    const runner = node({ patience: 20 });
    runner.start();
    await vi.waitFor(() => expect(count).toBe(1));
    await runner.close();
    expect(await rows()).toMatchObject([{ attempts: 0, claim: null, error: null }]);
    await node().runDue();
    expect(await rows()).toMatchObject([{ attempts: 1, result: 'done' }]);
  });
});

test('a database that does not answer for a while is reported once, and jobs go on afterwards', async () => {
  const { node, enqueue, logged, rows } = await someKind({ run: async () => undefined });
  const { db } = await testDatabase();
  // Nobody listens there.
  const away = await openPostgres('postgres://foyer@127.0.0.1:1/foyer', 1);
  onTestFinished(() => away.close());
  let isAway = true;
  let asked = 0;
  const database = {
    get db() {
      asked++;
      return isAway ? away.db : db;
    },
  };
  await enqueue();
  node({ pollInterval: 10, database }).start();
  await vi.waitFor(() => expect(asked).toBeGreaterThan(3));
  isAway = false;
  await vi.waitFor(async () => expect(await rows()).toMatchObject([{ finishedAt: expect.any(Date) }]));
  expect(logged).toEqual(['jobs wait: the database does not answer']);
});

test('jobs are kept for a day when they are done, and for 30 when they were given up', async () => {
  const { node, enqueue, rows, pass } = await someKind({
    run: async ({ number }) => {
      if (number === 2) throw new Hopeless('It cannot be done');
      return undefined;
    },
  });
  const sweep = async () => {
    const { db } = await testDatabase();
    await sweepJobs(beginAlone(db));
    return (await rows()).map(({ payload }) => (payload as Payload).number);
  };
  for (const number of [1, 2]) await enqueue(number);
  await node().runDue();
  await enqueue(3);
  const day = 86_400;
  await pass(day - 60);
  expect(await sweep()).toEqual([1, 2, 3]);
  await pass(120);
  expect(await sweep()).toEqual([2, 3]);
  await pass(28 * day);
  expect(await sweep()).toEqual([2, 3]);
  await pass(day);
  expect(await sweep()).toEqual([3]);
});
