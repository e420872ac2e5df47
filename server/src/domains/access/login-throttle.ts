import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { TooManyRequests } from '../../api/errors.ts';
import type { Database, Statement } from '../../platform/database.ts';
import { tokenHash } from '../../platform/secrets.ts';

const window = 15 * 60;

/**
 * Slows guessing down: an account takes 10 failed logins a quarter of an hour, an address 50. The counters live in the
 * database, so that they hold across nodes. An attempt counts before the password is looked at and is given back when it
 * was right: parallel guesses cannot slip through. An account is what was typed, in its one spelling, and not the user behind
 * it: otherwise a lock on an e-mail address would tell which phone number is the same person's.
 */
class LoginThrottle {
  readonly #byAccount: RateLimiterPostgres;
  readonly #byAddress: RateLimiterPostgres;

  constructor(database: Database) {
    const storeClient = {
      query: async (statement: Statement) => {
        const rows = await database.query(statement);
        return { rows, rowCount: rows.length };
      },
    };
    const common = { storeClient, storeType: 'client', tableName: 'login_attempts', tableCreated: true, duration: window };
    this.#byAccount = new RateLimiterPostgres({ ...common, keyPrefix: 'account', points: 10 });
    this.#byAddress = new RateLimiterPostgres({ ...common, keyPrefix: 'address', points: 50 });
  }

  /**
   * Counts an attempt.
   * @returns takes it back, for a right password
   * @throws TooManyRequests with the seconds to wait
   */
  async attempt(account: string, address: string): Promise<() => Promise<void>> {
    const accountKey = tokenHash(account).toString('base64url');
    // What one limit refuses does not count for the other: a locked account must not lock out everyone at its address.
    await orTooMany(this.#byAccount.consume(accountKey));
    await orTooMany(this.#byAddress.consume(address)).catch(async (refusal) => {
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
async function orTooMany(attempt: Promise<unknown>): Promise<void> {
  try {
    await attempt;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new TooManyRequests(refusal.msBeforeNext / 1000, 'Too many failed logins. Try again later.');
  }
}

const throttles = new WeakMap<Database, LoginThrottle>();

/** The throttle of a database, one a process. */
export function loginThrottle(database: Database): LoginThrottle {
  let throttle = throttles.get(database);
  if (!throttle) throttles.set(database, (throttle = new LoginThrottle(database)));
  return throttle;
}
