import { configDefaults, defineConfig } from 'vitest/config';

/** The demo always uses its own embedded database, so its tests would do the same again in a run on PostgreSQL. */
const ofTheDemo = ['browser', 'demo', 'samples-node', 'samples-python', 'samples-shell', 'tour'].map(
  (name) => `test/${name}.test.ts`,
);

/** The mock has no state and uses no database, so the time its answers take does not depend on one. */
const ofTheMock = ['queries', 'changing', 'creating', 'creating-b2b'].map((name) => `test/cost-mock-${name}.test.ts`);

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: process.env.TEST_DATABASE_URL ? [...configDefaults.exclude, ...ofTheDemo, ...ofTheMock] : configDefaults.exclude,
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
