import type { Transact } from '../../api/write.ts';
import { byTurns, type Database, type Tx } from '../../platform/database.ts';
import { Lookout } from '../../platform/lookout.ts';
import type { OutsideAnswer } from '../../platform/outside-request.ts';
import {
  type Claimed,
  claimSubscribers,
  type DueDelivery,
  dueDeliveries,
  hastenDeliveries,
  recordTries,
  releaseSubscriber,
  renewClaim,
  type TryResult,
} from '../outbox/deliveries.ts';
import { whenOwed } from '../outbox/outbox.ts';
import type { Try } from '../outbox/tables.ts';
import { noteFailure, noteSuccess, type ServedAddress, servedAddress, switchOff } from './address.ts';
import { secretsOf, signedHeaders } from './signature.ts';
import { type Post, type PresentChange, webhookId } from './told.ts';
import { failingLimit, failingTries, failuresBeforePause, pauseAfter, retryAfterSeconds, retryWait } from './waits.ts';

interface DelivererOptions {
  database: Database;
  begin: (db: Tx) => Transact;
  signingKey: Buffer;
  present: PresentChange;
  post: Post;
  log: Record<'warn' | 'error', (fields: object, text: string) => void>;
  /** How many addresses this node serves at once. */
  atOnce?: number;
  /** Milliseconds between two looks for work of other processes. */
  pollInterval?: number;
  /** Milliseconds that closing waits for requests that run. */
  patience?: number;
}

/** The number of tries of this process, by outcome. */
export const webhookTries = { delivered: 0, retried: 0, failed: 0 };

/** How many requests of one address run at once. An address that fails gets one. */
const lanes = 4;
/** How many deliveries of an address are read at once. */
const batchSize = 32;
/** Seconds of a lease. A batch begins no request after half of it, and a request takes 15 seconds at most. */
const lease = 60;
/** Milliseconds after which an address lets others go first. */
const turnLength = 10_000;
/** The time of the last success is noted so exactly, in milliseconds. */
const successPrecision = 60_000;

/** The server stops. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** How the service of an address goes on: at once, after a pause, by another process, or when something is due. */
interface End {
  isAtOnce?: boolean;
  /** In seconds. */
  pause?: number;
  isLost?: boolean;
}

/**
 * Delivers changes to the addresses of locations. Every node has one. An address is served by one node at a time, under a lease, with a few
 * requests at once, so an address that is slow or dead holds up no other.
 */
export class Deliverer {
  readonly #options: Required<DelivererOptions>;
  readonly #transact: Transact;
  readonly #serving = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  readonly #lookout: Lookout;
  #isClosed = false;
  #endWakes: (() => void) | undefined;

