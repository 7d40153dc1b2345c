/** Prepares one of our child programs, in a process that has seen no input: bundles it, has it compiled, marks it. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'rolldown';
import { writeWhole } from '../media/whole-file.ts';
import { digestOf, digestOfText, LONGEST_MS, type Mark, type Preparation } from './prepared-program.ts';

const { node, entry, inlined, folder, mark }: Preparation = JSON.parse(process.argv[2] ?? '');
const root = fileURLToPath(new URL('..', import.meta.url));
const began = Date.now();

/** Files of packages that stay where they are. */
const outside = new Set<string>();

/** Everything but our modules and the packages to inline is loaded from where it is installed. */
const installed: Plugin = {
  name: 'installed',
  async resolveId(id, importer, { kind }) {
    if (isBuiltin(id)) return { id, external: true };
    const resolved = await this.resolve(id, importer, { skipSelf: true });
    if (!resolved || !isAbsolute(resolved.id)) return resolved;
    const native = extname(resolved.id) === '.node';
    if (!native && (!isPackage(id) || inlined.includes(id) || !isOurs(importer))) return resolved;
    outside.add(resolved.id);
    // `require` takes no URL.
    return { id: kind === 'require-call' ? resolved.id : pathToFileURL(resolved.id).href, external: true };
  },
};

const isPackage = (id: string): boolean => !id.startsWith('.') && !isAbsolute(id);

/** Else it is a package that goes in, with whatever it imports in turn. */
function isOurs(module: string | undefined): boolean {
  return (
    module === undefined ||
    (module.startsWith(root) && !module.slice(root.length).startsWith('node_modules/'))
  );
}

/** Modules find what lies beside them. */
const placed: Plugin = {
  name: 'placed',
  transform(code, id) {
    if (!code.includes('import.meta.url') || !isAbsolute(id)) return null;
    return { code: code.replaceAll('import.meta.url', () => JSON.stringify(pathToFileURL(id).href)) };
  },
};

interface Bundled {
  readonly file: string;
  readonly sources: readonly string[];
}

async function bundle(): Promise<Bundled> {
  const { rolldown } = await import('rolldown');
  const made = await rolldown({ input: entry, platform: 'node', plugins: [installed, placed] });
  const { output } = await made.generate({ format: 'esm', codeSplitting: false });
  const { code } = output[0];
  const modules = (await made.watchFiles).filter((path) => isAbsolute(path));
  const name = [basename(dirname(entry)), basename(entry, extname(entry)), digestOfText(code)].join('-');
  const file = join(folder, `${name}.mjs`);
  await writeWhole(file, code);
  return { file, sources: [...modules, ...outside, ...installations()] };
}

/** Where an installation says of itself what lies where: packages may move without any of our files changing. */
function installations(): readonly string[] {
  const found: string[] = [];
  for (let at = dirname(entry); at !== dirname(at); at = dirname(at)) {
    found.push(
      ...INSTALLED_BY.map((name) => join(at, 'node_modules', name)).filter((path) => existsSync(path)),
    );
  }
  return found;
}

const INSTALLED_BY = ['.package-lock.json', '.pnpm/lock.yaml', '.yarn-state.yml'];

/** Where nothing can be bundled (there is no rolldown for this machine), its modules are at least compiled. */
async function prepare(): Promise<void> {
  const { file, sources } = await bundle().catch(
    (): Bundled => ({ file: entry, sources: [entry, ...installations()] }),
  );
  const all = [...new Set([file, ...sources])].toSorted();
  const digest = digestOf(all);
  // Nobody knows which of its states a file was read in that was written meanwhile.
  if (sources.some((path) => statSync(path).ctimeMs >= began)) return;
  const [program, ...options] = node;
  // Without a job a program ends at once.
  const { status } = spawnSync(program, [...options, file], {
    cwd: folder,
    env: { NODE_COMPILE_CACHE: folder },
    stdio: 'ignore',
    timeout: LONGEST_MS,
  });
  if (status === 0) await writeWhole(mark, JSON.stringify({ file, sources: all, digest } satisfies Mark));
}

await prepare();
