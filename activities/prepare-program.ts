/** Prepares one of our child programs, in a process that has seen no input: bundles it, has it compiled, marks it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { digestOf, type Mark, type Preparation } from './prepared-program.ts';

const { node, entry, inlined, folder, mark }: Preparation = JSON.parse(process.argv[2] ?? '');

const root = fileURLToPath(new URL('..', import.meta.url));

/** Everything but our modules and the packages to inline is loaded from where it is installed. */
const installed: Plugin = {
  name: 'installed',
  async resolveId(id, importer, { kind }) {
    if (isBuiltin(id)) return { id, external: true };
    const resolved = await this.resolve(id, importer, { skipSelf: true });
    if (!resolved || !isAbsolute(resolved.id)) return resolved;
    const goesIn = !isPackage(id) || inlined.includes(id) || !isOurs(importer);
    if (goesIn && extname(resolved.id) !== '.node') return resolved;
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
    return { code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)) };
  },
};

const bundle = await rolldown({ input: entry, platform: 'node', plugins: [installed, placed] });
const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
const sources = (await bundle.watchFiles).filter((path) => isAbsolute(path)).toSorted();
const { code } = output[0];
const digest = createHash('sha256').update(code).digest('hex').slice(0, 16);
const name = [basename(dirname(entry)), basename(entry, extname(entry)), digest].join('-');
const file = join(folder, `${name}.mjs`);
write(file, code);

const [program, ...options] = node;
// Without a job a program ends at once.
const { status } = spawnSync(program, [...options, file], {
  cwd: folder,
  env: { NODE_COMPILE_CACHE: folder },
  stdio: 'ignore',
});
if (status === 0) write(mark, JSON.stringify({ file, sources, digest: digestOf(sources) } satisfies Mark));

/** Whole or not at all: other workers may read it, and prepare the same. */
function write(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
}
