import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with the tests that were skipped, and a separate line of figures, which continuous integration reads. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter(
      (module) => module.state() === 'failed' && ![...module.children.allTests('failed')].length,
    ).length;
    for (const { module, fullName } of tests.filter((test) => test.result().state === 'skipped'))
      process.stdout.write(`Skipped: ${module.relativeModuleId}, ${fullName}\n`);
    process.stdout.write(`\n${count('passed')} passed, ${count('failed') + broken + errors.length} failed\n`);
  }
}
