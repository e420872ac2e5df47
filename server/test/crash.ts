import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { partners } from '../src/domains/access/tables.ts';
import { createUser, issuePartnerToken, issueUserToken } from '../src/domains/access/users.ts';
import { createLocation } from '../src/domains/locations/location.ts';
import { type Database, migrateDatabase, openEmbedded, openPostgres } from '../src/platform/database.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { emptyDatabase } from './databases.ts';

/** A business in a database, for a server process. */
const openBusiness = ({ db }: Database) =>
  beginAlone(db)(async (tx) => {
    const [partner] = await tx.insert(partners).values({ name: 'Crash test', allLocations: true }).returning();
    const partnerId = (partner as { id: number }).id;
    const owner = await createUser(tx, { name: 'Owner', email: `crash${Date.now()}@example.com` });
    const location = await createLocation(
      tx,
      { title: 'Crash test', city: 'Berlin' },
      { user: { id: owner.id }, partner: { id: partnerId, allLocations: true } },
    );
    const tokens = [await issuePartnerToken(tx, { partnerId }), await issueUserToken(tx, { userId: owner.id, partnerId })];
    return { locationId: location.id, authorization: `Bearer ${tokens[0]}, User ${tokens[1]}` };
  });

/** Opens the database of a server that does not run. */
export const open = (env: { DATABASE_URL: string; FOYER_DATA: string }) =>
  env.DATABASE_URL ? openPostgres(env.DATABASE_URL, 2) : openEmbedded(join(env.FOYER_DATA, 'database'));

/** A business in a separate database, and the settings of its server. */
export async function prepare(settings: NodeJS.ProcessEnv = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'foyer-crash-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const env = {
    ...(await emptyDatabase(directory)),
    FOYER_JOBS_AT_ONCE: '5',
    FOYER_RATE_LIMIT_PER_MINUTE: '0',
    FOYER_RATE_LIMIT_PER_SECOND: '0',
    ...settings,
  };
  const database = await open(env);
  await migrateDatabase(database);
  const business = await openBusiness(database);
  await database.close();
  return { env, ...business };
}

/** Ends a server like a crash of the process or of the machine. */
export async function kill({ child }: { child: ChildProcess }): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Ends a server in the way of its operator. @returns its exit code */
export async function end({ child }: { child: ChildProcess }): Promise<unknown> {
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  return code;
}
