import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Query, SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { holdDirectory } from './directory-lock.ts';
import { withFastRows } from './fast-rows.ts';
import { copyTemplate, migrationsFolder } from './template.ts';

/**
 * A connection to the business's data: the database itself or a transaction of it. Rules take it first and do not know
 * whether PGlite or a PostgreSQL server stands behind it.
 */
export type Tx = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** A statement as both drivers take it: text with $1, $2 … and its values; a name makes it a prepared statement. */
export interface Statement {
  name?: string;
  text: string;
  values: unknown[];
}

export interface Database {
  kind: 'embedded' | 'postgres';
  db: Tx;
  /** Runs one statement outside of Drizzle. */
  query<Row extends object>(statement: Statement): Promise<Row[]>;
  /** @throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the embedded database.
 * @param home the directory where its files live, created from the template of this build when missing and held against a second process; or
 * what `dump` made, to begin with in memory
 * @throws Error when another process holds the directory
 */
export async function openEmbedded(home: string | Blob): Promise<Database & { dump(): Promise<Blob> }> {
  const [{ PGlite }, { drizzle }, { pg_trgm }, { btree_gin }, { btree_gist }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('drizzle-orm/pglite'),
    import('@electric-sql/pglite/contrib/pg_trgm'),
    import('@electric-sql/pglite/contrib/btree_gin'),
    import('@electric-sql/pglite/contrib/btree_gist'),
  ]);
  const directory = typeof home === 'string' ? home : undefined;
  if (directory) mkdirSync(dirname(directory), { recursive: true });
  const release = directory ? await holdDirectory(directory) : () => {};
  try {
    if (directory && !existsSync(directory)) await copyTemplate(directory);
    const client = await PGlite.create({
      ...(typeof home === 'string' ? { dataDir: home } : { loadDataDir: home }),
      extensions: { pg_trgm, btree_gin, btree_gist },
    });
    return {
      kind: 'embedded',
      db: drizzle({ client }) as unknown as Tx,
      query: async <Row extends object>({ text, values }: Statement) => (await client.query<Row>(text, values)).rows,
      ping: async () => {
        await client.query('select 1');
      },
      dump: () => client.dumpDataDir('none'),
      close: async () => {
        await client.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Opens a pool on a PostgreSQL server (15 or newer). */
export async function openPostgres(url: string, poolSize: number): Promise<Database> {
  const [{ default: pg }, { drizzle }] = await Promise.all([import('pg'), import('drizzle-orm/node-postgres')]);
  const pool = new pg.Pool({ connectionString: url, max: poolSize, application_name: 'foyer' });
  // An idle connection that the server drops is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  return {
    kind: 'postgres',
    db: drizzle({ client: pool }) as unknown as Tx,
    query: async <Row extends object>(statement: Statement) => (await pool.query<Row>(statement)).rows,
    ping: async () => {
      await pool.query('select 1');
    },
    close: () => pool.end(),
  };
}

/** Any number that every node of a deployment agrees on. */
const migrationLock = 7301946;

/** Brings the tables up to this build. Several nodes may call it at once: one migrates, the others wait. */
export async function migrateDatabase(database: Database): Promise<void> {
  if (database.kind === 'embedded') {
    const { migrate } = await import('drizzle-orm/pglite/migrator');
    await migrate(database.db as never, { migrationsFolder });
    return;
  }
  const [{ drizzle }, { migrate }] = await Promise.all([
    import('drizzle-orm/node-postgres'),
    import('drizzle-orm/node-postgres/migrator'),
  ]);
  const pool = (database.db as unknown as { $client: import('pg').Pool }).$client;
  const connection = await pool.connect();
  try {
    await connection.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle({ client: connection }), { migrationsFolder });
  } finally {
    await connection.query('select pg_advisory_unlock($1)', [migrationLock]);
    connection.release();
  }
}

interface PostgresError {
  code: string;
  constraint?: string;
  table?: string;
  /** The function of PostgreSQL that refused. */
  routine?: string;
}

/** The PostgreSQL error behind whatever the driver or Drizzle threw: its five-letter code and what else names no value. */
export function postgresError(error: unknown): PostgresError | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, constraint, table, routine } = at as Error & Partial<PostgresError>;
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) {
      return { code, ...(constraint && { constraint }), ...(table && { table }), ...(routine && { routine }) };
    }
  }
  return undefined;
}

/** The code that a trigger raises to refuse a change; its message is for the caller. */
export const refusedByTrigger = 'FX403';

/** Why a trigger refused a change, as it says. */
export function refusalOfTrigger(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ((at as { code?: unknown }).code === refusedByTrigger) return at.message;
  }
  return undefined;
}

/** Deadlock and serialization failure: the database undid the transaction, and running it again is right. */
const retryable = new Set(['40P01', '40001']);

/**
 * Runs work in a transaction, again (at most three times) when the database chose it as the victim of a deadlock.
 * The work must therefore touch nothing but the transaction.
 */
export async function inTransaction<Result>(db: Tx, work: (tx: Tx) => Promise<Result> | Result): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction(async (tx) => work(tx as unknown as Tx));
    } catch (error) {
      const code = postgresError(error)?.code;
      if (!code || !retryable.has(code) || attempt === 3) throw error;
    }
  }
}

/** What a database and its transactions hold beyond their declared type. */
interface Inside {
  /** Shared by a database and its transactions. */
  dialect: { sqlToQuery(query: SQL): Query };
  session: {
    /** The pool, or the connection of the transaction. */
    client: unknown;
    prepareQuery(query: Query, fields: undefined, name: string, isArray: false): { execute(values: object): Promise<unknown> };
  };
}

/**
 * Builds a prepared statement once for a database and keeps it; transactions send the same one over their own connection.
 * Worth it for the statements that are run most: their rows are decoded by what is found out once, and not by Drizzle's general
 * way for each value.
 */
export function prepared<Prepared extends object>(build: (db: Tx) => Prepared): (db: Tx) => Prepared {
  const built = new WeakMap<object, Prepared>();
  const known = new WeakMap<Tx, Prepared>();
  return (db) => {
    let statement = known.get(db);
    if (!statement) {
      const { dialect, session } = db as unknown as Inside;
      let shared = built.get(dialect);
      if (!shared) built.set(dialect, (shared = withFastRows(build(db))));
      known.set(db, (statement = Object.create(shared, { client: { value: session.client } }) as Prepared));
    }
    return statement;
  };
}

/** As `prepared`, for a statement that is written in SQL with placeholders. @returns its rows as the driver has them, by name */
export function preparedSql<Row extends object>(
  name: string,
  statement: SQL,
): (db: Tx, values: Record<string, unknown>) => Promise<Row[]> {
  const query = prepared((db) => {
    const { dialect, session } = db as unknown as Inside;
    return session.prepareQuery(dialect.sqlToQuery(statement), undefined, name, false);
  });
  return async (db, values) => ((await query(db).execute(values)) as { rows: Row[] }).rows;
}
