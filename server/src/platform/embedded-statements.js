// @ts-check
import { parse, protocol } from '@electric-sql/pglite';
import { LRUCache } from 'lru-cache';

/** @import { PGlite, QueryOptions, Results, messages } from '@electric-sql/pglite' */
/** @typedef {PGlite['parsers']} Parsers */
/** @typedef {{ name: string, parameters: number[], rowDescription: messages.BackendMessage[], uses: number }} Statement */

const { serialize } = protocol;

/**
 * The database keeps at most this many statements, of this many characters in all, for so many milliseconds. A long statement and its plan
 * take some 80 bytes a character.
 */
const kept = { max: 500, maxSize: 500_000, ttl: 60_000 };

/** A longer text is one of many rows, which comes once, and the database would need much memory for it. */
const longestText = 10_000;

/** PostgreSQL plans the first five uses of a statement with their values. After them it can choose one plan for any values. */
const plannedUses = 5;

/** Nothing tells the embedded database that a table has grown. A plan for any values must therefore not be kept for long. */
const mostUses = 100;

/** Commands that do not change what a statement means. */
const usualCommands = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
]);

/** Runs statements on PGlite, and parses those that come again only once. PGlite itself parses every statement anew. */
export class Statements {
  #database;
  /** Statements that the database has, by their text. @type {LRUCache<string, Statement>} */
  #known;
  /** Names of statements that the database still has without need. @type {string[]} */
  #unneeded = [];
  #count = 0;
  /** All parsers, by those that a statement brings along: joining them takes longer than a short statement. @type {WeakMap<object, Parsers>} */
  #parsers = new WeakMap();
  /** Whether the open transaction has changed tables or settings. Its end may change them back. */
  #isChanging = false;

  /** @param {PGlite} database which nothing else uses */
  constructor(database) {
    this.#database = database;
    this.#known = new LRUCache({
      ...kept,
      sizeCalculation: (_, text) => text.length,
      dispose: ({ name }) => this.#unneeded.push(name),
    });
  }

  /**
   * @param {string} text
   * @param {unknown[]} values
   * @param {QueryOptions & { isPrepared?: boolean }} options `isPrepared`: one plan may serve all values
   * @returns {Promise<Results<unknown>>}
   */
  async query(text, values, { isPrepared = false, ...options }) {
    this.#isChanging &&= this.#database.isInTransaction();
    if (this.#isChanging || text.length > longestText) return this.#database.query(text, values, options);
    const result = await this.#run(await this.#statement(text, isPrepared), values, options);
    if (!usualCommands.has(/** @type {{ command?: string }} */ (result).command ?? '')) {
      this.#known.clear();
      this.#isChanging = true;
    }
    return result;
  }

  /** @param {string} text @param {boolean} isPrepared */
  async #statement(text, isPrepared) {
    const known = this.#known.get(text);
    const statement = known && known.uses < (isPrepared ? mostUses : plannedUses) ? known : await this.#parse(text);
    statement.uses++;
    return statement;
  }

  /** @param {string} text @returns {Promise<Statement>} */
  async #parse(text) {
    const name = `statement_${++this.#count}`;
    const answer = await this.#send(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
    const statement = {
      name,
      parameters: parse.parseDescribeStatementResults(answer),
      rowDescription: answer.filter((message) => message.name === 'rowDescription'),
      uses: 0,
    };
    this.#known.set(text, statement);
    return statement;
  }

  /** @param {Statement} statement @param {unknown[]} values @param {QueryOptions} options */
  async #run({ name, parameters, rowDescription }, values, { parsers: own, ...options }) {
    const { serializers } = this.#database;
    const bound = values.map((value, index) => {
      if (value === null || value === undefined) return null;
      return (serializers[parameters[index] ?? 0] ?? String)(value);
    });
    const answer = await this.#send(serialize.bind({ statement: name, values: bound }), serialize.execute());
    return /** @type {Results<unknown>} */ (
      parse.parseResults([...rowDescription, ...answer], this.#parsersWith(own), options)[0]
    );
  }

  /** @param {QueryOptions['parsers']} own @returns {Parsers} */
  #parsersWith(own) {
    const { parsers } = this.#database;
    if (!own) return parsers;
    let all = this.#parsers.get(own);
    if (!all) this.#parsers.set(own, (all = { ...parsers, ...own }));
    return all;
  }

  /** After an error, the database reads no message before the last one. @param {Uint8Array[]} messages */
  #send(...messages) {
    const closing = this.#unneeded.splice(0).map((name) => serialize.close({ type: 'S', name }));
    return this.#database.execProtocolStream(Buffer.concat([...closing, ...messages, serialize.sync()]));
  }
}
