/**
 * Our child programs, made ready to start: all modules of one in one file, with V8's compiled code for it. Finding and
 * compiling a hundred modules costs a child more than most files do. See docs/decisions/0010.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProgramSource {
  /** Node and its options. */
  readonly node: readonly [string, ...string[]];
  /** Absolute path of the module that is run. */
  readonly entry: string;
  /** Packages that go into the file; others are loaded from where they are installed. */
  readonly inlined: readonly string[];
}

export interface PreparedProgram {
  /** What Node compiled lies here too. */
  readonly folder: string;
  readonly file: string;
}

/** Written last, when all the rest is there. */
export interface Mark {
  readonly file: string;
  /** Itself, everything that went into it, what it loads, and what the installation says of itself. */
  readonly sources: readonly string[];
  readonly digest: string;
}

/** What the process that prepares a program is told. */
export interface Preparation extends ProgramSource {
  readonly folder: string;
  readonly mark: string;
}

const ready = new Map<string, PreparedProgram | null>();
/** For a program to be compiled. */
export const LONGEST_MS = 30_000;

/**
 * The program as it was prepared for the very same sources, by whichever worker; else null, and it is being prepared
 * meanwhile.
 */
export function preparedProgram(folder: string | undefined, source: ProgramSource): PreparedProgram | null {
  if (folder === undefined) return null;
  const key = [folder, process.version, ...source.node, source.entry, ...source.inlined].join('\0');
  if (!ready.has(key)) {
    const preparation = { ...source, folder, mark: join(folder, `${digestOfText(key)}.json`) };
    const known = markedProgram(preparation);
    ready.set(key, known);
    // Without it children only start more slowly.
    if (!known) void prepare(preparation).then(() => ready.set(key, markedProgram(preparation)));
  }
  const prepared = ready.get(key) ?? null;
  if (!prepared || existsSync(prepared.file)) return prepared;
  // What has lain there for long is removed, also under a worker that runs for long: it is made again.
  ready.delete(key);
  return null;
}

function markedProgram({ folder, mark }: Preparation): PreparedProgram | null {
  try {
    const { file, sources, digest } = JSON.parse(readFileSync(mark, 'utf8')) as Mark;
    return digestOf(sources) === digest ? { folder, file } : null;
  } catch {
    return null;
  }
}

/** Of the files' names and contents. Throws where one cannot be read. */
export function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

export function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

const PREPARE = fileURLToPath(new URL(`./prepare-program${extname(import.meta.url)}`, import.meta.url));

/** Resolves when it has ended, however. */
async function prepare(preparation: Preparation): Promise<void> {
  try {
    await mkdir(preparation.folder, { recursive: true, mode: 0o755 });
    const child = spawn(process.execPath, [PREPARE, JSON.stringify(preparation)], {
      cwd: preparation.folder,
      env: {},
      stdio: 'ignore',
      timeout: 2 * LONGEST_MS,
    });
    child.unref();
    await new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => resolve());
    });
  } catch {
    // Of a folder that cannot be made, or a process that cannot be started, nothing comes.
  }
}
