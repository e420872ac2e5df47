import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BaseSequencer, createVitest, type TestModule, type Vitest } from 'vitest/node';
import type { Mutant } from './instrument.ts';

/** A test, by its file and its whole name. */
export interface Test {
  file: string;
  name: string;
}

/** How a fault ended: noticed by a test or by its time running out, or not at all. */
export type Outcome = { status: 'killed'; by: string } | { status: 'timeout'; by: string } | { status: 'survived' };

/** The results of the tests without a fault. */
export interface Baseline {
  /** Tests that pass, twice, with their milliseconds; in the order of their files. */
  tests: (Test & { milliseconds: number })[];
  /** Tests that fail without a fault, and are left out. */
  unreliable: string[];
  /** Tests that reach a fault in every run, by its id. An empty name stands for all tests of the file. */
  reached: Map<string, Test[]>;
  /** Faults that the same test reaches once and never again: code of modules, and code with a cached result. */
  once: Set<string>;
  /** How often a fault is reached in all, by its id. */
  hits: Map<string, number>;
}

/** In the order in which they are given. */
class AsGiven extends BaseSequencer {
  override async sort<Files>(files: Files): Promise<Files> {
    return files;
  }
}

/** The time limit of a test without a fault in milliseconds, on a machine that has other work too. */
const patience = 600_000;

