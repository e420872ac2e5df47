import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { type Query, type SQL, sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT, PgTable } from 'drizzle-orm/pg-core';
import { holdDirectory } from './directory-lock.ts';
import { withFastRows } from './fast-rows.ts';
import { type DatabaseLimits, usualLimits } from './limits.ts';
import { StatementNames } from './statement-names.ts';
import { copyTemplate, migrationsFolder } from './template.ts';
import { type Shares, Turns } from './turns.ts';

/**
 * A connection to the data: the database itself or a transaction. Rules take it as their first parameter and do not know whether it is
 * PGlite or a PostgreSQL server.
 */
export type Tx = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** Reads data: the database, or a transaction. It cannot change anything. */
export type Read = Omit<Tx, 'insert' | 'update' | 'delete' | 'transaction' | 'refreshMaterializedView'>;

/** A statement for both drivers: text with $1, $2 … and its values. A name makes it a prepared statement. */
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
  /** Requests use the database in turns, so that one business cannot use all of it. */
  turns: Turns;
  /** Checks that the database answers, on a connection without a queue. @throws if it does not. */
  ping(): Promise<void>;
  migrate(): Promise<void>;
  close(): Promise<void>;
}

function sharesOf(connections: number, { waitTimeout, queueLength, locationConnections }: DatabaseLimits): Shares {
  // The other connections serve the look-ups before a turn: the caller and their rights.
  const atOnce = Math.max(1, connections - Math.ceil(connections / 5));
  const perKey = Math.max(1, Math.min(atOnce, locationConnections || Math.floor(atOnce * 0.4)));
  return { atOnce, perKey, queue: queueLength, patience: waitTimeout };
}

/**
 * Opens the embedded database.
 * @param home the directory of its files, which is created from the template of this build if it is missing and locked against other
 * processes; or a result of `dump`, to start from in memory
 * @throws Error if another process has locked the directory
 */
