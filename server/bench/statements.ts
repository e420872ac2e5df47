import { drizzle } from 'drizzle-orm/node-postgres';
import { listServices } from '../src/domains/catalog/service.ts';
import { getClient } from '../src/domains/clients/client.ts';
import { addComment, listComments } from '../src/domains/clients/comment.ts';
import { columnsOfFields } from '../src/domains/clients/present.ts';
import { searchClients } from '../src/domains/clients/search.ts';
import { containsPattern } from '../src/domains/clients/search-text.ts';
import { listWorkDays } from '../src/domains/schedule/work-schedule.ts';
import type { Tx } from '../src/platform/database.ts';
import { seeded } from './database.ts';
import { searchedFields } from './operations.ts';

/** A statement of the server, to be sent with other values. */
export interface Recorded {
  text: string;
  bind(values: Record<string, unknown>): unknown[];
}

/** Stand for the values of a request while its statements are recorded. The limit is met by the one row of the recording. */
const marks = {
  location: 900_001,
  client: 900_002,
  author: 900_003,
  pattern: 'pattern-mark',
  text: 'text-mark',
  limit: 1,
  first: '2020-01-01',
  last: '2020-01-31',
} as const;

/** Runs work on a database that answers every statement with one row, the author's id in every column, and keeps the statements. */
async function record(work: (db: Tx) => Promise<unknown>): Promise<Recorded[]> {
  const statements: Recorded[] = [];
  const names = new Map<unknown, string>(
    Object.entries({ ...marks, pattern: containsPattern(marks.pattern) }).map(([k, v]) => [v, k]),
  );
  const logger = {
    logQuery(text: string, params: unknown[]) {
      const sources = params.map((value) => names.get(value));
      statements.push({
        text,
        bind: (values) => sources.map((name, index) => (name === undefined ? params[index] : values[name])),
      });
    },
  };
  const client = { query: async () => ({ rows: [Array.from({ length: 50 }, () => `${marks.author}`)] }) };
  await work(drizzle({ client: client as never, logger }) as unknown as Tx);
  return statements;
}

/** The statements that the server sends for the measured operations, taken from its own rules. */
export async function recordStatements() {
  const { location, client, author, text, pattern, limit, first, last } = marks;
  return {
    comments: await record((db) => listComments(db, { location, client })),
    newComment: await record((db) => addComment(db, { location, client, author, text })),
    client: await record((db) => getClient(db, location, client)),
    services: await record((db) => listServices(db, location)),
    schedule: await record((db) => listWorkDays(db, location, { first, last })),
    search: await record((db) =>
      searchClients(db, location, {
        operation: 'AND',
        filters: [{ type: 'quick_search', state: { value: pattern } }],
        orderBy: 'id',
        direction: 'ASC',
        page: { offset: 0, limit },
        searches: { phone: true, email: true },
        timeZone: seeded.timeZone,
        columns: columnsOfFields(searchedFields),
      }),
    ),
  };
}
