import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';
import { writeWhole } from '../media/whole-file.ts';
import type { Kinds } from './kinds.ts';
import { logger } from './logging.ts';
import { removeOldCode } from './old-code.ts';
import { workflowEntry } from './workflow-entry.ts';

/**
 * The workflows as one script for Temporal's sandbox, made once for each state of their sources: making it takes
 * seconds of processor time, reading it none. Throws KindModuleError and WorkflowsBroken.
 */
export async function bundleWorkflows(kinds: Kinds, cacheDirectory: string): Promise<{ codePath: string }> {
  const workflowsPath = await workflowEntry(kinds, cacheDirectory);
  const codePath = join(
    cacheDirectory,
    `workflows-${await sourcesHash(kinds, { workflowsPath, cacheDirectory })}.js`,
  );
  if (existsSync(codePath)) return { codePath };
  const code = await bundle(workflowsPath);
  await mkdir(cacheDirectory, { recursive: true });
  await removeOldCode(cacheDirectory);
  // Two workers may start at once: whoever comes last replaces the file by the same one.
  await writeWhole(codePath, code);
  return { codePath };
}

/** What the bundler did interests nobody while it works. */
const quietly = { ...logger, info: (message: string, meta?: object) => logger.debug(message, meta) };

/** Starting the worker again does not mend it: its supervisor is told so. */
class WorkflowsBroken extends Error {
  readonly code = 'WORKFLOWS_BROKEN';
  readonly hint =
    'workflow files import onceflow/workflow, onceflow/kinds and plain code, never Node or activities';
}

async function bundle(workflowsPath: string): Promise<string> {
  try {
    const options = { workflowsPath, logger: quietly, webpackConfigHook: withOwnPackages };
    return (await bundleWorkflowCode(options)).code;
  } catch (cause) {
    throw new WorkflowsBroken(`the workflows cannot be bundled: ${(cause as Error).message}`, { cause });
  }
}

type BundlerConfig = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

/** The entry of kinds from outside is written into the cache, beside no packages: the SDK is found beside this file. */
function withOwnPackages(config: BundlerConfig): BundlerConfig {
  const sdk = createRequire(import.meta.url).resolve('@temporalio/workflow/package.json');
  const packages = dirname(dirname(dirname(sdk)));
  return {
    ...config,
    resolve: { ...config.resolve, modules: [...(config.resolve?.modules ?? []), packages] },
  };
}

/** Everything that workflow code may import: its own floor, kinds, policy, the packages of kinds from outside, the SDK. */
async function sourcesHash(
  kinds: Kinds,
  { workflowsPath, cacheDirectory }: { readonly workflowsPath: string; readonly cacheDirectory: string },
): Promise<string> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const hash = createHash('sha256').update(workflowsPath).update(sdkVersion());
  for (const floor of ['workflows', 'kinds', 'policy']) await addCode(hash, join(root, floor));
  await addCode(hash, dirname(kinds.workflowsPath));
  const packages = (kinds.outside ?? []).map((kind) => packageOf(kind.workflowsPath));
  // A data directory inside the package is no code of it, and changes all the time.
  const dataDirectory = dirname(cacheDirectory);
  for (const folder of new Set(packages)) await addCode(hash, folder, dataDirectory);
  return hash.digest('hex').slice(0, 16);
}

/** Code of the folder and, by the lock file beside it, of what it has installed. */
async function addCode(hash: Hash, folder: string, without?: string): Promise<void> {
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort(byName)) {
    const path = join(folder, entry.name);
    if (path === without) continue;
    if (entry.name === 'node_modules') {
      hash.update(await readFile(join(path, '.package-lock.json')).catch(() => ''));
    } else if (entry.isDirectory() && !entry.name.startsWith('.')) {
      await addCode(hash, path, without);
    } else if (entry.isFile() && /\.([cm]?[jt]s|json)$/.test(entry.name)) {
      hash.update(entry.name).update(await readFile(path));
    }
  }
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}

/** The folder of the nearest package.json; of a file in no package its own folder. */
function packageOf(path: string): string {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return dirname(path);
  }
}

function sdkVersion(): string {
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as {
    version: string;
  };
  return version;
}
