import { eq, sql } from 'drizzle-orm';
import type { Write } from '../api/write.ts';
import { userTokens } from '../domains/access/tables.ts';
import { locations } from '../domains/locations/tables.ts';
import { refusedByTrigger } from '../platform/database.ts';
import { spareAccounts } from './accounts.ts';
import { demoPlaces } from './business.ts';

/** The note of tokens that everybody knows. */
export const readyToken = 'demo';

const message =
  'The demo keeps its own accounts, tokens and locations, so that what its banner and its documentation say stays true. ' +
  `Try this with the user token ${spareAccounts.neighbour.token}, of another business, or ${spareAccounts.guest.token}, of a client.`;

/**
 * Protects the demo's database against changes that would lock everybody out: changed credentials of the accounts with a fixed token, the
 * end of such a token or of the partner's token, the end of a location of the demo, and the removal of its owner. Triggers in this database
 * do it. So the business needs no code for the demo, and no operation can be forgotten. May be called again.
 */
export async function protectDemo(write: Write): Promise<void> {
  const accounts = await write.selectDistinct({ id: userTokens.userId }).from(userTokens).where(eq(userTokens.note, readyToken));
  const places = await write.select({ id: locations.id }).from(locations).orderBy(locations.id).limit(demoPlaces.length);
  const oneOf = (rows: { id: number }[]) => `in (${rows.map(({ id }) => id).join(', ')})`;
  const isAccount = `old.id ${oneOf(accounts)}`;
  const isPlace = `old.id ${oneOf(places)}`;
  const isOwner = `old.role = 'owner' and old.location_id ${oneOf(places)}`;
  const changes = (...columns: string[]) => `(${columns.map((name) => `old.${name} is distinct from new.${name}`).join(' or ')})`;
  const refusals = [
    ['users', 'update', `${isAccount} and ${changes('email', 'phone', 'login', 'password_hash')}`],
    ['users', 'delete', isAccount],
    ['user_tokens', 'delete', `old.note = '${readyToken}'`],
    ['partner_tokens', 'delete', `old.note = '${readyToken}'`],
    ['partners', 'update', `old.all_locations and ${changes('all_locations')}`],
    ['partners', 'delete', 'old.all_locations'],
    ['locations', 'update', `${isPlace} and ${changes('deleted_at', 'is_active', 'chain_id')}`],
    ['locations', 'delete', isPlace],
    ['location_users', 'update', `${isOwner} and ${changes('role', 'permissions', 'is_approved')}`],
    ['location_users', 'delete', isOwner],
  ] as const;
  await write.execute(
    sql.raw(`create or replace function demo_refuses() returns trigger language plpgsql as $$
      begin raise exception using errcode = '${refusedByTrigger}', message = '${message}'; end $$`),
  );
  for (const [table, event, condition] of refusals) {
    await write.execute(
      sql.raw(`create or replace trigger demo_refuses_${event} before ${event} on ${table}
        for each row when (${condition}) execute function demo_refuses()`),
    );
  }
}
