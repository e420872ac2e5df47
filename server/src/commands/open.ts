import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { type Config, embeddedDatabaseDirectory } from '../platform/config.ts';
import { type Database, migrateDatabase, openEmbedded, openPostgres } from '../platform/database.ts';
import { databaseProblem, directoryProblem } from './explain.ts';

/**
 * Opens the database that the configuration names, a PostgreSQL server or the embedded one, and brings it up to this build.
 * @throws Error naming the setting and the remedy when it cannot be reached, entered or written
 */
export async function openDatabase(config: Config): Promise<Database> {
  if (!config.databaseUrl) expectWritable(config, embeddedDatabaseDirectory(config));
  let database: Database | undefined;
  try {
    database = config.databaseUrl
      ? await openPostgres(config.databaseUrl, config.databasePoolSize, config.databaseLimits)
      : await openEmbedded(embeddedDatabaseDirectory(config), config.databaseLimits);
    await migrateDatabase(database);
    return database;
  } catch (error) {
    await database?.close();
    throw databaseProblem(error, config);
  }
}

/**
 * Creates the data directory if it is missing.
 * @param also a subdirectory that must be writable too, if it exists
 * @throws Error that names FOYER_DATA if this user may not write there
 */
export function expectWritable(config: Config, also?: string): void {
  try {
    mkdirSync(config.dataDirectory, { recursive: true });
    for (const directory of [config.dataDirectory, also])
      if (directory && existsSync(directory)) accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const problem = directoryProblem(error, config);
    throw problem ? new Error(problem, { cause: error }) : error;
  }
}

/** Runs a command on the migrated database, and closes the database in any case. */
export async function withDatabase<Result>(config: Config, work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase(config);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
