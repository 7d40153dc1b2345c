/**
 * `npm run check`: everything that can be judged without running the product, cheapest first.
 * One line per check with its time; the first that fails prints its findings and ends the run with exit code 1
 * (`-- --keep-going` looks at the others too). `-- --write-docs` first writes what is generated in docs/kinds/.
 */
import { styleText } from 'node:util';
import { docsCommandsExist } from './check/docs-commands.ts';
import { docsLinksLeadSomewhere } from './check/docs-links.ts';
import { kindDocsAgree, writeKindDocs } from './check/kind-docs.ts';
import { dependenciesPinned, scriptsFew } from './check/package-rules.ts';
import { repositoryFiles } from './check/repository-files.ts';
import { filesShort, namesNoMachine } from './check/source-rules.ts';
import { tool, type Findings } from './check/tool.ts';
import { typesImportedAsTypes } from './check/type-imports.ts';

interface Check {
  readonly name: string;
  readonly find: () => Findings | Promise<Findings>;
}

if (process.argv.includes('--write-docs')) writeKindDocs();
const files = repositoryFiles();

const checks: readonly Check[] = [
  { name: 'dependencies are pinned', find: dependenciesPinned },
  { name: 'at most 12 package scripts', find: scriptsFew },
  { name: 'files have at most 250 lines', find: () => filesShort(files) },
  { name: 'no machine path or registry host', find: () => namesNoMachine(files) },
  { name: 'commands in the docs exist', find: () => docsCommandsExist(files) },
  { name: 'links in the docs lead somewhere', find: () => docsLinksLeadSomewhere(files) },
  { name: 'docs/kinds say what the code says', find: kindDocsAgree },
  { name: 'types are imported as types', find: () => typesImportedAsTypes(files) },
  { name: 'format (biome)', find: () => tool('biome', ['format', '.']) },
  { name: 'types (tsc)', find: () => tool('tsc', ['-b', 'tsconfig.json', 'workflows/tsconfig.json']) },
  { name: 'lint (oxlint, type-aware)', find: () => tool('oxlint', ['--type-aware', '--deny-warnings', '.']) },
  {
    name: 'imports go downwards (dependency-cruiser)',
    find: () => tool('depcruise', ['--config', '.dependency-cruiser.mjs', '--', '.']),
  },
  { name: 'no dead code (knip)', find: () => tool('knip', ['--no-progress']) },
  {
    name: 'recorded histories replay (vitest)',
    find: () => tool('vitest', ['run', '--project', 'fast', 'test/workflows/replay.test.ts']),
  },
];

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padStart(8);

const keepGoing = process.argv.includes('--keep-going');
const startedAt = performance.now();
for (const check of checks) {
  const from = performance.now();
  const findings = await check.find();
  const failed = findings.length > 0;
  const mark = failed ? styleText('red', 'FAIL') : styleText('green', ' ok ');
  console.log(`${mark} ${seconds(performance.now() - from)}  ${check.name}`);
  if (failed) {
    console.log(`\n${findings.join('\n')}\n`);
    process.exitCode = 1;
    if (!keepGoing) process.exit();
  }
}
console.log(
  `     ${seconds(performance.now() - startedAt)}  ${process.exitCode === 1 ? 'some checks failed' : `all ${checks.length} checks passed`}`,
);
