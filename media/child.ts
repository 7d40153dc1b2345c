/**
 * What the frame and the analyses say to each other about child processes. The implementation is media/sandbox.ts.
 *
 * Every native parser or decoder treats its input as hostile: it runs in a child that dies with its worker, without
 * network, in the private directory of its attempt, under limits of time, memory, output and processes.
 */
import type { Writable } from 'node:stream';

export interface ChildLimits {
  /** Wall clock from spawn to exit. */
  readonly wallMs: number;
  /** Resident memory of all programs together, sampled four times a second; more kills the child with 'memory'. */
  readonly memoryBytes: number;
  /**
   * 'address-space' (the default) also lets the kernel refuse each program more address space than that. 'resident'
   * does not, for programs that reserve much more than they use: Node, CUDA.
   */
  readonly memory?: 'address-space' | 'resident';
  /** Bytes accepted from stdout; more kills the child with limit 'output'. */
  readonly stdoutBytes: number;
  /** Largest file that the child may write (prlimit --fsize). */
  readonly fileBytes: number;
  /** Threads and processes of all programs together (prlimit --nproc where it can be counted, and sampled). */
  readonly processes: number;
  readonly cpuSeconds?: number;
}

/** One program of a pipeline; its stdout feeds the next one's stdin, the last one's stdout goes to the caller. */
export interface ChildCommand {
  /** Absolute path of the program, then its arguments; no shell in between. */
  readonly argv: readonly [string, ...string[]];
  /** Added to an otherwise empty environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ChildSpec {
  /** What the child is, for logs and failures: `ffmpeg decode`, `duckdb profile`. */
  readonly title: string;
  /** One program, or a pipeline of them, in one process group under the worker's watchdog. */
  readonly pipeline: readonly [ChildCommand, ...ChildCommand[]];
  /** Private working directory; the only place the child may write. */
  readonly directory: string;
  /** Files or directories that the child may read besides its program and libraries. */
  readonly readable: readonly string[];
  readonly limits: ChildLimits;
  /** Bytes of the last program's stdout as they come; pausing is by returning a promise. */
  readonly onStdout?: (chunk: Buffer) => void | Promise<void>;
  /** Each complete line of any program's stderr (at most 4 kB a line). */
  readonly onStderrLine?: (line: string) => void;
  /** Fed to the first program's stdin and closed; nothing means /dev/null. */
  readonly stdin?: Uint8Array;
  /** In place of `stdin`, for a child that is talked with: its stdin, to be written to and closed by the caller. */
  readonly onStdin?: (stdin: Writable) => void;
  /** A lock file: taken before the child starts and held by the child itself until its last process is gone. */
  readonly deviceLock?: string;
  /** Its programs begin: what it had to wait for is there. */
  readonly onStarted?: () => void;
}

export type ChildLimit = 'wall' | 'memory' | 'output' | 'file' | 'cpu' | 'processes';

export interface ChildExit {
  /** Of the first program of the pipeline that did not exit with 0, else 0. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Which limit ended it, if one did. */
  readonly limit: ChildLimit | null;
  /** Last 8 kB of stderr, all programs. */
  readonly stderrTail: string;
  readonly wallMs: number;
  /** User plus system time of the whole pipeline, where it could be measured. */
  readonly cpuMs: number | null;
  readonly maxResidentBytes: number | null;
}

/** Runs a child to its end. Rejects with the signal's reason if the attempt was cancelled, superseded or stalled. */
export type RunChild = (spec: ChildSpec) => Promise<ChildExit>;
