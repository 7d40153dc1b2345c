import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Product } from './product.ts';

/** What a further process is to do with its own client: caller.ts does it. */
export type CallerJob =
  | {
      readonly do: 'submit';
      /** All at once. */
      readonly times: number;
      readonly kind: 'video' | 'profiling';
      readonly resourceId: string;
      readonly source: string;
    }
  | {
      /** Submit, then read it through another client, `times` over, in some lanes at once. */
      readonly do: 'read-own';
      readonly times: number;
      readonly lanes: number;
      readonly kind: 'video' | 'profiling';
      readonly source: string;
    };

export interface Caller {
  readonly pid: number;
  /** Connected, and waiting for `go`. */
  readonly ready: Promise<void>;
  go(): void;
  kill(signal: NodeJS.Signals): void;
  /** Of a caller that was killed: what it had said until then. */
  readonly answers: Promise<readonly Record<string, unknown>[]>;
}

export function startCaller(product: Product, job: CallerJob, env: Record<string, string> = {}): Caller {
  const program = fileURLToPath(new URL('caller.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(job)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...product.env, ONCEFLOW_ROLE: 'operator', ...env },
  });
  const answers: Record<string, unknown>[] = [];
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === '"ready"') isReady();
    else answers.push(JSON.parse(line) as Record<string, unknown>);
  });
  return {
    pid: child.pid ?? 0,
    ready,
    go: () => void child.stdin.write('go\n'),
    kill: (signal) => void child.kill(signal),
    answers: new Promise((resolve) => child.once('close', () => resolve(answers))),
  };
}

/** Several processes that do the same at the same moment; their answers together. */
export async function callAtOnce(
  product: Product,
  processes: number,
  job: CallerJob,
): Promise<readonly Record<string, unknown>[]> {
  const callers = Array.from({ length: processes }, () => startCaller(product, job));
  await Promise.all(callers.map((caller) => caller.ready));
  for (const caller of callers) caller.go();
  return (await Promise.all(callers.map((caller) => caller.answers))).flat();
}

const clock = new URL('skewed-clock.ts', import.meta.url).href;

/** The environment of a process whose clock is wrong by so much. */
export const clockAhead = (offsetMs: number): Record<string, string> => ({
  NODE_OPTIONS: `--import ${clock}`,
  TEST_CLOCK_OFFSET_MS: String(offsetMs),
});
