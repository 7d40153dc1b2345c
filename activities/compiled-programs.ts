/**
 * Compiled code of our child programs: 30 modules of TypeScript cost a child 150 ms of processor time each time it
 * starts. It is written by a child without a job, which has seen no hostile input, and only read by those that do.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ready = new Map<string, boolean>();
const LONGEST_MS = 60_000;

/**
 * The folder, once it holds the code of this command; else null, and it is being made meanwhile. What an earlier worker
 * left is used at once, and made new where the sources have changed since.
 */
export function compiledCode(
  folder: string | undefined,
  command: readonly [string, ...string[]],
): string | null {
  if (folder === undefined) return null;
  const key = [folder, ...command].join('\0');
  if (!ready.has(key)) {
    const mark = join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.compiled`);
    ready.set(key, existsSync(mark));
    // Without it children only start more slowly.
    void compile(folder, command, mark).then((done) => ready.set(key, done));
  }
  return ready.get(key) === true ? folder : null;
}

async function compile(
  folder: string,
  [program, ...args]: readonly [string, ...string[]],
  mark: string,
): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
  } catch {
    return false;
  }
  const child = spawn(program, args, {
    cwd: folder,
    env: { NODE_COMPILE_CACHE: folder },
    stdio: 'ignore',
    timeout: LONGEST_MS,
  });
  child.unref();
  const done = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
  if (done) await writeFile(mark, '').catch(() => {});
  return done;
}
