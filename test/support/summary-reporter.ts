/**
 * Prints `N passed, N failed` alone on the very last line, for whoever reads the end of the output only.
 * It is written when the process exits, so that a failing teardown is counted too.
 */
import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const countTests = (modules: readonly TestModule[]): Counts => {
  let passed = 0;
  let failed = 0;
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failedHere += 1;
    }
    // A file whose import or hook failed may hold no failed test: it still counts as one.
    failed += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere;
  }
  return { passed, failed };
};

export default class SummaryReporter implements Reporter {
  #counts: Counts | undefined;

  constructor() {
    process.on('exit', (exitCode) => {
      const counts = this.#counts ?? { passed: 0, failed: 0 };
      const failed = exitCode !== 0 && counts.failed === 0 ? 1 : counts.failed;
      writeSync(1, `\n${counts.passed} passed, ${failed} failed\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = countTests(modules);
    this.#counts = { ...counts, failed: counts.failed + unhandledErrors.length };
  }
}
