import { Worker } from 'node:worker_threads';

export interface QueryOptions {
  rowMode?: 'array' | 'object';
  /**
   * Drizzle's parsers for types that it reads itself. Functions cannot be sent to another thread, so the thread has its own list of these
   * types.
   */
  parsers?: object;
  /** Whether one plan may serve all values, as for a statement with a name. */
  isPrepared?: boolean;
}

interface Result<Row> {
  rows: Row[];
  affectedRows?: number;
}

interface Answer {
  error?: { message: string };
  rows?: unknown[];
  isLast?: boolean;
  affectedRows?: number;
  bytes?: ArrayBuffer;
}

/** Runs statements: the database, or a transaction. It has the interface of Drizzle's driver for PGlite. */
interface Queries {
  query<Row>(text: string, values?: unknown[], options?: QueryOptions): Promise<Result<Row>>;
}

/**
 * The embedded database (PGlite), in its own thread. A long statement delays only requests that need the database. Large answers arrive in
 * pieces, and the event loop turns between them.
 */
export class EmbeddedDatabase implements Queries {
  readonly #worker: Worker;
  #answered: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  #failure: Error | undefined;
  /** The end of the last thing that was begun: one transaction or statement after the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** The end of the last statement. Statements of one transaction wait for each other too. */
  #statement: Promise<unknown> = Promise.resolve();
  #ended = false;

  private constructor(options: { dataDir?: string; loadDataDir?: Blob }) {
    this.#worker = new Worker(new URL('./embedded-worker.js', import.meta.url), {
      workerData: options,
      // Arguments of this process, such as a script on the command line, must not reach the thread.
      execArgv: [],
    });
    this.#worker.on('message', (answer: Answer) => this.#settle()?.resolve(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('The embedded database is closed.')));
  }

  /** @param options the directory of its files, or the data to start from in memory */
  static async open(options: { dataDir: string } | { loadDataDir: Blob }): Promise<EmbeddedDatabase> {
    const database = new EmbeddedDatabase(options);
    await database.#answer();
    return database;
  }

  query<Row>(text: string, values?: unknown[], options?: QueryOptions): Promise<Result<Row>> {
    return this.#inTurn(() => this.#run<Row>(text, values, options));
  }

  /** Runs work in a transaction, which is undone when the work fails. */
  transaction<Outcome>(work: (tx: Queries) => Promise<Outcome>): Promise<Outcome> {
    return this.#inTurn(async () => {
      await this.#run('begin');
      try {
        const outcome = await work({ query: (...statement) => this.#run(...statement) });
        await this.#run('commit');
        return outcome;
      } catch (error) {
        await this.#run('rollback');
        throw error;
      }
    });
  }

  /** The whole database, as `open` accepts it. */
  dump(): Promise<Blob> {
    return this.#inTurn(async () => new Blob([(await this.#send({ kind: 'dump' })).bytes as ArrayBuffer]));
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#ended) return;
      this.#ended = true;
      await this.#send({ kind: 'close' });
      await this.#worker.terminate();
    });
  }

  #inTurn<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = this.#last.then(work);
    this.#last = outcome.catch(() => {});
    return outcome;
  }

  #run<Row>(text: string, values?: unknown[], options?: QueryOptions): Promise<Result<Row>> {
    const result = this.#statement.then(() => this.#runNow<Row>(text, values, options));
    this.#statement = result.catch(() => {});
    return result;
  }

  async #runNow<Row>(text: string, values: unknown[] = [], options: QueryOptions = {}): Promise<Result<Row>> {
    const { rowMode, parsers, isPrepared = false } = options;
    const request = { kind: 'query', text, values, isPrepared, isArray: rowMode === 'array', forDrizzle: parsers !== undefined };
    const { rows = [], isLast, affectedRows } = await this.#send(request);
    for (let isWhole = isLast; !isWhole; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const more = await this.#send({ kind: 'more' });
      rows.push(...(more.rows ?? []));
      isWhole = more.isLast;
    }
    return { rows: rows as Row[], ...(affectedRows === undefined ? {} : { affectedRows }) };
  }

  async #send(request: object): Promise<Answer> {
    if (this.#failure) throw this.#failure;
    const answer = this.#answer();
    this.#worker.postMessage(request);
    const { error, ...rest } = await answer;
    if (error) throw Object.assign(new Error(error.message), error);
    return rest;
  }

  /** One request is sent at a time. While its answer is awaited, the process continues. */
  #answer(): Promise<Answer> {
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
    });
  }

  #settle() {
    const answered = this.#answered;
    this.#answered = undefined;
    this.#worker.unref();
    return answered;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#settle()?.reject(this.#failure);
  }
}
