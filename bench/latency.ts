/**
 * From the submit to the first step, against a bare start to its first activity: one at a time on a server with nothing
 * else to do, and with many in flight. The bare activity is done by another process than its workflow, as every step
 * is; beside it stands what it takes where one process does both and the server hands the activity to it at once.
 */
import { atMost, quantile, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { analyseOnce } from './overhead.ts';
import { type BenchStack, startBench } from './stack.ts';

const TIMES = 200;
const GOAL = 1.3;
/** Calls between two turns: what the machine does meanwhile meets all sides alike. */
const TURN = 20;
const loads = { 'one at a time': 1, '16 in flight': 16 } as const;

interface Taken {
  readonly submit: number[];
  readonly bare: number[];
  readonly bareOneProcess: number[];
}

export async function measureLatency({ log, times = TIMES }: BenchOptions): Promise<readonly Measured[]> {
  const queues = ['control', 'cpu', 'bare', 'bare-steps'] as const;
  const bench = await startBench(queues.map((queue) => ({ queue })));
  const measured: Measured[] = [];
  try {
    await measureAt(bench, 4, TURN);
    for (const [load, inFlight] of Object.entries(loads)) {
      const taken = await measureAt(bench, inFlight, times);
      for (const q of [0.5, 0.99]) measured.push(compare(`${load}, p${q * 100}`, q, taken));
      log(`${load}: submit ${quantile(taken.submit, 0.5)} ms, bare ${quantile(taken.bare, 0.5)} ms`);
    }
    return measured;
  } finally {
    await bench.stop();
  }
}

let made = 0;

async function measureAt(bench: BenchStack, inFlight: number, times: number): Promise<Taken> {
  const source = bench.file('nothing.txt');
  const taken: Taken = { submit: [], bare: [], bareOneProcess: [] };
  const sides = {
    bareOneProcess: () => executeAt(bench, 'bare'),
    bare: () => executeAt(bench, 'bareApart'),
    submit: () => analyseAt(bench, source),
  };
  while (taken.submit.length < times) {
    for (const [side, work] of Object.entries(sides)) {
      await atMost(inFlight, [...Array(TURN).keys()], async () =>
        taken[side as keyof Taken].push(await work()),
      );
    }
  }
  return taken;
}

async function analyseAt(bench: BenchStack, source: string): Promise<number> {
  const began = Date.now();
  const { document } = await analyseOnce(bench, `l${(made += 1)}`, source);
  return (document as { readonly beganAt: number }).beganAt - began;
}

async function executeAt({ temporal }: BenchStack, workflow: 'bare' | 'bareApart'): Promise<number> {
  const began = Date.now();
  const options = { workflowId: `b${(made += 1)}`, taskQueue: 'bare' };
  return (await temporal.workflow.execute<() => Promise<number>>(workflow, options)) - began;
}

function compare(name: string, q: number, taken: Taken): Measured {
  const [submit, bare] = [quantile(taken.submit, q), quantile(taken.bare, q)];
  return {
    name: `submit to first step, ${name}`,
    ratio: rounded(submit / bare),
    goal: GOAL,
    parts: {
      submit_to_first_step_ms: submit,
      bare_start_to_first_activity_ms: bare,
      bare_in_one_process_ms: quantile(taken.bareOneProcess, q),
      times: taken.submit.length,
    },
  };
}