  constructor(options: DelivererOptions) {
    this.#options = { atOnce: 50, pollInterval: 2_000, patience: 5_000, ...options };
    this.#transact = options.begin(byTurns(options.database, queue).db);
    this.#lookout = new Lookout({
      look: () => this.#look(),
      pollInterval: this.#options.pollInterval,
      onCutOff: (err) => options.log.error({ err }, 'webhooks wait: the database does not answer'),
    });
  }

  /** Begins to deliver: what is due now, what this process publishes, and what others did, every few seconds. */
  start(): void {
    this.#endWakes = whenOwed(() => this.wake());
    this.wake();
  }

  /** Looks for work now. */
  wake(): void {
    this.#lookout.wake();
  }

  /**
   * Delivers what is due in a location, one address after the other, until nothing is due: for tests.
   * @returns the number of times that an address was served
   */
  async runDue(locationId: number): Promise<number> {
    for (let count = 0; ; count++) {
      const [claimed] = await this.#statement((db) => claimSubscribers(db, 1, lease, locationId));
      if (!claimed) return count;
      await this.#serve(claimed);
    }
  }

  /** Begins nothing more and waits for requests that run. Those that take too long are aborted; other nodes go on with them at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#endWakes?.();
    await this.#lookout.close();
    const impatient = setTimeout(() => this.#abort.abort(new Stopped()), this.#options.patience);
    await Promise.all(this.#serving);
    clearTimeout(impatient);
  }

  /** Runs a statement when it is the turn of webhooks, so that they do not take the database from the requests. */
  #statement<Result>(work: (db: Tx) => Promise<Result>): Promise<Result> {
    const { database } = this.#options;
    return database.turns.take(queue, () => work(database.db));
  }

  async #look(): Promise<void> {
    const free = this.#options.atOnce - this.#serving.size;
    if (free <= 0) return;
    for (const each of await this.#statement((db) => claimSubscribers(db, free, lease))) this.#begin(each);
  }

  #begin(claimed: Claimed): void {
    const served = this.#serve(claimed)
      .catch((error: unknown) => {
        // Its deliveries go on when the lease ends.
        this.#options.log.error({ err: error, address: claimed.id }, 'the service of a webhook address broke off');
      })
      .finally(() => {
        this.#serving.delete(served);
        this.wake();
      });
    this.#serving.add(served);
  }

  /** Delivers what is due to one address. */
  async #serve(claimed: Claimed): Promise<void> {
    const leasedAt = Date.now();
    const address = await this.#statement((db) => servedAddress(db, claimed));
    let end: End = {};
    if (address?.isConnected) end = await this.#deliverAll(claimed, address, leasedAt);
    else if (address) await this.#transact((write) => switchOff(write, claimed, 'partner'));
    if (!end.isLost) await this.#statement((db) => releaseSubscriber(db, claimed, end));
  }

  async #deliverAll(claimed: Claimed, address: ServedAddress, begun: number): Promise<End> {
    for (let leasedAt = begun; ; ) {
      const due = await this.#statement((db) => dueDeliveries(db, claimed, isUnwell(address) ? 1 : batchSize));
      if (due.length === 0) return {};
      const end = await this.#deliver(due, claimed, address, leasedAt);
      if (end) return end;
      if (this.#isClosed || Date.now() - begun > turnLength) return { isAtOnce: true };
      leasedAt = Date.now();
      if (!(await this.#statement((db) => renewClaim(db, claimed, lease)))) return { isLost: true };
    }
  }

  /** Delivers one batch. @returns why the service ends; undefined if it goes on */
  async #deliver(
    due: readonly DueDelivery[],
    claimed: Claimed,
    address: ServedAddress,
    leasedAt: number,
  ): Promise<End | undefined> {
    const batch = new Batch(due, (results) => this.#statement((db) => recordTries(db, results)));
    const [secrets, before] = [secretsOf(this.#options.signingKey, address), address.failures];
    let [pause, isGone] = [0, false];
    const mayGoOn = () => pause === 0 && !isGone && !this.#isClosed && Date.now() < leasedAt + (lease * 1000) / 2;
    const work = async () => {
      for (let thing = batch.next(); thing && mayGoOn(); thing = batch.next()) {
        for (const delivery of thing) {
          const tried = mayGoOn() && (await this.#try(delivery, address, secrets));
          if (!tried) return;
          batch.record(tried.result);
          pause = Math.max(pause, tried.pause);
          isGone ||= tried.isGone;
          // Later changes of the thing wait.
          if (tried.result.state === 'waiting') break;
        }
      }
    };
    await Promise.all(Array.from({ length: before > 0 ? 1 : lanes }, work));
    await batch.recorded();
    const isOff = await this.#noteHealth(claimed, address, { before, isGone, ...batch.ended });
    return isOff ? {} : pause > 0 ? { pause } : undefined;
  }

  /** Records how an address does. @returns whether it was switched off */
  async #noteHealth(
    claimed: Claimed,
    address: ServedAddress,
    { before, isGone, hasSucceeded, hasFailed }: { before: number; isGone: boolean; hasSucceeded: boolean; hasFailed: boolean },
  ): Promise<boolean> {
    if (hasSucceeded && (before > 0 || Date.now() - (address.lastSuccessAt?.getTime() ?? 0) > successPrecision)) {
      address.lastSuccessAt = new Date();
      await this.#statement((db) => noteSuccess(db, claimed));
    }
    if (hasSucceeded && before > failuresBeforePause) await this.#statement((db) => hastenDeliveries(db, claimed));
    const failingFor = hasFailed && address.failures > 0 ? await this.#noteFailure(claimed, address) : 0;
    if (!isGone && (failingFor < failingLimit || address.failures < failingTries)) return false;
    await this.#transact((write) => switchOff(write, claimed, isGone ? 'gone' : 'failing'));
    return true;
  }

  #noteFailure(claimed: Claimed, { failures }: ServedAddress): Promise<number> {
    return this.#statement((db) => noteFailure(db, claimed, failures));
  }

  /** Posts a delivery once. @returns undefined if the server stops first: then it was no try */
  async #try(delivery: DueDelivery, address: ServedAddress, secrets: readonly string[]): Promise<Tried | undefined> {
    const body = this.#options.present(delivery);
    const { signal } = this.#abort;
    const begun = Date.now();
    let answer: OutsideAnswer;
    try {
      answer = await this.#options.post(address.url, body, {
        headers: signedHeaders(webhookId(delivery.uid), body, secrets),
        signal,
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
    const outcome = 'refusal' in answer ? { refusal: answer.refusal } : { status: answer.status };
    const made = { at: new Date(begun).toISOString(), milliseconds: Date.now() - begun, ...outcome };
    return judge(delivery, address, answer, made);
  }
}

/** A try that has ended, with what it means for its address. */
interface Tried {
  result: TryResult;
  /** The address wants nothing more. */
  isGone: boolean;
  /** Seconds in which the address is left in peace. */
  pause: number;
}

const isUnwell = ({ failures }: ServedAddress) => failures >= failuresBeforePause;

/** Decides what an answer means for the delivery and its address. */
function judge(delivery: DueDelivery, address: ServedAddress, answer: OutsideAnswer, made: Try): Tried {
  const { status = 0, body = '', retryAfter } = 'status' in answer ? answer : {};
  if (status >= 200 && status < 300) {
    address.failures = 0;
    webhookTries.delivered++;
    return { result: { delivery, try: made, answer: body, state: 'delivered' }, isGone: false, pause: 0 };
  }
  address.failures++;
  const asked = retryAfterSeconds(retryAfter);
  const delay = retryWait(delivery.failures + 1, asked);
  webhookTries[delay === undefined ? 'failed' : 'retried']++;
  return {
    result: { delivery, try: made, answer: body, ...(delay === undefined ? { state: 'failed' } : { state: 'waiting', delay }) },
    isGone: status === 410,
    // With these, it asks for peace and does not only refuse one delivery.
    pause: Math.max(pauseAfter(address.failures), status === 429 || status === 503 ? asked : 0),
  };
}

/** The queue of the turns at the database. */
const queue = 'webhooks';

/** Deliveries of one address, grouped by the things that changed. Results are recorded together with those that end at the same time. */
class Batch {
  readonly ended = { hasSucceeded: false, hasFailed: false };
  readonly #things: DueDelivery[][];
  readonly #save: (results: TryResult[]) => Promise<void>;
  #pending: TryResult[] = [];
  #saving: Promise<void> | undefined;

  constructor(due: readonly DueDelivery[], save: (results: TryResult[]) => Promise<void>) {
    const things = new Map<string, DueDelivery[]>();
    for (const delivery of due) {
      const name = `${delivery.resource} ${delivery.resourceId}`;
      const earlier = things.get(name);
      if (earlier) earlier.push(delivery);
      else things.set(name, [delivery]);
    }
    this.#things = [...things.values()];
    this.#save = save;
  }

  /** The changes of the next thing, in their order. */
  next(): DueDelivery[] | undefined {
    return this.#things.shift();
  }

  record(result: TryResult): void {
    this.ended[result.state === 'delivered' ? 'hasSucceeded' : 'hasFailed'] = true;
    this.#pending.push(result);
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined;
    });
    // `recorded` reports an error.
    this.#saving.catch(() => {});
  }

  /** Waits until all results are recorded. */
  async recorded(): Promise<void> {
    while (this.#saving) await this.#saving;
    if (this.#pending.length) await this.#saveAll();
  }

  async #saveAll(): Promise<void> {
    while (this.#pending.length) {
      const some = this.#pending;
      this.#pending = [];
      await this.#save(some);
    }
  }
}
