/**
 * Compiled code of our child programs: 30 modules of TypeScript cost a child 150 ms of processor time each time it
 * starts. It is written by a child without a job, which has seen no hostile input, and only read by those that do.
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

const ready = new Map<string, boolean>();
const LONGEST_MS = 60_000;

/** The folder, once it holds the code of this command; else null, and it is being made meanwhile. */
export function compiledCode(
  folder: string | undefined,
  command: readonly [string, ...string[]],
): string | null {
  if (folder === undefined) return null;
  const key = [folder, ...command].join('\0');
  const known = ready.get(key);
  if (known === undefined) {
    ready.set(key, false);
    // Without it children only start more slowly.
    void compile(folder, command).then((done) => ready.set(key, done));
  }
  return known === true ? folder : null;
}

async function compile(folder: string, [program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
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
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
