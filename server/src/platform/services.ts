import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { DiskFileStore, FileStore } from './files.ts';

/** Services for handlers, besides their transaction. */
export interface Services {
  config: Config;
  database: Database;
  files: FileStore | DiskFileStore;
  /** The key that signs links; the same on every node of a database. */
  signingKey: Buffer;
  /** Empties the caches of this node after tokens, memberships or locations changed. */
  forgetAccess(): void;
}
