import { sql } from 'drizzle-orm';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequests } from '../../api/errors.ts';
import { callerOf } from '../../platform/address.ts';
import { type Database, rowsOf, type Statement, type Tx } from '../../platform/database.ts';
import { tokenHash } from '../../platform/secrets.ts';

/** The maximum number of attempts in a number of seconds. */
interface Limit {
  points: number;
  duration: number;
}

interface Limits {
  /** A prefix of the keys in the table; empty for logins. */
  prefix: string;
  /** Attempts for one account from one address. Without it, only the limit of the account applies. */
  pair?: Limit;
  account: Limit;
  address: Limit;
  message: string;
}

const keyOf = (text: string) => tokenHash(text).toString('base64url');

/** A limiter whose counters are in the database. @param query runs its statements */
const limiterOf = (query: (statement: Statement) => Promise<object[]>, keyPrefix: string, limit: Limit, isSwept = true) =>
  new RateLimiterPostgres({
    storeClient: {
      query: async (statement: Statement) => {
        const rows = await query(statement);
        return { rows, rowCount: rows.length };
      },
    },
    storeType: 'client',
    tableName: 'login_attempts',
    tableCreated: true,
    clearExpiredByTimeout: isSwept,
    keyPrefix,
    ...limit,
  });

/**
 * Limits repeated attempts by account, by address and by both together. A network of an IPv6 customer counts as one address. The counters
 * are in the database, so they apply to all nodes. An attempt counts before it is checked, and is given back if it was right, so parallel
 * guesses cannot slip through. An account is identified by the typed login in its canonical spelling, not by its user. Otherwise a locked
 * e-mail address would reveal the phone number of the same person.
 */
class Throttle {
  readonly #byPair: RateLimiterPostgres | undefined;
  readonly #byAccount: RateLimiterPostgres;
  readonly #byAddress: RateLimiterPostgres;
  readonly #message: string;

  constructor(database: Database, { prefix, pair, account, address, message }: Limits) {
    const limiter = (name: string, limit: Limit) =>
      limiterOf((statement) => database.query(statement), `${prefix}${name}`, limit);
    this.#byPair = pair && limiter('pair', pair);
    this.#byAccount = limiter('account', account);
    this.#byAddress = limiter('address', address);
    this.#message = message;
  }

  /**
   * Counts an attempt.
   * @returns a function that gives back an attempt that was right
   * @throws TooManyRequests with the seconds to wait
   */
  async attempt(account: string, address: string): Promise<() => Promise<void>> {
    const caller = callerOf(address);
    const limits: [RateLimiterPostgres, string][] = [
      [this.#byAccount, keyOf(account)],
      [this.#byAddress, caller],
    ];
    if (this.#byPair) limits.unshift([this.#byPair, keyOf(`${caller} ${account}`)]);
    for (const [index, [limiter, key]] of limits.entries()) {
      // If one limit refuses an attempt, the attempt does not count for the other limits. Otherwise a locked account would lock out
      // everyone at its address.
      await orTooMany(limiter.consume(key), this.#message).catch(async (refusal) => {
        for (const [counted, itsKey] of limits.slice(0, index)) await counted.reward(itsKey);
        throw refusal;
      });
    }
    const [narrowest, ...others] = limits as [(typeof limits)[number], ...typeof limits];
    return async () => {
      await narrowest[0].delete(narrowest[1]);
      for (const [limiter, key] of others) await limiter.reward(key);
    };
  }
}

/** @throws TooManyRequests when the limiter refuses */
async function orTooMany(attempt: Promise<unknown>, message: string): Promise<void> {
  try {
    await attempt;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new TooManyRequests(refusal.msBeforeNext / 1000, message);
  }
}

/** @returns the throttle of a database, one a process */
function throttleOf(limits: Limits): (database: Database) => Throttle {
  const throttles = new WeakMap<Database, Throttle>();
  return (database) => {
    let throttle = throttles.get(database);
    if (!throttle) throttles.set(database, (throttle = new Throttle(database, limits)));
    return throttle;
  };
}

const quarterHour = 15 * 60;
const tooManyLogins = 'Too many failed logins. Try again later.';

/**
 * An account accepts 10 failed logins per quarter of an hour from one address. So somebody who guesses locks out only their own address,
 * not the account's owner. It accepts 100 from all addresses together. An address may fail 50 times, for all accounts together.
 */
export const loginThrottle = throttleOf({
  prefix: '',
  pair: { points: 10, duration: quarterHour },
  account: { points: 100, duration: quarterHour },
  address: { points: 50, duration: quarterHour },
  message: tooManyLogins,
});

/** For short codes, and for guesses by a user who has a session already: 10 wrong guesses per quarter of an hour, from all addresses. */
export const guessThrottle = throttleOf({
  prefix: 'guess-',
  account: { points: 10, duration: quarterHour },
  address: { points: 50, duration: quarterHour },
  message: tooManyLogins,
});

/** An account is sent 3 links for a lost password in a quarter of an hour, and an address asks for 20 an hour. */
export const resetThrottle = throttleOf({
  prefix: 'reset-',
  account: { points: 3, duration: quarterHour },
  address: { points: 20, duration: 3600 },
  message: 'Too many links were requested. Try again later.',
});

/** A phone or an e-mail address gets 3 codes in ten minutes, an address asks for 20 an hour. */
export const codeThrottle = throttleOf({
  prefix: 'code-',
  account: { points: 3, duration: 600 },
  address: { points: 20, duration: 3600 },
  message: 'Too many codes were requested. Try again later.',
});

/** Somebody is invited 10 times a day, by all locations together. */
const invitations: Limit = { points: 10, duration: 24 * 3600 };

/**
 * Counts an invitation to a contact, in the transaction that sends it: one that is refused does not count.
 * @param contact in the spelling of `canonicalLogin`
 * @throws TooManyRequests
 */
export async function limitInvitations(tx: Tx, contact: string): Promise<void> {
  const query = ({ text, values }: Statement) => {
    const parts = text.split(/\$(\d+)/).map((part, at) => (at % 2 ? sql`${values[Number(part) - 1]}` : sql.raw(part)));
    return rowsOf(tx, sql.join(parts));
  };
  const limiter = limiterOf(query, 'invitation', invitations, false);
  await orTooMany(limiter.consume(keyOf(contact)), 'Too many invitations were sent to this person. Try again tomorrow.');
}
