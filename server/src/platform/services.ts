import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { DiskFileStore, FileStore } from './files.ts';
import type { MessageChannel, MessageProvider } from './messages.ts';

/** Services for handlers, besides their transaction. */
export interface Services {
  config: Config;
  database: Database;
  files: FileStore | DiskFileStore;
  /** What takes messages to people; nothing in the demo, which shows them. */
  messageProviders: Partial<Record<MessageChannel, MessageProvider>>;
  /** The key that signs links; the same on every node of a database. */
  signingKey: Buffer;
  /** Empties the caches of this node after tokens, memberships or locations changed. */
  forgetAccess(): void;
}
