/**
 * From the submit to the first step, against a bare start to its first activity: one at a time, in turns, on a server
 * with nothing else to do.
 */
import { quantile, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { analyseOnce, executeBare } from './overhead.ts';
import { type BenchStack, startBench } from './stack.ts';

const PAIRS = 300;
const WARM = 10;
const GOAL = 1.3;

export async function measureLatency({ log, times = PAIRS }: BenchOptions): Promise<readonly Measured[]> {
  const bench = await startBench([{ queue: 'control' }, { queue: 'cpu' }, { queue: 'bare' }]);
  try {
    const source = bench.file('nothing.txt');
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let pair = -WARM; pair < times; pair += 1) {
      const [bare, submit] = [await bareMs(bench, pair), await submitMs(bench, pair, source)];
      if (pair < 0) continue;
      theirs.push(bare);
      ours.push(submit);
      if ((pair + 1) % 50 === 0)
        log(`${pair + 1} pairs: bare ${quantile(theirs, 0.5)} ms, submit ${quantile(ours, 0.5)} ms`);
    }
    return [0.5, 0.99].map((q) => compare(q, ours, theirs));
  } finally {
    await bench.stop();
  }
}

async function submitMs(bench: BenchStack, pair: number, source: string): Promise<number> {
  const began = Date.now();
  const { document } = await analyseOnce(bench, `l${pair + WARM}`, source);
  return (document as { readonly beganAt: number }).beganAt - began;
}

async function bareMs(bench: BenchStack, pair: number): Promise<number> {
  const began = Date.now();
  return (await executeBare(bench, `b${pair + WARM}`)) - began;
}

function compare(q: number, ours: readonly number[], theirs: readonly number[]): Measured {
  const [submit, bare] = [quantile(ours, q), quantile(theirs, q)];
  return {
    name: `submit to first step, p${q * 100}`,
    ratio: rounded(submit / bare),
    goal: GOAL,
    parts: { submit_to_first_step_ms: submit, bare_start_to_first_activity_ms: bare, pairs: ours.length },
  };
}
