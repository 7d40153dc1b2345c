/**
 * `onceflow/conformance`: holds any kind to the contract, on the real embedded stack, through the public client. It knows
 * no test framework; with node:test or vitest alike:
 *
 *     const suite = conformance({ modules: ['./index.ts'], samples });
 *     after(() => suite.stop());
 *     for (const { title, run } of suite.cases) test(title, { timeout: suite.timeoutMs }, run);
 *
 * All kinds are analysed side by side when the first case asks for anything, and killed together when the first case
 * asks about kills; a case only says what came of its part. So the first cases take long and the others no time.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { type Aspect, aspects } from './aspects.ts';
import { judgeKilled, type Killed, killInEachStep } from './kills.ts';
import type { ConformanceSettings, Sample } from './sample.ts';
import { eventually, startSuiteStack, type SuiteStack } from './stack.ts';
import { type Subject, subjectOf } from './subject.ts';

export type { ConformanceSettings, Sample, SampleInput } from './sample.ts';

export interface ConformanceCase {
  readonly title: string;
  /** Rejects with an AssertionError that says what is not as it should be. */
  run(): Promise<void>;
}

export interface ConformanceSuite {
  readonly cases: readonly ConformanceCase[];
  /** Longest that one case takes. */
  readonly timeoutMs: number;
  /** Ends the stack, if a case has started it. */
  stop(): Promise<void>;
}

/** What came of each aspect of a kind: undefined where all was well. */
type Findings = ReadonlyMap<Aspect, unknown>;

export function conformance(settings: ConformanceSettings): ConformanceSuite {
  const { samples } = settings;
  const say = settings.onProgress ?? (() => {});
  let starting: Promise<SuiteStack> | undefined;
  const stack = () => (starting ??= startSuiteStack(settings));
  const subject = async (sample: Sample) => subjectOf(await stack(), sample, settings);
  const calm = once(async () => {
    const subjects = await Promise.all(samples.map(subject));
    const found = await atMost(settings.atATime ?? 4, subjects, (one) => showAll(one, say));
    return new Map(samples.map((sample, index) => [sample, found[index] as Findings]));
  });
  const kills = once(async () => {
    await calm();
    const killed = await killInEachStep(await stack(), await Promise.all(samples.map(subject)));
    return new Map(samples.map((sample, index) => [sample, killed[index] as Killed]));
  });
  const aspectCases = samples.flatMap((sample) =>
    aspects.map((aspect) => ({
      title: `${sample.kind}: ${aspect.title}`,
      run: async () => throwIfAny((await calm()).get(sample)?.get(aspect)),
    })),
  );
  const killCases = samples.map((sample) => ({
    title: `${sample.kind}: a kill -9 of its worker in each step repeats that step alone, and the result is the same`,
    run: async () => judgeKilled((await kills()).get(sample) as Killed),
  }));
  const lastCase = {
    title: 'no process, and no directory of an attempt, is left over',
    run: async () => {
      await kills();
      await nothingLeft(await stack());
    },
  };
  return {
    cases: [...aspectCases, ...killCases, lastCase],
    timeoutMs: 900_000,
    stop: async () => (await starting?.catch(() => undefined))?.stop(),
  };
}

async function showAll(subject: Subject, say: (line: string) => void): Promise<Findings> {
  const found = new Map<Aspect, unknown>();
  for (const aspect of aspects) {
    const began = performance.now();
    try {
      await aspect.show(subject);
    } catch (error) {
      found.set(aspect, error);
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    say(`${subject.kind}: ${aspect.title}: ${found.has(aspect) ? 'NOT SO' : 'so'}, ${seconds} s`);
  }
  return found;
}

async function nothingLeft(stack: SuiteStack): Promise<void> {
  await eventually('all attempts have gone', () => stack.leftovers().length === 0).catch(() => undefined);
  deepStrictEqual(stack.leftovers(), []);
}

function throwIfAny(error: unknown): void {
  if (error !== undefined) throw error as Error;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let working: Promise<T> | undefined;
  return () => (working ??= work());
}

/** In the order of the items. */
async function atMost<Item, Answer>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++)
      answers[index] = await work(items[index] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  return answers;
}