/** Tests with their own timeout use that of the run, like all others. */
const withoutTimeouts = (code: string, id: string) =>
  id.includes('.test.ts') ? code.replace(/\{\s*timeout: [\d_]+,?\s*\}(?=, (async )?\()/g, '{}') : undefined;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The tests of some files, run by Vitest in this process's order in one worker, with faults switched on and off between files. */
export class Tests {
  readonly #vitest: Vitest;
  readonly #files: string[];
  readonly #coverage: string;
  readonly #directory: string;

  private constructor(vitest: Vitest, files: string[], directory: string) {
    this.#vitest = vitest;
    this.#files = files;
    this.#directory = directory;
    this.#coverage = join(directory, 'coverage.jsonl');
    vitest.provide('coverage', this.#coverage);
    vitest.provide('hitLimits', {});
  }

  /** @param code the code that Vitest loads instead of files, by their paths */
  static async open(files: string[], code: Map<string, string>): Promise<Tests> {
    const vitest = await createVitest(
      'test',
      {
        config: false,
        root: join(import.meta.dirname, '..'),
        watch: false,
        include: files,
        globalSetup: ['mutants/global-setup.ts'],
        setupFiles: ['mutants/worker.ts', 'test/each-file.ts'],
        reporters: [{}],
        pool: 'forks',
        isolate: false,
        maxWorkers: 1,
        testTimeout: patience,
        hookTimeout: patience,
        sequence: { sequencer: AsGiven },
      },
      { plugins: [{ name: 'faults', enforce: 'pre', load: (id) => code.get(id), transform: withoutTimeouts }] },
    );
    return new Tests(vitest, files, mkdtempSync(join(tmpdir(), 'foyer-mutants-')));
  }

  async close(): Promise<void> {
    await this.#vitest.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** @param runs files, each with the purpose of its run and its relevant tests */
  async #run(runs: { file: string; run: string; tests?: string[] }[]): Promise<readonly TestModule[]> {
    const project = this.#vitest.getRootProject();
    const specifications = runs.map(({ file, run, tests }) =>
      project.createSpecification(
        `${file}?run=${run}`,
        tests ? { testNamePattern: new RegExp(`^(${tests.map(escaped).join('|')})$`) } : undefined,
      ),
    );
    this.#vitest.state.filesMap.clear();
    const { testModules } = await this.#vitest.runTestSpecifications(specifications);
    const place = new Map(specifications.map(({ moduleId }, index) => [moduleId, index]));
    return testModules.toSorted((one, other) => (place.get(one.moduleId) ?? 0) - (place.get(other.moduleId) ?? 0));
  }

  /** Runs everything twice without a fault. */
  async baseline(): Promise<Baseline> {
    const modules = await this.#run(['first', 'second'].flatMap((run) => this.#files.map((file) => ({ file, run }))));
    const passed = new Map<string, Test & { milliseconds: number }>();
    const failed = new Set<string>();
    for (const module of modules) {
      const file = fileOf(module);
      for (const { message } of module.errors()) failed.add(`${file}: ${message}`);
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        const name = nameOf(test.fullName);
        const key = `${file} ${name}`;
        if (state === 'failed') failed.add(key);
        if (state === 'passed') passed.set(key, { file, name, milliseconds: test.diagnostic()?.duration ?? 0 });
      }
    }
    const reliable = new Map([...passed].filter(([key]) => !failed.has(key)));
    const files = new Set([...reliable.values()].map(({ file }) => file));
    const isReliable = ({ file, name }: Test) => (name ? reliable.has(`${file} ${name}`) : files.has(file));
    if (!reliable.size) throw new Error(`No test passes without a fault:\n${[...failed].join('\n')}`);
    return { tests: [...reliable.values()], unreliable: [...failed], ...this.#readCoverage(isReliable) };
  }

  #readCoverage(isReliable: (test: Test) => boolean): Pick<Baseline, 'reached' | 'once' | 'hits'> {
    const counts = new Map<string, number>();
    const first = new Map<string, Test[]>();
    const second = new Map<string, Test[]>();
    for (const line of readFileSync(this.#coverage, 'utf8').trim().split('\n')) {
      const [run, file, name, hits] = JSON.parse(line) as [string, string, string, Record<string, number>];
      const byId = run === 'first' ? first : second;
      for (const [id, count] of Object.entries(hits)) {
        byId.set(id, [...(byId.get(id) ?? []), { file, name }]);
        counts.set(id, (counts.get(id) ?? 0) + count);
      }
    }
    const again = (id: string, test: Test) => second.get(id)?.some(({ file, name }) => file === test.file && name === test.name);
    const once = [...first].filter(([id, tests]) => tests.some((test) => !again(id, test))).map(([id]) => id);
    const reached = [...second].map(([id, tests]) => [id, tests.filter(isReliable)] as const);
    return { reached: new Map(reached.filter(([, tests]) => tests.length)), once: new Set(once), hits: counts };
  }

  /**
   * Switches on one fault after the other while one worker runs the tests that reach it. A worker that a fault has ended or spoilt is
   * replaced by a new one.
   */
  async whileRunning(mutants: Mutant[], baseline: Baseline, seen: (mutant: Mutant, outcome: Outcome) => void): Promise<void> {
    this.#limit(baseline);
    const after = this.#files.map((file) => ({ file, run: 'after' }));
    let rest = mutants;
    while (rest.length) {
      const modules = await this.#run([...rest.flatMap((mutant) => runsOf(mutant, baseline)), ...after]);
      const done = judged(rest, modules);
      const harmed = lastingHarm(modules, baseline);
      for (const [mutant, outcome] of done) {
        const isDoubtful = outcome.status === 'killed' && harmed.has(outcome.by);
        seen(mutant, isDoubtful ? await this.#alone(mutant, baseline) : outcome);
      }
      rest = rest.filter((mutant) => !done.has(mutant));
    }
  }

  /** Runs the tests that reach a fault in a separate worker. */
  async #alone(mutant: Mutant, baseline: Baseline): Promise<Outcome> {
    const modules = await this.#run(runsOf(mutant, baseline));
    return judged([mutant], modules).get(mutant) ?? ended;
  }

  /** Switches on a fault before a new worker loads the first module, and runs all tests, first those with the same name. */
  async fromTheStart(mutant: Mutant, baseline: Baseline): Promise<Outcome> {
    this.#limit(baseline);
    const own = mutant.file.replace(/\.ts$/, '.test.ts');
    const files = [...new Set(baseline.tests.map(({ file }) => file))].sort(
      (one, other) => Number(other.endsWith(own)) - Number(one.endsWith(own)),
    );
    const modules = await this.#run(files.map((file) => ({ file, run: mutant.id, tests: namesIn(baseline.tests, file) })));
    return judged([mutant], modules).get(mutant) ?? ended;
  }

  /** A fault that waits or loops for ever is detected before the timeout of the tests. */
  #limit({ tests, hits }: Baseline): void {
    const { config } = this.#vitest.getRootProject();
    config.testTimeout = config.hookTimeout = Math.max(60_000, 10 * Math.max(...tests.map(({ milliseconds }) => milliseconds)));
    this.#vitest.provide('hitLimits', Object.fromEntries([...hits].map(([id, count]) => [id, 10_000 + 100 * count])));
  }
}

const ended: Outcome = { status: 'timeout', by: 'the worker ended' };

const namesIn = (tests: Test[], file: string) => tests.filter((test) => test.file === file).map(({ name }) => name);

/** The files with tests that reach a fault, the fastest first. */
function runsOf(mutant: Mutant, { tests, reached }: Baseline): { file: string; run: string; tests: string[] }[] {
  const reaching = reached.get(mutant.id) ?? [];
  const chosen = tests.filter(({ file, name }) =>
    reaching.some((test) => test.file === file && (test.name === name || test.name === '')),
  );
  const time = (file: string) => chosen.reduce((sum, test) => sum + (test.file === file ? test.milliseconds : 0), 0);
  return [...new Set(chosen.map(({ file }) => file))]
    .sort((one, other) => time(one) - time(other))
    .map((file) => ({ file, run: mutant.id, tests: namesIn(chosen, file) }));
}

/** The results of a run's faults, as far as they are reliable. */
function judged(mutants: Mutant[], modules: readonly TestModule[]): Map<Mutant, Outcome> {
  const outcomes = new Map<Mutant, Outcome>();
  for (const mutant of mutants) {
    const own = modules.filter((module) => module.moduleId.endsWith(`?run=${mutant.id}`));
    const failed = own.find((module) => module.state() === 'failed');
    const [test] = failed ? failed.children.allTests('failed') : [];
    const errors = test ? (test.result().errors ?? []) : (failed?.errors() ?? []);
    const by = failed ? `${fileOf(failed)} ${nameOf(test?.fullName ?? '')}` : '';
    const isSpoilt = errors.some(({ message }) => message.includes('An earlier fault has spoilt this run.'));
    if (isSpoilt) return outcomes;
    const isSlow = errors.some(({ message }) => /timed out/i.test(message));
    if (failed) outcomes.set(mutant, { status: isSlow ? 'timeout' : 'killed', by });
    else if (own.every((module) => module.state() === 'passed' || module.state() === 'skipped'))
      outcomes.set(mutant, { status: 'survived' });
    // The worker ended during this one.
    else outcomes.set(mutant, ended);
    if (outcomes.get(mutant)?.status === 'timeout') return outcomes;
  }
  return outcomes;
}

/** Tests that no longer pass without a fault at the end of a run: one of its faults has left something behind. */
function lastingHarm(modules: readonly TestModule[], { tests }: Baseline): Set<string> {
  const own = modules.filter((module) => module.moduleId.endsWith('?run=after'));
  const isSpoilt = own.some((module) => module.errors().length > 0);
  const failed = own.flatMap((module) =>
    [...module.children.allTests('failed')].map((test) => `${fileOf(module)} ${nameOf(test.fullName)}`),
  );
  return new Set(isSpoilt ? [] : failed.filter((test) => tests.some(({ file, name }) => test === `${file} ${name}`)));
}

const fileOf = (module: TestModule) => module.moduleId.replace(/\?run=.*/, '');

/** Vitest shows a test below its suites with `>` between; the filter of names has a space there. */
const nameOf = (fullName: string) => fullName.replaceAll(' > ', ' ');
