import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequests } from '../../api/errors.ts';
import type { Database, Statement } from '../../platform/database.ts';
import { tokenHash } from '../../platform/secrets.ts';

interface Limits {
  /** Of the keys in the table; empty for logins. */
  prefix: string;
  /** Attempts of one account in so many seconds. */
  account: { points: number; duration: number };
  address: { points: number; duration: number };
  message: string;
}

/**
 * Slows repeated attempts down, by account and by address. The counters live in the database, so that they hold across nodes. An
 * attempt counts before anything is looked at and is given back when it was right: parallel guesses cannot slip through. An account is
 * what was typed, in its one spelling, and not the user behind it: otherwise a lock on an e-mail address would tell which phone number is
 * the same person's.
 */
class Throttle {
  readonly #byAccount: RateLimiterPostgres;
  readonly #byAddress: RateLimiterPostgres;
  readonly #message: string;

  constructor(database: Database, { prefix, account, address, message }: Limits) {
    const storeClient = {
      query: async (statement: Statement) => {
        const rows = await database.query(statement);
        return { rows, rowCount: rows.length };
      },
    };
    const common = { storeClient, storeType: 'client', tableName: 'login_attempts', tableCreated: true };
    this.#byAccount = new RateLimiterPostgres({ ...common, keyPrefix: `${prefix}account`, ...account });
    this.#byAddress = new RateLimiterPostgres({ ...common, keyPrefix: `${prefix}address`, ...address });
    this.#message = message;
  }

  /**
   * Counts an attempt.
   * @returns takes it back, for one that was right
   * @throws TooManyRequests with the seconds to wait
   */
  async attempt(account: string, address: string): Promise<() => Promise<void>> {
    const accountKey = tokenHash(account).toString('base64url');
    // What one limit refuses does not count for the other: a locked account must not lock out everyone at its address.
    await orTooMany(this.#byAccount.consume(accountKey), this.#message);
    await orTooMany(this.#byAddress.consume(address), this.#message).catch(async (refusal) => {
      await this.#byAccount.reward(accountKey);
      throw refusal;
    });
    return async () => {
      await this.#byAccount.delete(accountKey);
      await this.#byAddress.reward(address);
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

/** An account takes 10 failed logins a quarter of an hour, an address 50. */
export const loginThrottle = throttleOf({
  prefix: '',
  account: { points: 10, duration: quarterHour },
  address: { points: 50, duration: quarterHour },
  message: 'Too many failed logins. Try again later.',
});

/** A phone gets 3 codes in ten minutes, an address asks for 20 an hour. */
export const codeThrottle = throttleOf({
  prefix: 'code-',
  account: { points: 3, duration: 600 },
  address: { points: 20, duration: 3600 },
  message: 'Too many codes were asked for. Try again later.',
});
