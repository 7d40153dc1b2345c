import type { OnceflowError } from '../../client/index.ts';
import type { recordCalls } from '../../test/checker/record-calls.ts';
import type { Random } from './random.ts';

export interface Asking {
  readonly calls: ReturnType<typeof recordCalls>;
  readonly random: Random;
  readonly source: string;
}

const resultMs = 40_000;

/** Three of five are not repeated. */
export function refOf(index: number) {
  return { kind: index % 5 < 3 ? 'single' : 'repeated', resourceId: `r${index}` };
}

/**
 * What callers do with one analysis: ask once or several at a time, read, wait, cancel, ask for a follow-up, retry,
 * rerun. Errors are expected: they are in the history, and the checker judges it.
 */
export async function askAbout(index: number, { calls, random, source }: Asking): Promise<void> {
  const ref = refOf(index);
  const params = paramsOf(random);
  const submit = (options: Parameters<typeof calls.submit>[1] = {}) =>
    calls.submit(ref, { source, params, ...options }).catch(nothing);
  const wait = (generation?: number) =>
    calls.result(generation === undefined ? ref : { ...ref, generation }, resultMs).catch(codeOf);

  const askers = random.chance(0.3) ? Math.floor(random.between(2, 5)) : 1;
  const answers = await Promise.all(Array.from({ length: askers }, () => submit()));
  await calls.get(ref).catch(nothing);
  if (random.chance(0.1)) await submit({ onDuplicate: 'coalesce', reason: 'once more, afterwards' });
  if (random.chance(0.08)) await calls.cancel(ref).catch(nothing);
  const ended = await wait(answers.find((answer) => answer)?.generation);
  await calls.get(ref).catch(nothing);
  if (ended === 'ANALYSIS_FAILED' || ended === 'ANALYSIS_CANCELLED') {
    const retried = await calls.again('retry', ref, { source, params: {} }).catch(nothing);
    await wait(retried?.generation);
  }
  if (random.chance(0.3))
    await submit(random.chance(0.3) ? { onDuplicate: random.pick(['return', 'reject']) } : {});
  if (random.chance(0.1)) {
    const rerun = await calls
      .again('rerun', ref, { source, params: {}, reason: 'looked wrong' })
      .catch(nothing);
    if (rerun?.outcome === 'started') await wait(rerun.generation);
  }
  await calls.get(ref).catch(nothing);
}

function paramsOf(random: Random) {
  const waitMs = random.chance(0.15) ? Math.floor(random.between(500, 3_000)) : 0;
  return random.chance(0.08) ? { waitMs, fails: true } : { waitMs };
}

const nothing = (): undefined => undefined;
const codeOf = (error: unknown): string => String((error as Partial<OnceflowError>).code);
