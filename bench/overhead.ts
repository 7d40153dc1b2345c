/**
 * Analyses per second of a kind that does nothing, complete with ledger, against bare Temporal workflows with as many
 * activities (claim, step, commit) on the same server, in alternating rounds.
 */
import { atMost, median, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchStack, startBench } from './stack.ts';

const ROUNDS = 5;
const PER_ROUND = 200;
const IN_FLIGHT = 32;

export async function measureOverhead({
  log,
  times = ROUNDS,
  light = PER_ROUND,
}: BenchOptions): Promise<readonly Measured[]> {
  const bench = await startBench([{ queue: 'control' }, { queue: 'cpu' }, { queue: 'bare' }]);
  try {
    const source = bench.file('nothing.txt');
    let made = 0;
    const ours = (): Promise<unknown> => analyseOnce(bench, `o${(made += 1)}`, source);
    const theirs = (): Promise<unknown> => executeBare(bench, `b${(made += 1)}`);
    for (const warm of [ours, theirs]) await perSecond(warm, Math.min(50, light));
    const rates: { readonly ours: number; readonly theirs: number }[] = [];
    for (let round = 0; round < times; round += 1) {
      const rate = { theirs: await perSecond(theirs, light), ours: await perSecond(ours, light) };
      rates.push(rate);
      log(`bare ${rate.theirs.toFixed(1)}/s, analyses ${rate.ours.toFixed(1)}/s`);
    }
    return [
      {
        name: 'analyses of one step',
        ratio: rounded(median(rates.map((rate) => rate.ours / rate.theirs))),
        goal: 1,
        better: 'more',
        parts: {
          analyses_per_s: rounded(median(rates.map((rate) => rate.ours))),
          bare_workflows_per_s: rounded(median(rates.map((rate) => rate.theirs))),
          rounds: times,
          runs_a_round: light,
          in_flight: IN_FLIGHT,
        },
      },
    ];
  } finally {
    await bench.stop();
  }
}

export async function analyseOnce({ client }: BenchStack, id: string, source: string) {
  return client.result(await client.submit('light', id, { source }));
}

export function executeBare({ temporal }: BenchStack, id: string): Promise<number> {
  return temporal.workflow.execute<() => Promise<number>>('bare', { workflowId: id, taskQueue: 'bare' });
}

async function perSecond(work: () => Promise<unknown>, count: number): Promise<number> {
  const began = performance.now();
  await atMost(IN_FLIGHT, Array.from({ length: count }), work);
  return (count * 1000) / (performance.now() - began);
}