export async function openEmbedded(home: string | Blob, limits = usualLimits): Promise<Database & { dump(): Promise<Blob> }> {
  const [{ EmbeddedDatabase }, { drizzle }] = await Promise.all([import('./embedded.ts'), import('drizzle-orm/pglite')]);
  const directory = typeof home === 'string' ? home : undefined;
  if (directory) mkdirSync(dirname(directory), { recursive: true });
  const release = directory ? await holdDirectory(directory) : () => {};
  try {
    if (directory && !existsSync(directory)) await copyTemplate(directory);
    const client = await EmbeddedDatabase.open(typeof home === 'string' ? { dataDir: home } : { loadDataDir: home });
    const db = drizzle({ client: client as unknown as PGlite });
    // It runs one transaction after the other anyway.
    const turns = new Turns(sharesOf(1, limits));
    return {
      kind: 'embedded',
      db: db as unknown as Tx,
      turns,
      query: async <Row extends object>({ name, text, values }: Statement) =>
        (await client.query<Row>(text, values, { isPrepared: name !== undefined })).rows,
      ping: () =>
        turns.take('ping', async () => {
          await client.query('select 1');
        }),
      migrate: async () => {
        const { migrate } = await import('drizzle-orm/pglite/migrator');
        await migrate(db, { migrationsFolder });
      },
      dump: () => client.dump(),
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

/** Milliseconds for this check. Load balancers do not wait longer. */
const pingTimeout = 3_000;

/** Opens a pool on a PostgreSQL server (15 or newer), and one connection more for signs of life. */
export async function openPostgres(url: string, poolSize: number, limits = usualLimits): Promise<Database> {
  const [{ default: pg }, { drizzle }] = await Promise.all([import('pg'), import('drizzle-orm/node-postgres')]);
  const settings = { connectionString: url, application_name: 'foyer' };
  const names = new StatementNames();
  /** A connection that names the statements which Drizzle has built for one use. */
  class Client extends pg.Client {
    // biome-ignore lint/suspicious/noExplicitAny: the overloads of the driver
    override query(statement: any, values?: any, done?: any): any {
      const { text, name } = statement;
      if (text === undefined || name !== undefined || !values?.length) return super.query(statement, values, done);
      return super.query({ ...statement, name: names.nameOf(text) }, values, done);
    }
  }
  const pool = new pg.Pool({
    ...settings,
    Client,
    max: poolSize,
    connectionTimeoutMillis: limits.waitTimeout,
    // Not among the parameters of the connection, which poolers refuse.
    onConnect: async (client) => {
      await client.query(
        // Compiling a statement takes longer than it saves: a report of a year took 3 seconds instead of 1.
        `set jit = off; set lock_timeout = ${limits.lockTimeout}; set statement_timeout = ${limits.statementTimeout}; set idle_in_transaction_session_timeout = ${idleTimeout}`,
      );
    },
  });
  const pings = new pg.Pool({ ...settings, max: 1, connectionTimeoutMillis: pingTimeout, query_timeout: pingTimeout });
  // An idle connection that the server drops is replaced by the pool; without a listener it would end the process.
  for (const each of [pool, pings]) each.on('error', () => {});
  let pinging: Promise<unknown> | undefined;
  return {
    kind: 'postgres',
    db: drizzle({ client: pool }) as unknown as Tx,
    turns: new Turns(sharesOf(poolSize, limits)),
    query: async <Row extends object>(statement: Statement) => (await pool.query<Row>(statement)).rows,
    ping: async () => {
      pinging ??= pings.query('select 1').finally(() => {
        pinging = undefined;
      });
      await pinging;
    },
    migrate: async () => {
      const { migrate } = await import('drizzle-orm/node-postgres/migrator');
      // There is no time limit, because a migration can take long.
      const client = new pg.Client(settings);
      await client.connect();
      try {
        await client.query('select pg_advisory_lock($1)', [migrationLock]);
        await migrate(drizzle({ client }), { migrationsFolder });
      } finally {
        await client.end();
      }
    },
    close: async () => {
      await Promise.all([pool.end(), pings.end()]);
    },
  };
}

/** Milliseconds after which a transaction of a process that hangs lets go of its locks. */
const idleTimeout = 60_000;

/** Any number that every node of a deployment agrees on. */
const migrationLock = 7301946;

/** Brings the tables up to this build. Several nodes may call it at once: one migrates, the others wait. */
export const migrateDatabase = (database: Database): Promise<void> => database.migrate();

/**
 * The database for a handler that opens its own transactions. Each transaction waits for its turn. Reading outside of transactions does not
 * wait.
 * @param name the queue of the turns
 */
export function byTurns(database: Database, name: string): Database {
  const db = Object.create(database.db) as Tx;
  turnsOf.set(db, (work) => database.turns.take(name, work));
  return { ...database, db };
}

const turnsOf = new WeakMap<Tx, <Result>(work: () => Promise<Result>) => Promise<Result>>();

interface PostgresError {
  code: string;
  constraint?: string;
  table?: string;
  /** The function of PostgreSQL that refused. */
  routine?: string;
}

/** The PostgreSQL error inside an error of the driver or of Drizzle: its five-letter code and other fields that contain no values. */
export function postgresError(error: unknown): PostgresError | undefined {
  for (const { code, constraint, table, routine } of causes(error) as (Error & Partial<PostgresError>)[]) {
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) {
      return { code, ...(constraint && { constraint }), ...(table && { table }), ...(routine && { routine }) };
    }
  }
  return undefined;
}

/** An error and its causes, from the outermost to the innermost. */
function causes(error: unknown): NodeJS.ErrnoException[] {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) found.push(at);
  return found;
}

/** The code that a trigger raises to refuse a change; its message is for the caller. */
export const refusedByTrigger = 'FX403';

/** Why a trigger refused a change, as it says. */
export const refusalOfTrigger = (error: unknown): string | undefined =>
  causes(error).find(({ code }) => code === refusedByTrigger)?.message;

/** The number of times that this process ran transactions again, by reason. */
export const retries = { deadlock: 0, serialization: 0 };

/** The database undid the transaction, and running it again is right. */
const retryable: Record<string, keyof typeof retries> = { '40P01': 'deadlock', '40001': 'serialization' };

/**
 * Runs work in a transaction, again (at most three times) when the database chose it as the victim of a deadlock.
 * The work must therefore touch nothing but the transaction.
 */
export async function inTransaction<Result>(db: Tx, work: (tx: Tx) => Promise<Result> | Result): Promise<Result> {
  const run = async (): Promise<Result> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await db.transaction(async (tx) => work(tx as unknown as Tx));
      } catch (error) {
        const reason = retryable[postgresError(error)?.code ?? ''];
        if (!reason || attempt === 3) throw error;
        retries[reason]++;
      }
    }
  };
  const turn = turnsOf.get(db);
  return turn ? turn(run) : run();
}

