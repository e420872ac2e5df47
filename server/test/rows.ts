import { onPostgres, type Shop, testDatabase } from './harness.ts';

/** The rows of a query on a table, as one short text. */
const digest = `md5(string_agg(row::text, '' order by row::text))`;

/**
 * Reads rows, unless nobody has written anything since they were last read. A transaction gets a number when it writes first, and the
 * embedded database has one connection, so the next number shows it. On a PostgreSQL server other tests write all the time.
 */
function unlessUnchanged<Rows>(read: (business: Business) => Promise<Rows>): (business: Business) => Promise<Rows> {
  const known = new Map<string, Rows>();
  let until: string | undefined;
  return async (business) => {
    if (onPostgres()) return read(business);
    const { query } = await testDatabase();
    const text = 'select pg_snapshot_xmax(pg_current_snapshot())::text as next';
    const [transaction] = await query<{ next: string }>({ text, values: [] });
    if (transaction?.next !== until) known.clear();
    until = transaction?.next;
    const key = `${business.locationId} ${business.chainId}`;
    const rows = known.get(key) ?? (await read(business));
    known.set(key, rows);
    return rows;
  };
}

type Business = Pick<Shop, 'locationId' | 'chainId'>;

/**
 * A digest of each table: the rows of a location, and all rows of no location. On a PostgreSQL server other tests write the latter at the
 * same time, so they are left out there.
 */
export const storedRows = unlessUnchanged(readStoredRows);

let storedStatement: Promise<string> | undefined;

async function statementOfStored(): Promise<string> {
  const { query } = await testDatabase();
  const tables = await query<{ name: string; isOfLocation: boolean }>({
    text: `select table_name as name, bool_or(column_name = 'location_id') as "isOfLocation" from information_schema.columns
      where table_schema = 'public' group by table_name order by table_name`,
    values: [],
  });
  const digests = tables
    .filter(({ isOfLocation }) => isOfLocation || !onPostgres())
    .map(({ name, isOfLocation }) => {
      const ofNone = onPostgres() ? '' : ' or location_id is null';
      const where = isOfLocation ? `where location_id = $1${ofNone}` : '';
      return `select '${name}' as name, ${digest} as digest from "${name}" row ${where}`;
    });
  const own = `select 'the location', md5(l::text) from locations l where id = $1`;
  return [...digests, own].join(' union all ');
}

async function readStoredRows({ locationId }: Business): Promise<Map<string, string>> {
  const { query } = await testDatabase();
  const text = await (storedStatement ??= statementOfStored());
  // Planning it takes longer than running it: on a PostgreSQL server, its name has it planned once for a connection.
  const name = onPostgres() ? { name: 'stored_rows' } : {};
  const rows = await query<{ name: string; digest: string | null }>({ ...name, text, values: [locationId] });
  return new Map(rows.map(({ name, digest }) => [name, digest ?? '']));
}

/** The names of the changed tables. */
export const changedTables = (before: Map<string, string>, after: Map<string, string>): string[] =>
  [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);

let statement: Promise<string> | undefined;

/**
 * The statement that reads the rows of a business. Planning it takes longer than running it, so it is planned once: by its name on a
 * PostgreSQL server. The embedded database, which has one connection, keeps it under that name.
 */
async function statementOfRows(): Promise<string> {
  const { query } = await testDatabase();
  const tables = await query<{ name: string; isOfLocation: boolean }>({
    text: `select table_name as name, bool_or(column_name = 'location_id') as "isOfLocation" from information_schema.columns
      where table_schema = 'public' and column_name in ('location_id', 'chain_id') group by table_name order by table_name`,
    values: [],
  });
  const digests = tables.map(
    ({ name, isOfLocation }) =>
      `(select ${digest} from "${name}" row where ${isOfLocation ? 'location_id = $1' : 'chain_id = $2'})`,
  );
  // No function takes as many arguments as there are tables.
  const text = `select array_to_string(array[${digests.join(', ')}], '/') as rows`;
  if (!onPostgres()) await query({ text: `prepare rows_of_business (int, int) as ${text}`, values: [] });
  return text;
}

/** The rows of a business, its chain included, in every table, as one text: sooner than `storedRows`, and without the names of the tables. */
export const rowsOfBusiness = unlessUnchanged(readRowsOfBusiness);

async function readRowsOfBusiness({ locationId, chainId }: Business): Promise<string> {
  const { query } = await testDatabase();
  const text = await (statement ??= statementOfRows());
  const [row] = await query<{ rows: string }>(
    onPostgres()
      ? { name: 'rows_of_business', text, values: [locationId, chainId] }
      : { text: `execute rows_of_business (${locationId}, ${chainId})`, values: [] },
  );
  return row?.rows ?? '';
}
