/**
 * What a second run of a film of three chunks costs against the first: with nothing changed, and after the version of one
 * step was raised.
 *
 * Through the product, from submit to the committed result. Wall clock and processor time of all processes of the
 * product are both taken, and the worse of the two ratios counts.
 */
import { join } from 'node:path';
import type { RerunOptions } from '../client/index.ts';
import { findMediaTools } from '../media/ffmpeg-tools.ts';
import { trailer } from '../test/support/product.ts';
import type { Measured } from './measured.ts';
import { followDescendants } from './processor-time.ts';
import { repeat } from './product.ts';
import { type BenchStack, startBench } from './stack.ts';

type Log = (line: string) => void;

const ROUNDS = 3;
const TRAILERS = 6;
/** Of 313 s: three chunks. */
const params = { chunk_s: 105 };
const CHUNKS = 3;
const film = { kind: 'video', resourceId: 'film' } as const;
const NOTHING_CHANGED = 0.05;
const ONE_STEP_CHANGED = 0.3;
/** What a chunk measures changes nearly everything, so these are the steps that can be changed alone. */
const raisedSteps = ['video.audio', 'video.keyframes', 'video.result'] as const;

interface Spent {
  readonly wallS: number;
  readonly processorS: number;
  /** Step instances that were computed. */
  readonly computed: number;
}

export async function measureReruns(log: Log): Promise<readonly Measured[]> {
  const bench = await startBench([{ queue: 'control' }, { queue: 'io' }, { queue: 'gpu' }]);
  try {
    const source = join(bench.home, 'files', 'film.mp4');
    repeat((await findMediaTools()).ffmpeg.path, trailer, TRAILERS, source);
    await bench.client.resources.put(film.resourceId, source);
    // The first analysis finds caches cold that every later one finds warm.
    await deployed(bench, [], () => spentOn(bench, {}));
    await assertThreeChunks(bench);
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      rounds.push(await measureRound(bench, round));
      log(`round ${round}: ${JSON.stringify(Object.fromEntries(rounds.at(-1) ?? []))}`);
    }
    return [
      measuredOf('rerun with nothing changed', NOTHING_CHANGED, rounds, 'nothing'),
      ...raisedSteps.map((step) => measuredOf(`new version of ${step}`, ONE_STEP_CHANGED, rounds, step)),
    ];
  } finally {
    await bench.stop();
  }
}

type Round = ReadonlyMap<string, Spent>;

/** Versions differ from round to round, so that no round finds what an earlier one left. */
async function measureRound(bench: BenchStack, round: number): Promise<Round> {
  const spent = new Map<string, Spent>();
  const times = (step: string, count: number): string[] => Array.from({ length: count }, () => step);
  let raised = raisedSteps.flatMap((step) => times(step, round - 1));
  await deployed(bench, raised, async () => {
    spent.set('everything', await spentOn(bench, { fromScratch: true }));
    spent.set('nothing', await spentOn(bench, {}));
  });
  for (const step of raisedSteps) {
    raised = [...raised, step];
    await deployed(bench, raised, async () => spent.set(step, await spentOn(bench, {})));
  }
  return spent;
}

/** With a cpu worker whose steps have these versions; only cpu steps are raised. */
async function deployed(
  bench: BenchStack,
  raised: readonly string[],
  work: () => Promise<unknown>,
): Promise<void> {
  const stop = await bench.start([{ queue: 'cpu', raised }]);
  try {
    await work();
  } finally {
    await stop();
  }
}

async function spentOn({ client }: BenchStack, options: RerunOptions): Promise<Spent> {
  const [began, processor] = [performance.now(), followDescendants()];
  const answer = await client.rerun(film, { ...options, params, reason: 'a benchmark' });
  await client.result(answer);
  const wallS = (performance.now() - began) / 1000;
  const processorS = processor.stop();
  const steps = await client.steps(answer);
  return { wallS, processorS, computed: steps.filter((step) => !step.remembered).length };
}

async function assertThreeChunks({ client }: BenchStack): Promise<void> {
  const chunks = (await client.steps(film)).filter(({ step }) => step === 'video.chunk').length;
  if (chunks !== CHUNKS) throw new RangeError(`the film has ${chunks} chunks, not ${CHUNKS}`);
}

function measuredOf(name: string, goal: number, rounds: readonly Round[], what: string): Measured {
  const taken = (of: string, key: keyof Spent) => rounds.map((round) => round.get(of)?.[key] ?? Number.NaN);
  const ratioOf = (key: keyof Spent) =>
    median(taken(what, key).map((ours, round) => ours / (taken('everything', key)[round] ?? Number.NaN)));
  return {
    name,
    ratio: Math.max(ratioOf('wallS'), ratioOf('processorS')),
    goal,
    parts: {
      wall_ratio: ratioOf('wallS'),
      processor_ratio: ratioOf('processorS'),
      rerun_s: median(taken(what, 'wallS')),
      whole_s: median(taken('everything', 'wallS')),
      rerun_processor_s: median(taken(what, 'processorS')),
      whole_processor_s: median(taken('everything', 'processorS')),
      rerun_instances_computed: median(taken(what, 'computed')),
      whole_instances_computed: median(taken('everything', 'computed')),
    },
  };
}

function median(values: readonly number[]): number {
  const middle = [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return Math.round(middle * 1000) / 1000;
}
