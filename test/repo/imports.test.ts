/** The import rules are only worth something if a forbidden import fails: each case writes one and runs the tool. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { typesImportedAsTypes } from '../../tools/check/type-imports.ts';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'import-rules-'));
  symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Names of the rules that the given files break. */
const brokenRules = async (
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> => {
  const root = join(directory, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const args = ['--config', join(repository, '.dependency-cruiser.mjs'), '--output-type', 'err', '--', '.'];
  const command = join(repository, 'node_modules/.bin/depcruise');
  const output = await run(command, args, { cwd: root }).then(
    ({ stdout }) => stdout,
    (error: unknown) => String((error as { stdout?: unknown }).stdout),
  );
  return [...output.matchAll(/error ([\w-]+):/g)].map((match) => match[1] ?? '').toSorted();
};

const target = 'export const answer = 42;\n';
const forbidden: ReadonlyArray<readonly [from: string, to: string, rule: string]> = [
  ['policy/states.ts', 'kinds/video.ts', 'policy-imports-downwards'],
  ['kinds/video.ts', 'ledger/submit.ts', 'kinds-imports-downwards'],
  ['ledger/submit.ts', 'client/submit.ts', 'ledger-imports-downwards'],
  ['client/submit.ts', 'activities/claim.ts', 'client-imports-downwards'],
  ['activities/claim.ts', 'client/submit.ts', 'activities-imports-downwards'],
  ['media/child.ts', 'config/config.ts', 'media-imports-downwards'],
  ['workflows/video.ts', 'client/submit.ts', 'workflows-imports-downwards'],
  ['workers/cpu.ts', 'client/submit.ts', 'workers-imports-downwards'],
  ['cli/main.ts', 'activities/claim.ts', 'cli-imports-downwards'],
  ['outside/load.ts', 'client/submit.ts', 'outside-imports-downwards'],
  ['kinds/video.ts', 'outside/load.ts', 'kinds-imports-downwards'],
  ['conformance/suite.ts', 'cli/main.ts', 'conformance-imports-downwards'],
  ['client/submit.ts', 'test/support/stack.ts', 'client-imports-downwards'],
];

describe('the import rules', () => {
  test.each(forbidden)('%s may not import %s', async (from, to, rule) => {
    const specifier = `../${to}`;
    const broken = await brokenRules(`${from}-${to}`.replaceAll('/', '-'), {
      [from]: `import { answer } from '${specifier}';\nexport const twice = answer * 2;\n`,
      [to]: target,
    });
    expect(broken).toContain(rule);
  });

  test('a workflow may not import a Node module', async () => {
    const files = {
      'workflows/video.ts': "import { readFileSync } from 'node:fs';\nexport const r = readFileSync;\n",
    };
    expect(await brokenRules('node-in-workflow', files)).toEqual(['workflows-use-the-workflow-sdk-only']);
  });

  test('a policy may not import a Node module', async () => {
    const files = { 'policy/ids.ts': "import { join } from 'node:path';\nexport const j = join;\n" };
    expect(await brokenRules('node-in-policy', files)).toEqual(['policy-imports-nothing']);
  });

  test('allowed imports pass, the relay in a worker among them', async () => {
    const files = {
      'workers/control.ts': "import { answer } from '../client/relay.ts';\nexport const a = answer;\n",
      'client/relay.ts': "import { answer } from '../ledger/rows.ts';\nexport { answer };\n",
      'ledger/rows.ts': target,
    };
    expect(await brokenRules('allowed', files)).toEqual([]);
  });
});

describe('imports that may be types only', () => {
  const found = (path: string, text: string) => typesImportedAsTypes([{ path, text: () => text }]);

  test('a workflow that imports a value of an activity is found', () => {
    expect(found('workflows/video.ts', "import { probe } from '../activities/video/probe.ts';")).toHaveLength(
      1,
    );
    expect(found('workflows/video.ts', "import '../activities/video/probe.ts';")).toHaveLength(1);
    expect(found('workflows/video.ts', "export { probe } from '../activities/video/probe.ts';")).toHaveLength(
      1,
    );
    expect(
      found('workflows/video.ts', "import {\n  probe,\n} from '../activities/video/probe.ts';"),
    ).toHaveLength(1);
  });

  test('a type of an activity is not', () => {
    expect(found('workflows/video.ts', "import type { Probe } from '../activities/video/probe.ts';")).toEqual(
      [],
    );
  });
});

describe('cycles', () => {
  const cycles = async (name: string, files: Readonly<Record<string, string>>): Promise<number> => {
    const root = join(directory, name);
    mkdirSync(root);
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
    const args = ['--config', join(repository, '.oxlintrc.json'), '.'];
    const { stdout } = await run(join(repository, 'node_modules/.bin/oxlint'), args, { cwd: root }).catch(
      (error: unknown) => ({ stdout: String((error as { stdout?: unknown }).stdout) }),
    );
    return stdout.split('import(no-cycle)').length - 1;
  };

  test('two modules that import values of each other are found', async () => {
    const files = {
      'a.ts': "import { b } from './b.ts';\nexport const a = (): number => b();\n",
      'b.ts': "import { a } from './a.ts';\nexport const b = (): number => a();\n",
    };
    expect(await cycles('values', files)).toBe(2);
  });

  test('one that takes only a type back is not', async () => {
    const files = {
      'a.ts': "import { b } from './b.ts';\nexport type A = number;\nexport const a = (): number => b;\n",
      'b.ts': "import type { A } from './a.ts';\nexport const b: A = 1;\n",
    };
    expect(await cycles('types', files)).toBe(0);
  });
});
