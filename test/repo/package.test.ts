/** What `npm pack` makes is installed in an empty project and used there, as a service would. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const npm = (args: readonly string[], cwd: string) =>
  run('npm', [...args], { cwd, maxBuffer: 64 * 1024 * 1024 });
const packed = z
  .array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }))
  .length(1);

let project = '';
let shipped: readonly string[] = [];

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
};

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'onceflow-package-'));
  const { stdout } = await npm(['pack', '--json', '--pack-destination', project], repository);
  // The build that packing starts may speak before the JSON does.
  const [tarball] = packed.parse(JSON.parse(stdout.slice(stdout.search(/^\[$/m))));
  shipped = tarball?.files.map((file) => file.path) ?? [];
  write('package.json', JSON.stringify({ name: 'a-service', private: true, type: 'module' }));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--omit=optional'];
  await npm(['install', ...options, join(project, tarball?.filename ?? '')], project);
}, 400_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

test('the package holds the built product and nothing else', () => {
  const folders = new Set(shipped.map((path) => path.split('/')[0]));
  expect([...folders].toSorted()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'bin',
    'dist',
    'package.json',
  ]);
  expect(
    shipped.filter((path) => path.startsWith('dist/ledger/migrations/') && path.endsWith('.sql')),
  ).not.toEqual([]);
  expect(shipped.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([]);
});

test('a service imports the client and gets a typed error when nothing runs', async () => {
  write(
    'service.mjs',
    `import { connect, OnceflowError } from 'onceflow/client';
    try {
      const onceflow = await connect({ databaseUrl: 'postgresql://nobody@127.0.0.1:9/none' });
      await onceflow.get('video', 'trailer');
    } catch (error) {
      console.log(error instanceof OnceflowError, error.code);
    }`,
  );
  const { stdout } = await run(process.execPath, ['service.mjs'], { cwd: project });
  expect(stdout.trim()).toBe('true LEDGER_UNREACHABLE');
});

test('a TypeScript file compiles against its declarations', async () => {
  write(
    'service.ts',
    `import { connect } from 'onceflow/client';
    const onceflow = await connect({ databaseUrl: 'postgresql://localhost/onceflow' });
    const answer = await onceflow.submit('video', 'trailer');
    const outcome: 'started' | 'running' | 'completed' = answer.outcome;
    console.log(outcome);
    // @ts-expect-error A misspelt option is an error: the declarations are there and are not \`any\`.
    await onceflow.submit('video', 'trailer', { onDuplicat: 'return' });`,
  );
  expect(await compile('service.ts')).toEqual([]);
});

/** What the compiler finds wrong in these files or in our declarations. */
async function compile(...include: readonly string[]): Promise<readonly string[]> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2023',
    allowImportingTsExtensions: true,
    skipLibCheck: false,
    types: [],
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, include }));
  const tsc = join(repository, 'node_modules/.bin/tsc');
  const output = await run(tsc, ['-p', '.'], { cwd: project }).then(
    ({ stdout }) => stdout,
    (error: unknown) => String((error as { stdout?: unknown }).stdout),
  );
  // The declarations of the Temporal SDK have errors of their own that we cannot mend; ours must have none.
  const ours = new RegExp(`^(${include.join('|')}|node_modules/onceflow/)`);
  return output.split('\n').filter((line) => ours.test(line));
}

const KIND = `import { digestStep, defineAnalysis, type KindModule } from 'onceflow/kinds';
    import { type StepImplementation, StepFailure } from 'onceflow/activities';
    import { envelopeShape, z } from 'onceflow/results';
    const step = { queue: 'cpu', version: 1, timeoutMs: 1000, stallMs: 1000, readsInput: true, remembered: true } as const;
    export const definition = defineAnalysis({
      kind: 'word-count', policy: 'allow-rerun', version: 1, title: 'Words', resultStep: 'word-count.result',
      resultSchema: 'analysis.word-count/1', longRunningMs: 1000,
      steps: [digestStep('word-count'), { ...step, name: 'word-count.result', summary: 'counts words' }],
    });
    const result: StepImplementation<{ least: number }, { words: number }> = async (context, { least }) => {
      if (context.input.bytes < least) {
        throw new StepFailure({ code: 'TOO_SHORT', message: 'It is short.', hint: 'Write more.', retry: 'never' });
      }
      return { value: { words: 1 }, document: { words: 1 } };
    };`;

test('a kind of a service of its own compiles against its declarations, and loads', async () => {
  write(
    'kind.ts',
    `${KIND}
    export default {
      definition,
      implementations: { 'word-count.result': result },
      workflowsPath: new URL('workflows.ts', import.meta.url).href,
      result: z.strictObject({ ...envelopeShape, words: z.number() }),
    } satisfies KindModule;`,
  );
  write(
    'workflows.ts',
    `import { analyse, inFlight, markOutput, orFailure, type Outcome, type RunInput } from 'onceflow/workflow';
    import { definition } from './kind.ts';
    export function wordCount(input?: RunInput): Promise<Outcome> {
      return analyse(definition, input, async (run) => {
        const digest = await run.digest();
        const bytes: number = digest.value.bytes;
        return run.step('word-count.result', { least: bytes });
      });
    }
    export const parts = { inFlight, markOutput, orFailure };`,
  );
  write(
    'conforms.ts',
    `import { conformance } from 'onceflow/conformance';
    import { up } from 'onceflow/embedded';
    const suite = conformance({ modules: ['./kind.ts'], samples: [] });
    const titles: readonly string[] = suite.cases.map((one) => one.title);
    export { titles, up };`,
  );
  expect(await compile('kind.ts', 'workflows.ts', 'conforms.ts')).toEqual([]);
  write(
    'load.mjs',
    `const parts = await Promise.all(['kinds', 'results', 'workflow', 'activities', 'embedded', 'conformance']
    .map((part) => import('onceflow/' + part)));
    console.log(parts.every((part) => Object.keys(part).length > 0));`,
  );
  const { stdout } = await run(process.execPath, ['load.mjs'], { cwd: project });
  expect(stdout.trim()).toBe('true');
});

test('a kind that cannot be loaded is said by the command in one sentence', async () => {
  const asked = run('npx', ['--no-install', 'onceflow', 'list', '--kinds', './none.js'], { cwd: project });
  const { code, stderr } = await asked.then(
    ({ stderr: text }) => ({ code: 0, stderr: text }),
    (error: unknown) => error as { readonly code: number; readonly stderr: string },
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/^onceflow: KIND_MODULE_NOT_FOUND: there is no kind module .*none\.js$/m);
});

test('the installed command answers --help', async () => {
  const { stdout } = await run('npx', ['--no-install', 'onceflow', '--help'], { cwd: project });
  expect(stdout).toContain('analyze');
});
