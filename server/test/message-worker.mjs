// A process that tells clients and users what is due, as a server does, until it is killed. It says when it is ready.
import { readConfig } from '../dist/platform/config.js';
import { openPostgres } from '../dist/platform/database.js';
import { JobRunner } from '../dist/platform/jobs.js';
import { messageProviders } from '../dist/platform/messages.js';
import { beginAlone } from '../dist/surfaces/changes.js';
import { messageJobs } from '../dist/surfaces/jobs.js';

const config = readConfig('serve');
const { db } = await openPostgres(config.databaseUrl, 4);
const post = {
  db,
  transact: beginAlone(db),
  providers: messageProviders(config),
  isShown: false,
  signingKey: Buffer.alloc(32),
  publicUrl: '',
  now: () => new Date(),
};
// When the clock jumps, leases end before their jobs: a warning, and no fault.
const log = { warn: () => {}, error: console.error };
new JobRunner({ database: { db }, handlers: messageJobs(post), log, pollInterval: 20 }).start();
process.send('ready');
