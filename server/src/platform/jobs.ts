import { randomUUID } from 'node:crypto';
import { and, eq, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { type Database, deleteInSteps, type Tx } from './database.ts';
import { plainError } from './plain-error.ts';
import { jobs } from './tables.ts';

/**
 * What jobs there are, each with its payload. Whoever adds a kind declares it here by declaration merging, and says in `surfaces/jobs.ts` what
 * it does.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface JobKinds {}
export type JobKind = keyof JobKinds;

/** The payload of jobs that are told nothing, as sweeps. */
export type Nothing = Record<string, never>;

/** One attempt at a job. */
export interface Attempt {
  /** The job's id, the same in every attempt. */
  id: number;
  /** 1 for the first. */
  attempt: number;
  /** Aborted when the time limit is over, or the server stops: what the job does then does not count any more. */
  signal: AbortSignal;
}

/** A job can never succeed: it is given up at once. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

/** What a kind of job does. */
export interface JobHandler<Payload> {
  /**
   * Does the work. A job runs at least once, and again after a failure or a crash: doing it twice must do no harm.
   * @returns what came of it, where that is worth a word; no secrets
   * @throws Error when it is to be tried again, Hopeless when it is not
   */
  run(payload: Payload, attempt: Attempt): Promise<string | undefined>;
  /** Seconds for one attempt; a minute unless given. When a node vanishes, others take its job over so much later. */
  timeLimit?: number;
  /** After so many attempts that failed it is given up; ten unless given. */
  attempts?: number;
  /** Seconds from the end of one run to the next. Such a job is there once for all nodes, and is never given up. */
  every?: number;
}

/** What all kinds of jobs do. */
export type JobHandlers = { [Kind in JobKind]: JobHandler<JobKinds[Kind]> };

/** What enqueues a job: a transaction that can put off work until its commit. */
type Enqueuing = Tx & { afterCommit(work: () => void): void };

interface When {
  /** At once unless given. */
  due?: Date;
  /**
   * While a job of the kind with this key is unfinished, no second one is made. One that runs already does not see what has changed
   * since it began. Others who enqueue the same key wait for the commit, so do it last.
   */
  key?: string;
  /** Whose job it is; none for the server's own. */
  locationId?: number | null;
}

/** Notes a job in the transaction of what it follows from: both commit or neither does. It begins right after the commit, or when it is due. */
export async function enqueue<Kind extends JobKind>(
  write: Enqueuing,
  kind: Kind,
  payload: JobKinds[Kind],
  { due, key, locationId = null }: When = {},
): Promise<void> {
  await write
    .insert(jobs)
    .values({ kind, payload, key: key ?? null, locationId, ...(due && { dueAt: due }) })
    .onConflictDoNothing();
  write.afterCommit(() => {
    for (const runner of working) runner.wake();
  });
}

/** How often attempts of this process ended in which way, by kind. */
export const jobRuns = new Map<string, { done: number; retried: number; failed: number }>();

/** How many jobs of a kind are due, the seconds since the oldest of them was, and how many were given up in the last 30 days. */
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

/** Removes jobs that were done a day ago, and those that were given up 30 days ago. */
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
  /** Milliseconds between two looks for jobs that nobody of this process enqueued. */
  pollInterval?: number;
  /** Milliseconds that closing waits for jobs that run. */
  patience?: number;
}

/** Seconds between the end of the time limit and that of the lease, to write down how the attempt ended. */
const margin = 10;
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

