import { appendFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, inject } from 'vitest';

/**
 * Set-up of each test file of a run with faults. The end of the file's name gives the purpose of the run: `?run=first`, `second` and
 * `after`, without a fault, or `?run=ID` with the fault of that id.
 */

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that the tests' coverage of faults is written to, a line a test. */
    coverage: string;
    /** How often a fault may be reached before its loop counts as endless, by id. */
    hitLimits: Record<string, number>;
  }
}

/** The variables of the instrumented code (Stryker's instrumenter chooses the names). */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

interface Shared {
  __stryker__?: Switchboard;
  /** Faults that a test has noticed: their other tests need not run. */
  noticed?: Set<string>;
  /** The tests that noticed one, each by its file and name. */
  noticing?: Set<string>;
  /** Nothing that follows can be relied on, for the tests share a server and a database that a fault may have left unusable. */
  isSpoilt?: boolean;
  lastRun?: string;
  __vitest_worker__: { filepath: string };
}

const shared = globalThis as unknown as Shared;
const [file, run] = shared.__vitest_worker__.filepath.split('?run=') as [string, string];
const isBaseline = ['first', 'second', 'after'].includes(run);
const switchboard = (shared.__stryker__ ??= {});
if (!shared.noticed) {
  shared.noticed = new Set();
  watch();
}
const { noticed } = shared;
const noticing = (shared.noticing ??= new Set());

// The tests of hundreds of faults fill a database in memory: a new worker begins with an empty one.
if (!isBaseline && run !== shared.lastRun && process.memoryUsage().rss > 2e9) shared.isSpoilt = true;
shared.lastRun = run;
if (shared.isSpoilt) throw new Error('An earlier fault has spoilt this run.');
if (!isBaseline && noticed.has(run)) throw new Error('The fault has been noticed.');

/** Code that is reached outside of a test belongs to all tests of the file. */
const outside = JSON.stringify([run, file, '']);
switchboard.currentTestId = outside;
if (isBaseline) {
  switchboard.mutantCoverage ??= { static: {}, perTest: {} };
} else {
  switchboard.hitCount = 0;
  switchboard.hitLimit = inject('hitLimits')[run] ?? 100_000;
  switchboard.activeMutant = run;
}

beforeEach(({ task, skip, onTestFailed }) => {
  const name = nameOf(task);
  // Only tests that noticed a fault are run again without one.
  const isAsked = run !== 'after' || noticing.has(`${file} ${name}`);
  if (shared.isSpoilt || !isAsked || (!isBaseline && noticed.has(run))) skip();
  onTestFailed(({ task: failed }) => {
    noticed.add(run);
    noticing.add(`${file} ${name}`);
    if (!isBaseline && failed.result?.errors?.some(({ message }) => /timed out/i.test(message))) shared.isSpoilt = true;
  });
  switchboard.currentTestId = JSON.stringify([run, file, name]);
});

afterEach(() => {
  switchboard.currentTestId = outside;
});

afterAll(() => {
  switchboard.activeMutant = undefined;
  const perTest = switchboard.mutantCoverage?.perTest ?? {};
  for (const [test, hits] of Object.entries(perTest)) {
    if (isBaseline && run !== 'after') appendFileSync(inject('coverage'), `${JSON.stringify([...JSON.parse(test), hits])}\n`);
    delete perTest[test];
  }
});

function nameOf(task: { name: string; suite?: { name: string } | undefined }): string {
  const names: string[] = [];
  for (let at: typeof task | undefined = task; at?.name; at = at.suite as typeof task | undefined) names.unshift(at.name);
  return names.join(' ');
}

/** Ends the process if a fault blocks it for a minute: an endless loop that passes no switch. */
function watch(): void {
  const beat = new Int32Array(new SharedArrayBuffer(4));
  setInterval(() => Atomics.add(beat, 0, 1), 1000).unref();
  const code = `
    const { workerData: { beat, pid } } = require('node:worker_threads');
    let last = -1;
    setInterval(() => {
      const now = Atomics.load(beat, 0);
      if (now === last) process.kill(pid, 'SIGKILL');
      last = now;
    }, 60_000);`;
  new Worker(code, { eval: true, workerData: { beat, pid: process.pid } }).unref();
}
