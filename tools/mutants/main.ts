/**
 * `npm run test:mutants [-- NAME ...]`: plants one fault after another in a copy of the source and runs the tests that
 * must catch it. Prints the checks that did; exit code 1 if a fault survives. A NAME picks those whose name holds it.
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant, mutants } from './mutants.ts';
import { makeScratchCopy, type ScratchCopy } from './scratch-copy.ts';

interface VitestReport {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** What failed, by name; empty: nothing. */
async function failedChecks(copy: ScratchCopy, tests: readonly string[]): Promise<readonly string[]> {
  const output = join(copy.directory, 'mutant-report.json');
  rmSync(output, { force: true });
  const vitest = join(copy.directory, 'node_modules/vitest/vitest.mjs');
  const options = ['--bail=1', '--reporter=json', `--outputFile=${output}`];
  const child = spawn(process.execPath, [vitest, 'run', ...tests, ...options], {
    cwd: copy.directory,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  const report = JSON.parse(readFileSync(output, 'utf8')) as VitestReport;
  if (report.numTotalTests === 0) throw new Error(`no test in ${tests.join(', ')}`);
  const failed = report.testResults.flatMap((file) =>
    file.assertionResults.filter((test) => test.status === 'failed'),
  );
  if (failed.length > 0)
    return failed.map(({ fullName, failureMessages }) => `${fullName}${rulesIn(failureMessages)}`);
  const files = report.testResults.filter((file) => file.status === 'failed').map((file) => file.message);
  return code === 0 ? [] : [`no test ran: ${files[0]?.split('\n')[0] ?? `exit code ${code}`}`];
}

/** The history checker's tests name the rule that was broken. */
function rulesIn(messages: readonly string[]): string {
  const rules = new Set(
    messages.flatMap((text) => [...text.matchAll(/broken: ([^:\n"]+)/g)].map((found) => found[1])),
  );
  return rules.size === 0 ? '' : ` [${[...rules].join('; ')}]`;
}

async function judge(copy: ScratchCopy, mutant: Mutant): Promise<boolean> {
  const startedAt = performance.now();
  copy.apply(mutant.edits);
  try {
    const checks = await failedChecks(copy, mutant.tests);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    console.log(`${checks.length > 0 ? 'caught  ' : 'SURVIVED'} ${mutant.name} (${seconds} s)`);
    for (const check of checks) console.log(`           by: ${check}`);
    return checks.length > 0;
  } finally {
    copy.restore();
  }
}

const wanted = process.argv.slice(2);
const chosen = mutants.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
const copy = makeScratchCopy();
try {
  const sound = await failedChecks(copy, [...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (sound.length > 0) throw new Error(`the source fails as it is: ${sound.join(', ')}`);
  let caught = 0;
  for (const mutant of chosen) if (await judge(copy, mutant)) caught += 1;
  console.log(`${caught} of ${chosen.length} caught`);
  process.exitCode = caught === chosen.length ? 0 : 1;
} finally {
  copy.remove();
}
