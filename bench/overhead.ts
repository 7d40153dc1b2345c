/**
 * Analyses per second of a kind that does nothing, complete with ledger, against bare Temporal workflows with as many
 * activities (claim, step, commit) on the same server, in rounds that take turns. Beside the rates: the processor time
 * of all processes together, which is what other work on the machine changes least.
 *
 * A workflow leaves timers behind, which the server works off ten seconds later: before a round is measured, its own
 * side has worked for longer than that, so that each pays for its own.
 */
import { atMost, median, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { followDescendants } from './processor-time.ts';
import { type BenchStack, startBench } from './stack.ts';

const ROUNDS = 8;
const PER_ROUND = 300;
const IN_FLIGHT = 32;
/** Longer than the time limit of a workflow task. */
const SETTLE_MS = 12_000;

interface Spent {
  readonly perS: number;
  /** Of one run. */
  readonly processorMs: number;
}

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
    const [analyses, bare]: [Spent[], Spent[]] = [[], []];
    for (let round = 0; round < times; round += 1) {
      // Who is first changes: load that comes or goes would else favour one side.
      const turns = [
        async () => bare.push(await spendSettled(theirs, light)),
        async () => analyses.push(await spendSettled(ours, light)),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
      log(`bare ${told(bare.at(-1))}, analyses ${told(analyses.at(-1))}`);
    }
    return [compare(analyses, bare, light)];
  } finally {
    await bench.stop();
  }
}

function compare(analyses: readonly Spent[], bare: readonly Spent[], light: number): Measured {
  const of = (all: readonly Spent[], what: keyof Spent): number =>
    rounded(median(all.map((one) => one[what])));
  return {
    name: 'analyses of one step',
    ratio: rounded(median(analyses.map((one, round) => one.perS / (bare[round] as Spent).perS))),
    goal: 1,
    better: 'more',
    parts: {
      analyses_per_s: of(analyses, 'perS'),
      bare_workflows_per_s: of(bare, 'perS'),
      analysis_processor_ms: of(analyses, 'processorMs'),
      bare_workflow_processor_ms: of(bare, 'processorMs'),
      rounds: analyses.length,
      runs_a_round: light,
      in_flight: IN_FLIGHT,
    },
  };
}

function told(spent: Spent | undefined): string {
  return `${spent?.perS.toFixed(1)}/s (processor ${spent?.processorMs.toFixed(0)} ms each)`;
}

export async function analyseOnce({ client }: BenchStack, id: string, source: string) {
  return client.result(await client.submit('light', id, { source }));
}

export function executeBare({ temporal }: BenchStack, id: string): Promise<number> {
  return temporal.workflow.execute<() => Promise<number>>('bare', { workflowId: id, taskQueue: 'bare' });
}

async function spendSettled(work: () => Promise<unknown>, count: number): Promise<Spent> {
  const until = performance.now() + SETTLE_MS;
  const lane = async () => {
    while (performance.now() < until) await work();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return spend(work, count);
}

async function spend(work: () => Promise<unknown>, count: number): Promise<Spent> {
  const [began, own, others] = [performance.now(), process.cpuUsage(), followDescendants()];
  await atMost(IN_FLIGHT, Array.from({ length: count }), work);
  const perS = (count * 1000) / (performance.now() - began);
  const { user, system } = process.cpuUsage(own);
  return { perS, processorMs: (others.stop() * 1000 + (user + system) / 1000) / count };
}
