import { onPostgres, testDatabase } from './harness.ts';

/**
 * What is stored, as a digest a table: the rows of a location, and all rows of tables that belong to no location. On a PostgreSQL server
 * other tests write to those at the same time, so they are left out there.
 */
export async function storedRows(locationId: number): Promise<Map<string, string>> {
  const { query } = await testDatabase();
  const tables = await query<{ name: string; isOfLocation: boolean }>({
    text: `select table_name as name, bool_or(column_name = 'location_id') as "isOfLocation" from information_schema.columns
      where table_schema = 'public' group by table_name order by table_name`,
    values: [],
  });
  const digests = tables
    .filter(({ isOfLocation }) => isOfLocation || !onPostgres())
    .map(({ name, isOfLocation }) => {
      const where = isOfLocation ? 'where location_id = $1 or location_id is null' : '';
      return `select '${name}' as name, md5(string_agg(row::text, '' order by row::text)) as digest from "${name}" row ${where}`;
    });
  const own = `select 'the location', md5(l::text) from locations l where id = $1`;
  const rows = await query<{ name: string; digest: string | null }>({
    text: [...digests, own].join(' union all '),
    values: [locationId],
  });
  return new Map(rows.map(({ name, digest }) => [name, digest ?? '']));
}

/** The tables that are not as they were, by name. */
export const changedTables = (before: Map<string, string>, after: Map<string, string>): string[] =>
  [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
