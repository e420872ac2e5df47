import { eq } from 'drizzle-orm';
import { partners } from '../domains/access/tables.ts';
import { findUserByContact, issuePartnerToken, issueUserToken, listTokens, revokeToken } from '../domains/access/users.ts';
import { connectPartner, getLocation } from '../domains/locations/location.ts';
import { readConfig } from '../platform/config.ts';
import { type Database, inTransaction } from '../platform/database.ts';
import { withDatabase } from './open.ts';

/** `foyer token list` */
export async function listAllTokens(): Promise<void> {
  await withDatabase(readConfig('serve'), async (database) => {
    const rows = await listTokens(database.db);
    for (const token of rows)
      process.stdout.write(`${token.kind}\t${token.id}\t${token.createdAt.toISOString()}\t${token.owner}\t${token.note}\n`);
    if (rows.length === 0) process.stdout.write('There is no token. Make one with foyer token create.\n');
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
  inTransaction(database.db, async (tx) => {
    const [known] = await tx.select().from(partners).where(eq(partners.name, name));
    const [partner] = known ? [known] : await tx.insert(partners).values({ name, allLocations }).returning();
    const partnerId = (partner as { id: number }).id;
    if (location !== undefined) await connectPartner(tx, (await getLocation(tx, Number(location))).id, partnerId);
    return issuePartnerToken(tx, { partnerId, note: 'foyer token' });
  });

async function userToken(database: Database, login: string): Promise<string> {
  const user = await findUserByContact(database.db, login);
  if (!user) throw new Error(`There is no user ${login}.`);
  return issueUserToken(database.db, { userId: user.id, partnerId: null, note: 'foyer token' });
}

/** `foyer token revoke`: other nodes follow within 5 seconds. */
export async function revoke(kind: string, id: string): Promise<void> {
  if (kind !== 'partner' && kind !== 'user') throw new Error('The kind of token is partner or user.');
  if (!/^\d{1,9}$/.test(id)) throw new Error('The id is a number of foyer token list.');
  await withDatabase(readConfig('serve'), async (database) => {
    if (!(await revokeToken(database.db, kind, Number(id)))) throw new Error(`There is no ${kind} token ${id}.`);
    process.stdout.write('Revoked.\n');
  });
}
