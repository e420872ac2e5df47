import { randomUUID } from 'node:crypto';
import { and, eq, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { type Database, deleteInSteps, type Tx } from './database.ts';
import { Lookout } from './lookout.ts';
import { plainError } from './plain-error.ts';
import { jobs } from './tables.ts';

/** The kinds of jobs, each with its payload. To add a kind, declare it here by declaration merging, and define it in `surfaces/jobs.ts`. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface JobKinds {}
export type JobKind = keyof JobKinds;

/** The payload of jobs that need no data, such as sweeps. */
export type Nothing = Record<string, never>;

/** One attempt at a job. */
export interface Attempt {
  /** The job's id, the same in every attempt. */
  id: number;
  /** 1 for the first. */
  attempt: number;
  /** Aborted when the time limit ends or the server stops. Later results of the job are ignored. */
  signal: AbortSignal;
}

/** A job can never succeed: it is given up at once. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

/** A job has done a part of its work: it runs again, after others that are due already. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
}

/** The definition of a kind of job. */
export interface JobHandler<Payload> {
  /**
   * Does the work. A job runs at least once, and again after a failure or a crash, so running it twice must do no harm.
   * @returns the result, if it is worth recording; no secrets
   * @throws Error if the job must run again, Hopeless if it must not, Unfinished if it goes on at its next turn
   */
  run(payload: Payload, attempt: Attempt): Promise<string | undefined>;
  /** The time limit of one attempt in seconds; a minute by default. If a node disappears, other nodes take its job over after this time. */
  timeLimit?: number;
  /** The job is given up after this many failed attempts; ten by default. */
  attempts?: number;
  /** Seconds from the end of one run to the next. A repeating job exists once for all nodes, and is never given up. */
  every?: number;
}

/** The definitions of all kinds of jobs. */
export type JobHandlers = { [Kind in JobKind]: JobHandler<JobKinds[Kind]> };

/** The part of a transaction that `enqueue` needs: it can delay work until the commit. */
type Enqueuing = Tx & { afterCommit(work: () => void): void };

interface When {
  /** At once unless given. */
  due?: Date;
  /**
   * While a job of the kind with this key is unfinished, no second one is created. If it already runs, it does not see later changes. Other
   * transactions that enqueue the same key wait for the commit, so enqueue last.
   */
  key?: string;
  /** The location of the job. None for jobs of the server. */
  locationId?: number | null;
}

/**
 * Records a job in the transaction that causes it: both commit or neither does. The job begins right after the commit, or when it is due.
 */
export const enqueue = <Kind extends JobKind>(
  write: Enqueuing,
  kind: Kind,
  payload: JobKinds[Kind],
  when: When = {},
): Promise<void> => enqueueAll(write, kind, [{ payload, ...when }]);

/** As `enqueue`, for several jobs in one statement. */
export async function enqueueAll<Kind extends JobKind>(
  write: Enqueuing,
  kind: Kind,
  wanted: readonly (When & { payload: JobKinds[Kind] })[],
): Promise<void> {
  if (wanted.length === 0) return;
  await write
    .insert(jobs)
    .values(
      wanted.map(({ payload, due, key, locationId = null }) => ({
        kind,
        payload,
        key: key ?? null,
        locationId,
        ...(due && { dueAt: due }),
      })),
    )
    .onConflictDoNothing();
  write.afterCommit(() => {
    for (const runner of working) runner.wake();
  });
}

/** The number of attempts of this process, by kind and outcome. */
export const jobRuns = new Map<string, { done: number; retried: number; failed: number }>();

/** The number of due jobs of a kind, the seconds since the oldest became due, and the number of jobs given up in the last 30 days. */
export const jobFigures = ({ query }: Pick<Database, 'query'>) =>
  query<{ kind: string; due: number; oldest: number; failed: number }>({
    text: `
      select kind, sum(due)::int as due, max(oldest)::float8 as oldest, sum(failed)::int as failed from (
        select kind, count(*) as due, extract(epoch from now() - min(due_at)) as oldest, 0 as failed from jobs
        where finished_at is null and due_at <= now() and (leased_until is null or leased_until <= now()) group by kind
        union all
        select kind, 0, 0, count(*) from jobs where failed group by kind) as figures
      group by kind`,
    values: [],
  });

/** Removes jobs that were done a day ago, and jobs that were given up 30 days ago. */
export const sweepJobs = (transact: Parameters<typeof deleteInSteps>[0]): Promise<void> =>
  deleteInSteps(
    transact,
    jobs,
    sql`${jobs.finishedAt} < now() - interval '1 day' and (not ${jobs.failed} or ${jobs.finishedAt} < now() - interval '30 days')`,
  );

/** Seconds after a failed attempt until the next: twice as many each time, an hour at most, and a quarter more or less by chance. */
export const retryDelay = (attempt: number, chance = Math.random()): number =>
  Math.min(5 * 2 ** (attempt - 1), 3600) * (0.75 + chance / 2);

/** The runners of this process that look for jobs. */
const working = new Set<JobRunner>();

type Claimed = Pick<typeof jobs.$inferSelect, 'id' | 'kind' | 'payload' | 'attempts' | 'claim'>;

interface Running {
  ended: Promise<void>;
  abort: AbortController;
}

/** The server stops before the job is done: no fault of the job. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

interface RunnerOptions {
  database: Pick<Database, 'db'>;
  // biome-ignore lint/suspicious/noExplicitAny: each takes the payloads of its own kind
  handlers: Record<string, JobHandler<any>>;
  log: Record<'warn' | 'error', (fields: object, text: string) => void>;
  /** How many jobs this node runs at once. */
  atOnce?: number;
  /** Milliseconds between two checks for jobs of other processes. */
  pollInterval?: number;
  /** Milliseconds that closing waits for jobs that run. */
  patience?: number;
}

