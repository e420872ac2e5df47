// @ts-check
/*
 * The thread of the embedded database; embedded.ts talks to it. In JavaScript, because a thread is started from a file, and the
 * oldest Node.js that we run on reads no TypeScript.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { Statements } from './embedded-statements.js';

if (!parentPort) throw new Error('This is a worker.');
const port = parentPort;

/** Rows of one message: the other thread reads a message in one go. */
const rowsAtOnce = 500;

/** Types that Drizzle parses itself: timestamps, dates, intervals, and lists of these and of money. */
const readByDrizzle = [types.TIMESTAMP, types.TIMESTAMPTZ, types.INTERVAL, types.DATE, 1231, 1115, 1185, 1187, 1182];
const asText = Object.fromEntries(readByDrizzle.map((type) => [type, (/** @type {string} */ text) => text]));

const database = await PGlite.create({ ...workerData, extensions: { pg_trgm, btree_gin, btree_gist } });
const statements = new Statements(database);

/** Rows that the main thread has not requested yet. @type {unknown[]} */
let rest = [];

const nextRows = () => {
  const rows = rest.length > rowsAtOnce ? rest.slice(0, rowsAtOnce) : rest;
  rest = rest.length > rowsAtOnce ? rest.slice(rowsAtOnce) : [];
  return { rows, isLast: rest.length === 0 };
};

/** @type {Record<string, (request: any) => Promise<object> | object>} */
const work = {
  query: async ({ text, values, isPrepared, isArray, forDrizzle }) => {
    const result = await statements.query(text, values, {
      isPrepared,
      ...(isArray ? { rowMode: 'array' } : {}),
      ...(forDrizzle ? { parsers: asText } : {}),
    });
    rest = result.rows;
    return { affectedRows: result.affectedRows, ...nextRows() };
  },
  more: nextRows,
  dump: async () => ({ bytes: await (await database.dumpDataDir('none')).arrayBuffer() }),
  close: async () => {
    await database.close();
    return {};
  },
};

port.on('message', async (request) => {
  try {
    port.postMessage(await work[request.kind]?.(request));
  } catch (error) {
    // A copy of an error would lose the fields that PostgreSQL adds to the message.
    port.postMessage({ error: { ...fieldsOf(error), message: error instanceof Error ? error.message : String(error) } });
  }
});

/** @param {any} error */
const fieldsOf = (error) => Object.fromEntries(Object.entries(error).filter(([, value]) => typeof value === 'string'));

port.postMessage({});
