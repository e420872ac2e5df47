/** How the database is shared out among requests. */
export interface Shares {
  /** Requests that may work at once. */
  atOnce: number;
  /** The maximum number of turns for one key: a location, a partner or an address. */
  perKey: number;
  /** Requests of one key that may wait; more are turned away. */
  queue: number;
  /** Milliseconds a request waits at most. */
  patience: number;
}

/** The work was turned away before it began: its key has too many requests waiting, or it waited too long. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
  /** Seconds after which it may be tried again. */
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

interface Key {
  working: number;
  /** In the order in which they came. */
  waiting: Set<() => void>;
}

/**
 * Lets work begin in turns: first come, first served within a key, and alternating between keys. So a flood of requests delays only its own
 * key; all others wait for one turn.
 */
export class Turns {
  readonly shares: Shares;
  readonly #keys = new Map<string, Key>();
  /** Keys with waiting work. The key whose turn is next comes first. */
  readonly #next = new Set<string>();
  #working = 0;
  #turnedAway = 0;

  constructor(shares: Shares) {
    this.shares = shares;
  }

  /** How much works and waits now, and how much was turned away so far. */
  get figures(): { working: number; waiting: number; turnedAway: number } {
    let waiting = 0;
    for (const key of this.#next) waiting += this.#keys.get(key)?.waiting.size ?? 0;
    return { working: this.#working, waiting, turnedAway: this.#turnedAway };
  }

  /** Runs work when its turn comes. The work must not wait for another turn. @throws TurnedAway if its turn did not come in time */
  async take<Result>(name: string, work: () => Promise<Result> | Result): Promise<Result> {
    let key = this.#keys.get(name);
    if (!key) this.#keys.set(name, (key = { working: 0, waiting: new Set() }));
    if (this.#mayBegin(key) && key.waiting.size === 0) {
      this.#working++;
      key.working++;
    } else await this.#wait(name, key);
    try {
      return await work();
    } finally {
      this.#working--;
      key.working--;
      this.#forgetIdle(name, key);
      this.#beginNext();
    }
  }

  #mayBegin = (key: Key) => this.#working < this.shares.atOnce && key.working < this.shares.perKey;

  #forgetIdle(name: string, key: Key): void {
    if (key.working === 0 && key.waiting.size === 0) this.#keys.delete(name);
  }

  #wait(name: string, key: Key): Promise<void> {
    const { queue, patience } = this.shares;
    const refuse = () => {
      this.#turnedAway++;
      return new TurnedAway('The server is too busy. Try again later.', patience / 1000);
    };
    if (key.waiting.size >= queue) return Promise.reject(refuse());
    return new Promise((begin, fail) => {
      const timer = setTimeout(() => {
        key.waiting.delete(start);
        if (key.waiting.size === 0) this.#next.delete(name);
        this.#forgetIdle(name, key);
        fail(refuse());
      }, patience);
      const start = () => {
        clearTimeout(timer);
        begin();
      };
      key.waiting.add(start);
      this.#next.add(name);
    });
  }

  #beginNext(): void {
    for (const name of this.#next) {
      if (this.#working >= this.shares.atOnce) return;
      const key = this.#keys.get(name) as Key;
      if (!this.#mayBegin(key)) continue;
      const [start] = key.waiting as Iterable<() => void>;
      key.waiting.delete(start as () => void);
      // The key goes to the end of the round if it has more work.
      this.#next.delete(name);
      if (key.waiting.size) this.#next.add(name);
      this.#working++;
      key.working++;
      (start as () => void)();
    }
  }
}