/** Seconds from the time limit to the end of the lease, for recording the result of the attempt. */
const margin = 5;
const usualTimeLimit = 60;
const usualAttempts = 10;
const longestText = 500;

const isDue = and(
  isNull(jobs.finishedAt),
  lte(jobs.dueAt, sql`now()`),
  or(isNull(jobs.leasedUntil), lte(jobs.leasedUntil, sql`now()`)),
);
const inSeconds = (seconds: number | SQL) => sql`now() + make_interval(secs => ${seconds})`;
const released = { claim: null, leasedUntil: null };

/** Runs the jobs of a database. Every node has a runner. A lease prevents two runners from running one job at the same time. */
export class JobRunner {
  readonly #options: Required<RunnerOptions>;
  /** Seconds of a lease, by kind, as JSON. */
  readonly #leases: string;
  readonly #running = new Map<string, Running>();
  readonly #lookout: Lookout;
  #isScheduled = false;

  constructor(options: RunnerOptions) {
    this.#options = { atOnce: 5, pollInterval: 2_000, patience: 5_000, ...options };
    this.#leases = JSON.stringify(
      Object.fromEntries(
        Object.entries(options.handlers).map(([kind, { timeLimit = usualTimeLimit }]) => [kind, timeLimit + margin]),
      ),
    );
    this.#lookout = new Lookout({
      look: () => this.#look(),
      pollInterval: this.#options.pollInterval,
      onCutOff: (err) => options.log.error({ err }, 'jobs wait: the database does not answer'),
    });
  }

  /** Begins to look for jobs: now, when this process enqueues one, and every few seconds. */
  start(): void {
    working.add(this);
    this.wake();
  }

  /** Looks for jobs now. */
  wake(): void {
    this.#lookout.wake();
  }

  /**
   * Runs the due jobs, including those that become due during the run, one after the other.
   * @param which only jobs of this kind or location
   * @returns the number of attempts
   */
  async runDue(which: { kind?: string; locationId?: number } = {}): Promise<number> {
    const { kind, locationId } = which;
    const isMeant = and(
      kind === undefined ? undefined : eq(jobs.kind, kind),
      locationId === undefined ? undefined : eq(jobs.locationId, locationId),
    );
    for (let count = 0; ; count++) {
      const [job] = await this.#claim(1, isMeant);
      if (!job) return count;
      await this.#begin(job).ended;
    }
  }

  /** Starts no more jobs and waits for the running ones. Jobs that take too long are aborted, and other nodes may start them at once. */
  async close(): Promise<void> {
    working.delete(this);
    await this.#lookout.close();
    const impatient = setTimeout(() => {
      for (const { abort } of this.#running.values()) abort.abort(new Stopped());
    }, this.#options.patience);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    clearTimeout(impatient);
  }

  async #look(): Promise<void> {
    const free = this.#options.atOnce - this.#running.size;
    // Every finished job triggers the next check.
    if (free > 0) for (const job of await this.#claim(free)) this.#begin(job);
  }

  /** Creates missing repeating jobs. */
  async #schedule(): Promise<void> {
    if (this.#isScheduled) return;
    const repeated = Object.entries(this.#options.handlers).filter(([, { every }]) => every !== undefined);
    if (repeated.length) {
      await this.#options.database.db
        .insert(jobs)
        .values(repeated.map(([kind]) => ({ kind, key: 'repeated', payload: {} })))
        .onConflictDoNothing();
    }
    this.#isScheduled = true;
  }

  /** Takes due jobs of the kinds that this build knows. No other runner can start them until the lease ends. */
  async #claim(count: number, isMeant?: SQL): Promise<Claimed[]> {
    await this.#schedule();
    const { db } = this.#options.database;
    const due = db
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(isDue, inArray(jobs.kind, Object.keys(this.#options.handlers)), isMeant))
      .orderBy(jobs.dueAt)
      .limit(count)
      .for('update', { skipLocked: true });
    return db
      .update(jobs)
      .set({
        attempts: sql`${jobs.attempts} + 1`,
        claim: randomUUID(),
        leasedUntil: inSeconds(sql`(${this.#leases}::jsonb ->> ${jobs.kind})::float8`),
      })
      .where(sql`${jobs.id} = any(array(${due}))`)
      .returning({ id: jobs.id, kind: jobs.kind, payload: jobs.payload, attempts: jobs.attempts, claim: jobs.claim });
  }

  #begin(job: Claimed): Running {
    const abort = new AbortController();
    const name = `${job.id} ${job.claim}`;
    const running: Running = {
      abort,
      ended: this.#attempt(job, abort)
        .catch((error: unknown) => {
          // The job runs again when its lease ends.
          this.#options.log.error({ err: error, job: job.id, kind: job.kind }, 'the outcome of a job could not be recorded');
        })
        .finally(() => {
          this.#running.delete(name);
          if (working.has(this)) this.wake();
        }),
    };
    this.#running.set(name, running);
    return running;
  }

  /** Runs a job once and records the outcome. */
  async #attempt(job: Claimed, abort: AbortController): Promise<void> {
    const handler = this.#options.handlers[job.kind] as JobHandler<unknown>;
    const { timeLimit = usualTimeLimit, attempts = usualAttempts, every } = handler;
    if (every === undefined && job.attempts > attempts) {
      // The node of the last attempt disappeared.
      return this.#fail(job, handler, new Error('The server ended while it ran'));
    }
    const { signal } = abort;
    const timer = setTimeout(() => abort.abort(new Error(`It took longer than ${timeLimit} seconds`)), timeLimit * 1000);
    try {
      const aborted = new Promise<never>((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
      const result = await Promise.race([handler.run(job.payload, { id: job.id, attempt: job.attempts, signal }), aborted]);
      countRun(job.kind, 'done');
      await this.#end(job, {
        result: result?.slice(0, longestText) ?? null,
        error: null,
        ...(every === undefined ? { finishedAt: sql`now()` } : { dueAt: inSeconds(every), attempts: 0 }),
      });
    } catch (error) {
      if (error instanceof Stopped) await this.#end(job, { attempts: job.attempts - 1 });
      else if (error instanceof Unfinished) await this.#end(job, { attempts: 0, error: null, dueAt: sql`now()` });
      else await this.#fail(job, handler, error as Error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Schedules the next attempt of a failed job, or gives the job up. */
  async #fail(job: Claimed, { attempts = usualAttempts, every }: JobHandler<unknown>, error: Error): Promise<void> {
    const { log } = this.#options;
    const isLast = every === undefined && (job.attempts >= attempts || error instanceof Hopeless);
    const fields = { err: error, job: job.id, kind: job.kind, attempt: job.attempts };
    if (isLast) log.error(fields, 'a job was given up');
    else log.warn(fields, 'a job failed and will be tried again');
    countRun(job.kind, isLast ? 'failed' : 'retried');
    await this.#end(job, {
      error: plainError(error).message.slice(0, longestText),
      ...(isLast
        ? { failed: true, finishedAt: sql`now()` }
        : { dueAt: inSeconds(Math.min(retryDelay(job.attempts), every ?? Number.POSITIVE_INFINITY)) }),
    });
  }

  /** Records the end of an attempt, unless another runner has taken the job over. */
  async #end({ id, kind, claim }: Claimed, how: Record<string, unknown>): Promise<void> {
    const ended = await this.#options.database.db
      .update(jobs)
      .set({ ...how, ...released })
      .where(and(eq(jobs.id, id), eq(jobs.claim, claim as string)))
      .returning({ id: jobs.id });
    if (ended.length === 0)
      this.#options.log.warn({ job: id, kind }, 'a job ran longer than its lease, and another node took it over');
  }
}

function countRun(kind: string, outcome: 'done' | 'retried' | 'failed'): void {
  const counts = jobRuns.get(kind) ?? { done: 0, retried: 0, failed: 0 };
  counts[outcome]++;
  jobRuns.set(kind, counts);
}
