import { configDefaults, defineConfig } from 'vitest/config';

/** What a run on PostgreSQL leaves out, because it would only do the same again. */
const leftOutOnPostgres = [
  // They start the demo or commands, which use an embedded database of their own.
  ...[
    'browser',
    'demo',
    'demo-accounts',
    'samples-node',
    'samples-python',
    'samples-shell',
    'tour',
    'command-refusals',
    'command-settings',
    'first-business',
  ],
  // Pages ask the same operations that other tests ask on PostgreSQL.
  ...['booking-browser', 'partner-browser', 'prepayment-browser', 'reference-browser', 'webhook-log-browser'],
  // The mock and the documents use no database. The recipe for an operation is one of the documents.
  ...['mock', 'cost-bodies', 'cost-mock-queries', 'cost-mock-changing', 'cost-mock-creating', 'cost-mock-creating-b2b'],
  ...['declared-fields', 'mutants', 'openapi', 'recipe', 'structure'],
].map((name) => `test/${name}.test.ts`);

/** Tests of the embedded database itself. */
const ofEmbedded = ['platform/embedded', 'platform/embedded-statements', 'platform/template', 'demo/snapshot'].map(
  (name) => `src/${name}.test.ts`,
);

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: process.env.TEST_DATABASE_URL
      ? [...configDefaults.exclude, ...leftOutOnPostgres, ...ofEmbedded]
      : configDefaults.exclude,
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/each-file.ts'],
    reporters: ['default', './test/count-reporter.ts'],
    pool: 'forks',
    // The files of a worker share its modules, its database and its server: loading and starting them takes longer than many a test.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
