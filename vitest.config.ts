/**
 * Three projects, by folder: `browser` (needs Chromium), `stack` (real Postgres and Temporal, one file after another,
 * because two cores do not carry two stacks), `fast` (everything else, in parallel).
 */
import { existsSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

if (Number(process.versions.node.split('.')[0]) < 22) {
  throw new Error('Tests need Node 22.18 or newer: run them as `npm test`, which uses the packaged Node.');
}

const fastFolders = [
  'checker',
  'policy',
  'kinds',
  'config',
  'media',
  'model',
  'simulation',
  'tools',
  'workflows',
];
const testFolders = existsSync('test')
  ? readdirSync('test', { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  : [];
/** Folders without a stack of their own; any other folder below test/ gets the serial project. */
const stackFolders = testFolders.filter((name) => !fastFolders.includes(name) && name !== 'browser');

const browserTests = ['test/browser/**/*.test.ts', 'test/**/*.browser.test.ts'];
const stackTests = [...stackFolders.map((name) => `test/${name}/**/*.test.ts`), 'test/**/*.stack.test.ts'];
const oneAtATime = { pool: 'forks', fileParallelism: false, maxWorkers: 1 } as const;

export default defineConfig({
  test: {
    reporters: ['default', './test/support/summary-reporter.ts'],
    globalSetup: ['./test/support/no-leaks-in-run.ts'],
    teardownTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...browserTests, ...stackTests],
          setupFiles: ['./test/support/no-leaks-in-file.ts'],
          pool: 'forks',
          testTimeout: 20_000,
          hookTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...oneAtATime,
          name: 'stack',
          include: stackTests,
          exclude: browserTests,
          setupFiles: ['./test/support/no-leaks-in-file.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...oneAtATime,
          name: 'browser',
          include: browserTests,
          setupFiles: ['./test/support/no-leaks-in-file.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
