/** Loads kinds from outside by the names of their modules. Every process does it for itself, before it connects. */
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkKindModule } from './check.ts';
import { broken, KindModuleError } from './errors.ts';
import type { KindModule } from './kind-module.ts';

export interface LoadSettings {
  /** Names of kinds that there are already. */
  readonly taken: readonly string[];
  /** Where relative paths and packages are looked for. Default: the working directory. */
  readonly directory?: string;
}

/** In the order of the names. Throws KindModuleError. */
export async function loadKinds(
  names: readonly string[],
  { taken, directory = process.cwd() }: LoadSettings,
): Promise<readonly KindModule[]> {
  const loaded: KindModule[] = [];
  const known = new Set(taken);
  for (const name of new Set(names)) {
    for (const kind of await loadModule(name, directory)) {
      if (known.has(kind.definition.kind)) throw kindTaken(name, kind.definition.kind);
      known.add(kind.definition.kind);
      loaded.push(kind);
    }
  }
  return loaded;
}

async function loadModule(name: string, directory: string): Promise<readonly KindModule[]> {
  const url = pathToFileURL(locate(name, directory)).href;
  let exported: unknown;
  try {
    exported = ((await import(url)) as { default?: unknown }).default;
  } catch (cause) {
    throw broken(name, `it does not load: ${sentenceOf(cause)}`, cause);
  }
  const kinds = Array.isArray(exported) ? (exported as readonly unknown[]) : [exported];
  if (exported === undefined || kinds.length === 0) throw broken(name, 'it has no default export');
  return kinds.map((kind) => checkKindModule(name, kind));
}

/** Throws KIND_MODULE_NOT_FOUND. */
function locate(name: string, directory: string): string {
  const isPath = isAbsolute(name) || /^\.{1,2}(\/|$)/.test(name);
  const asked = isPath ? resolve(directory, name) : name;
  try {
    return createRequire(join(directory, 'package.json')).resolve(asked);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
      throw broken(name, 'the exports of its package have no "default" condition for this name', cause);
    }
    throw new KindModuleError({
      code: 'KIND_MODULE_NOT_FOUND',
      module: name,
      message: isPath ? `there is no kind module ${name}` : `no package ${name} is installed here`,
      hint: isPath
        ? 'a relative path starts at the working directory'
        : 'install it, or write a path to a file as ./kinds.js',
      cause,
    });
  }
}

function kindTaken(module: string, kind: string): KindModuleError {
  return new KindModuleError({
    code: 'KIND_TAKEN',
    module,
    message: `the kind module ${module} brings the kind ${kind}, which there is already`,
    hint: 'rename one of them, or name the module once',
  });
}

/** Without the list of importers that Node puts behind it. */
function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
