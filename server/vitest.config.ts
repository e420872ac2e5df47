import { configDefaults, defineConfig } from 'vitest/config';

/** The demo always uses its own embedded database, so its tests would do the same again in a run on PostgreSQL. */
const ofTheDemo = ['browser', 'demo', 'samples-node', 'samples-python', 'samples-shell', 'tour'].map(
  (name) => `test/${name}.test.ts`,
);

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: process.env.TEST_DATABASE_URL ? [...configDefaults.exclude, ...ofTheDemo] : configDefaults.exclude,
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
