import { sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { slugNodes } from '../access/permission-slugs.ts';
import { noObject, type Permissions } from '../access/permissions.ts';

/** The place whose objects a permission may name. */
export interface Place {
  id: number;
  chainId: number;
}

/** The queries that find which ids are known, by the kind of object. */
const known = {
  staff: ({ id }: Place, ids: string) =>
    sql`select id from team_members where location_id = ${id} and deleted_at is null and id = any(${ids}::int[])`,
  position: ({ id }: Place, ids: string) =>
    sql`select position_id as id from position_locations where location_id = ${id} and position_id = any(${ids}::int[])`,
  account: ({ id }: Place, ids: string) =>
    sql`select id from accounts where location_id = ${id} and archived_at is null and id = any(${ids}::int[])`,
  expense: ({ id }: Place, ids: string) =>
    sql`select id from expense_items where (location_id is null or location_id = ${id}) and deleted_at is null and id = any(${ids}::int[])`,
  storage: ({ id }: Place, ids: string) =>
    sql`select id from storages where location_id = ${id} and archived_at is null and id = any(${ids}::int[])`,
  storage_transaction_type: (_: Place, ids: string) => sql`select id from unnest(${ids}::int[]) as id where id between 1 and 9`,
  chain: ({ chainId }: Place, ids: string) => sql`select ${chainId}::int as id where ${chainId} = any(${ids}::int[])`,
};
type Kind = keyof typeof known;

/**
 * Checks that permissions name only objects of a location.
 * @param slugs the permissions to check
 * @returns the errors by slug
 */
export async function unknownIds(
  db: Read,
  place: Place,
  permissions: Permissions,
  slugs: ReadonlySet<string>,
): Promise<Record<string, string[]>> {
  const asked = slugNodes
    .filter((node) => node.entity !== null && slugs.has(node.slug))
    .map((node) => ({
      slug: node.slug,
      kind: node.entity as Kind,
      ids: [permissions[node.name]].flat().filter((id) => id !== 0 && id !== noObject) as number[],
    }))
    .filter(({ ids }) => ids.length > 0);
  if (asked.length === 0) return {};
  const parts = [...new Set(asked.map(({ kind }) => kind))].map((kind) => {
    const ids = asked.flatMap((each) => (each.kind === kind ? each.ids : []));
    return sql`select ${kind}::text as kind, id from (${known[kind](place, `{${ids.join(',')}}`)}) as known`;
  });
  const rows = await rowsOf<{ kind: string; id: number }>(db, sql.join(parts, sql` union all `));
  const found = new Set(rows.map(({ kind, id }) => `${kind} ${id}`));
  const wrong = asked.filter(({ kind, ids }) => ids.some((id) => !found.has(`${kind} ${id}`)));
  return Object.fromEntries(wrong.map(({ slug, kind }) => [slug, [`must name a known ${kind.replaceAll('_', ' ')}`]]));
}
