import { type Config, embeddedDatabaseDirectory } from '../platform/config.ts';
import { type Database, migrateDatabase, openEmbedded, openPostgres } from '../platform/database.ts';

/** Opens the database that the configuration names: a PostgreSQL server, or the embedded one. */
export const openDatabase = (config: Config): Promise<Database> =>
  config.databaseUrl
    ? openPostgres(config.databaseUrl, config.databasePoolSize)
    : openEmbedded(embeddedDatabaseDirectory(config));

/** Runs a command on the migrated database and closes it, whatever happens. */
export async function withDatabase<Result>(config: Config, work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase(config);
  try {
    await migrateDatabase(database);
    return await work(database);
  } finally {
    await database.close();
  }
}
