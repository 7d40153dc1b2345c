import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface RunOptions {
  readonly timeoutMs: number;
  /** Instead of this process's PATH. */
  readonly searchPath?: string | undefined;
  readonly directory?: string | undefined;
}

/** Runs a program to its end and answers what it printed; throws with its last line when it fails. */
export async function runProgram(argv: readonly [string, ...string[]], options: RunOptions): Promise<string> {
  const [command, ...rest] = argv;
  try {
    const { stdout } = await run(command, rest, {
      timeout: options.timeoutMs,
      maxBuffer: 16 * 1024 * 1024,
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
      ...(options.searchPath === undefined ? {} : { env: { PATH: options.searchPath } }),
    });
    return stdout;
  } catch (error) {
    const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string };
    if (code === 'ENOENT') throw new Error(`${command} is not installed`, { cause: error });
    if (killed === true)
      throw new Error(`${command} took longer than ${options.timeoutMs / 1000} s`, { cause: error });
    throw new Error(`${command}: ${stderr?.trim().split('\n').at(-1) || `exit code ${String(code)}`}`, {
      cause: error,
    });
  }
}