/** Runs the jobs of a database. Every node has one; a lease keeps them from running one job at the same time. */
export class JobRunner {
  readonly #options: Required<RunnerOptions>;
  /** Seconds of a lease, by kind, as JSON. */
  readonly #leases: string;
  readonly #running = new Map<string, Running>();
  #isScheduled = false;
  #isClosed = false;
  /** Whether the database could not be asked the last time. */
  #isCutOff = false;
  #looking: Promise<void> | undefined;
  #looksAgain = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RunnerOptions) {
    this.#options = { atOnce: 5, pollInterval: 2_000, patience: 5_000, ...options };
    this.#leases = JSON.stringify(
      Object.fromEntries(
        Object.entries(options.handlers).map(([kind, { timeLimit = usualTimeLimit }]) => [kind, timeLimit + margin]),
      ),
    );
  }

  /** Begins to look for jobs: now, when this process enqueues one, and every few seconds. */
  start(): void {
    working.add(this);
    this.wake();
  }

  /** Looks for jobs now. */
  wake(): void {
    if (this.#isClosed) return;
    this.#looksAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      clearTimeout(this.#timer);
      if (this.#isClosed) return;
      if (this.#looksAgain && !this.#isCutOff) this.wake();
      else this.#timer = setTimeout(() => this.wake(), this.#options.pollInterval).unref();
    });
  }

  /** Runs the jobs that are due, and those that become due meanwhile, one after the other. @returns how many attempts that took */
  async runDue(): Promise<number> {
    for (let count = 0; ; count++) {
      const [job] = await this.#claim(1);
      if (!job) return count;
      await this.#begin(job).ended;
    }
  }

  /** Begins nothing more and waits for what runs. What takes too long is aborted, and others may begin it at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    working.delete(this);
    clearTimeout(this.#timer);
    await this.#looking;
    const impatient = setTimeout(() => {
      for (const { abort } of this.#running.values()) abort.abort(new Stopped());
    }, this.#options.patience);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    clearTimeout(impatient);
  }

  async #look(): Promise<void> {
    const { atOnce, log } = this.#options;
    try {
      while (this.#looksAgain && !this.#isClosed) {
        this.#looksAgain = false;
        const free = atOnce - this.#running.size;
        // Whatever ends looks again.
        if (free > 0) for (const job of await this.#claim(free)) this.#begin(job);
      }
      this.#isCutOff = false;
    } catch (error) {
      if (!this.#isCutOff) log.error({ err: error }, 'jobs wait: the database does not answer');
      this.#isCutOff = true;
    }
  }

  /** Makes the jobs that repeat, where they are missing. */
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

  /** Takes due jobs of the kinds that this build knows, so that no other runner begins them until the lease is over. */
  async #claim(count: number): Promise<Claimed[]> {
    await this.#schedule();
    const { db } = this.#options.database;
    const due = db
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(isDue, inArray(jobs.kind, Object.keys(this.#options.handlers))))
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
          // Its lease ends, and it is run again.
          this.#options.log.error({ err: error, job: job.id, kind: job.kind }, 'how a job ended could not be written down');
        })
        .finally(() => {
          this.#running.delete(name);
          if (working.has(this)) this.wake();
        }),
    };
    this.#running.set(name, running);
    return running;
  }

  /** Runs a job once and writes down how it ended. */
  async #attempt(job: Claimed, abort: AbortController): Promise<void> {
    const handler = this.#options.handlers[job.kind] as JobHandler<unknown>;
    const { timeLimit = usualTimeLimit, attempts = usualAttempts, every } = handler;
    if (every === undefined && job.attempts > attempts) {
      // Whoever began it last never came back.
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
      else await this.#fail(job, handler, error as Error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Puts a job that failed off until its next attempt, or gives it up. */
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

  /** Writes down how an attempt ended, unless another runner has taken the job over. */
  async #end({ id, kind, claim }: Claimed, how: Record<string, unknown>): Promise<void> {
    const ended = await this.#options.database.db
      .update(jobs)
      .set({ ...how, ...released })
      .where(and(eq(jobs.id, id), eq(jobs.claim, claim as string)))
      .returning({ id: jobs.id });
    if (ended.length === 0) this.#options.log.warn({ job: id, kind }, 'a job went on after its lease, and another node has it');
  }
}

function countRun(kind: string, outcome: 'done' | 'retried' | 'failed'): void {
  const counts = jobRuns.get(kind) ?? { done: 0, retried: 0, failed: 0 };
  counts[outcome]++;
  jobRuns.set(kind, counts);
}
