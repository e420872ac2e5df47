import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { DiskFileStore, FileStore } from './files.ts';

/** What handlers may need besides their transaction. */
export interface Services {
  config: Config;
  database: Database;
  files: FileStore | DiskFileStore;
  /** The key that signs links; the same on every node of a database. */
  signingKey: Buffer;
  /** Tells this node that tokens, memberships or locations changed, so that no remembered answer outlives the change. */
  forgetAccess(): void;
}
