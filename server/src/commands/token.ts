import { eq } from 'drizzle-orm';
import { NotFound } from '../api/errors.ts';
import type { Write } from '../api/write.ts';
import { partners } from '../domains/access/tables.ts';
import { findUserByContact, issuePartnerToken, issueUserToken, listTokens, revokeToken } from '../domains/access/users.ts';
import { connectPartner, getLocation } from '../domains/locations/location.ts';
import { readConfig } from '../platform/config.ts';
import type { Database } from '../platform/database.ts';
import { beginAlone } from '../surfaces/changes.ts';
import { commandLine } from './command-line.ts';
import { withDatabase } from './open.ts';

/** `foyer token list`: a line of names, then a line a token, parted by tabs. */
export async function listAllTokens(): Promise<void> {
  await withDatabase(readConfig('serve'), async (database) => {
    const rows = await listTokens(database.db);
    if (rows.length === 0) {
      process.stdout.write(`There is no token. Make one with "${commandLine('token create')}".\n`);
      return;
    }
    const lines = rows.map(({ kind, id, createdAt, owner, note }) => [kind, id, createdAt.toISOString(), owner, note]);
    for (const line of [['kind', 'id', 'created', 'owner', 'note'], ...lines]) process.stdout.write(`${line.join('\t')}\n`);
  });
}

/** `foyer token create` */
export async function createToken(options: {
  partner?: string;
  allLocations?: boolean;
  location?: string;
  user?: string;
}): Promise<void> {
  if (!options.partner === !options.user) throw new Error('Give either --partner or --user.');
  await withDatabase(readConfig('serve'), async (database) => {
    const token = options.partner
      ? await partnerToken(database, options.partner, options)
      : await userToken(database, options.user as string);
    process.stdout.write(`${token}\n`);
  });
}

const partnerToken = (
  database: Database,
  name: string,
  { allLocations = false, location }: { allLocations?: boolean; location?: string },
) =>
  beginAlone(database.db)(async (write) => {
    const [known] = await write.select().from(partners).where(eq(partners.name, name));
    const [partner] = known ? [known] : await write.insert(partners).values({ name, allLocations }).returning();
    const partnerId = (partner as { id: number }).id;
    if (location !== undefined) await connectPartner(write, await locationId(write, location), partnerId);
    return issuePartnerToken(write, { partnerId, note: 'foyer token' });
  });

/** @throws Error when no location has the id */
async function locationId(write: Write, text: string): Promise<number> {
  const id = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  try {
    return (await getLocation(write, id)).id;
  } catch (error) {
    throw error instanceof NotFound ? new Error(`There is no location ${text}. Give the id of one with --location.`) : error;
  }
}

async function userToken(database: Database, login: string): Promise<string> {
  const user = await findUserByContact(database.db, login);
  if (!user) throw new Error(`There is no user ${login}.`);
  return beginAlone(database.db)((write) => issueUserToken(write, { userId: user.id, partnerId: null, note: 'foyer token' }));
}

/** `foyer token revoke`: other nodes follow within 5 seconds. */
export async function revoke(kind: string, id: string): Promise<void> {
  if (kind !== 'partner' && kind !== 'user') throw new Error('The kind of token must be partner or user.');
  if (!/^\d{1,9}$/.test(id)) throw new Error('The id must be a number from foyer token list.');
  await withDatabase(readConfig('serve'), async (database) => {
    if (!(await beginAlone(database.db)((write) => revokeToken(write, kind, Number(id)))))
      throw new Error(`There is no ${kind} token ${id}.`);
    process.stdout.write('Revoked.\n');
  });
}