/** The reason why the database failed, if it is neither an error of the caller nor a bug of ours. */
export type Trouble = 'contended' | 'slow' | 'unreachable';

const troubles: Record<string, Trouble> = {
  '40P01': 'contended',
  '40001': 'contended',
  '55P03': 'contended',
  '57014': 'slow',
  '25P03': 'slow',
  '53300': 'unreachable',
  '57P01': 'unreachable',
  '57P02': 'unreachable',
  '57P03': 'unreachable',
};

/** The pool says these without a code. */
const lostConnection =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

/** @returns undefined for an error of another kind */
export function troubleOf(error: unknown): Trouble | undefined {
  const known = postgresError(error);
  if (known) return troubles[known.code] ?? (known.code.startsWith('08') ? 'unreachable' : undefined);
  return causes(error).some(({ message, syscall, code }) =>
    syscall === 'connect' ? code !== undefined : lostConnection.test(message),
  )
    ? 'unreachable'
    : undefined;
}

/** Deletes the rows of a table that match a condition, a thousand per transaction, so that no transaction takes long. */
export async function deleteInSteps(
  transact: (step: (tx: Tx) => Promise<number>) => Promise<number>,
  table: PgTable,
  condition: SQL,
): Promise<void> {
  for (let count = 1000; count === 1000; ) {
    count = await transact(async (tx) => {
      const { rows } = (await tx.execute(sql`
        with gone as (delete from ${table} where ctid = any(array(select ctid from ${table} where ${condition} limit 1000)) returning 1)
        select count(*)::int as count from gone`)) as unknown as { rows: [{ count: number }] };
      return rows[0].count;
    });
  }
}

/** Fields of a database and its transactions that their type does not declare. */
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
 * Builds a prepared statement once per database and caches it. Transactions send the same statement over their own connection. Use it for
 * frequent statements: their rows are decoded with a plan made once, instead of Drizzle's general way for each value.
 */
export function prepared<Prepared extends object>(build: (db: Tx) => Prepared): (db: Read) => Prepared {
  const built = new WeakMap<object, Prepared>();
  const known = new WeakMap<Read, Prepared>();
  return (db) => {
    let statement = known.get(db);
    if (!statement) {
      const { dialect, session } = db as unknown as Inside;
      let shared = built.get(dialect);
      if (!shared) built.set(dialect, (shared = withFastRows(build(db as Tx))));
      known.set(db, (statement = Object.create(shared, { client: { value: session.client } }) as Prepared));
    }
    return statement;
  };
}

/** Runs hand-written SQL. @returns the rows with the names of their columns, as the database has them */
export const rowsOf = async <Row extends object>(db: Read, statement: SQL): Promise<Row[]> =>
  ((await db.execute(statement)) as unknown as { rows: Row[] }).rows;

/** Like `prepared`, for a statement in SQL text with placeholders. @returns its rows from the driver, by name */
export function preparedSql<Row extends object>(
  name: string,
  statement: SQL,
): (db: Read, values: Record<string, unknown>) => Promise<Row[]> {
  const query = prepared((db) => {
    const { dialect, session } = db as unknown as Inside;
    return session.prepareQuery(dialect.sqlToQuery(statement), undefined, name, false);
  });
  return async (db, values) => ((await query(db).execute(values)) as { rows: Row[] }).rows;
}
