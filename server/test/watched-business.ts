import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { addDays, datesBetween } from '../src/platform/clock.ts';
import { migrateDatabase, openEmbedded } from '../src/platform/database.ts';
import { startWatched } from './event-loop.ts';
import { onPostgres, testDatabase } from './harness.ts';
import { addLargeBusiness } from './large-business.ts';

/** The maximum time in milliseconds for which one request may block all others. */
const longest = 200;

interface Request {
  method?: string;
  path: string;
  body?: unknown;
  authorization?: string;
  headers?: Record<string, string>;
}

/** A large business on a separate server, for the tests of a file. Its parts exist when the first test begins. */
export function watchedBusiness() {
  let business: Awaited<ReturnType<typeof addLargeBusiness>>;
  let server: Awaited<ReturnType<typeof startWatched>>;
  let year: string[];

  beforeAll(async () => {
    const directory = await mkdtemp(join(inject('directory'), 'large-'));
    if (onPostgres()) business = await addLargeBusiness(await testDatabase());
    else {
      const database = await openEmbedded(join(directory, 'database'));
      await migrateDatabase(database);
      business = await addLargeBusiness(database);
      await database.query({ text: 'analyze', values: [] });
      await database.close();
    }
    year = datesBetween(business.tomorrow, addDays(business.tomorrow, 365));
    server = await startWatched(['serve'], {
      FOYER_DATA: directory,
      DATABASE_URL: inject('databaseUrl'),
      FOYER_LOG_LEVEL: 'error',
      FOYER_RATE_LIMIT_PER_MINUTE: '0',
      FOYER_RATE_LIMIT_PER_SECOND: '0',
      DATABASE_WAIT_TIMEOUT: '120000',
    });
  }, 240_000);
  afterAll(() => server?.child.kill('SIGKILL'));

  async function send({ method = 'GET', path, body, authorization = business.owner, headers = {} }: Request): Promise<number> {
    const response = await fetch(`${server.url}${path.startsWith('//') ? path.slice(1) : `/api/v1${path}`}`, {
      method,
      headers: { authorization, ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** Sends requests, at most three times, because other work of the machine must not count. @returns the status of the first */
  async function expectNobodyWaits(requests: (attempt: number) => Request[], name?: string): Promise<number> {
    let status = 0;
    let shortest = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 3 && shortest > longest; attempt++) {
      const pause = await server.pauseDuring(async () => {
        [status = 0] = await Promise.all(requests(attempt).map(send));
      });
      shortest = Math.min(shortest, pause.processor);
      if (process.env.SHOW_PAUSES)
        console.log(`${name ?? expect.getState().currentTestName}: ${status}, ${Math.round(pause.processor)} ms`);
    }
    expect(shortest, name).toBeLessThan(longest);
    return status;
  }

  return {
    expectNobodyWaits,
    get business() {
      return business;
    },
    /** The dates of a year, from tomorrow on. */
    get year() {
      return year;
    },
  };
}
