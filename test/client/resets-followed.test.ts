import { expect, it } from 'vitest';
import { withResetsFollowed } from '../../client/results.ts';
import type { RunView } from '../../ledger/ledger.ts';

const key = { kind: 'profiling', resourceId: 'each-minute' };

/** An analysis with half a million runs, of which some are resets. */
function history(states: Readonly<Record<number, Partial<RunView>>>) {
  const runOf = (generation: number) =>
    ({ generation, state: 'failed', trigger: 'submit', ...states[generation] }) as RunView;
  const reads: number[] = [];
  const getRun = async (ref: { runId: string } | { generation: number }) => {
    const generation = 'generation' in ref ? ref.generation : 0;
    reads.push(generation);
    return generation <= 500_000 ? runOf(generation) : null;
  };
  const context = {
    ledger: { getRun } as Parameters<typeof withResetsFollowed>[0]['ledger'],
    call: <Value>(operation: () => Promise<Value>) => operation(),
  };
  return { runOf, reads, follow: (of: number) => withResetsFollowed(context, key, runOf(of)) };
}

it('reads the run after the one asked about, and those that resets put in its place, and no other', async () => {
  const reset = { trigger: 'reset', state: 'cancelled' } as const;
  const { follow, reads } = history({ 11: reset, 12: reset, 13: { trigger: 'reset', state: 'completed' } });
  expect((await follow(10)).generation).toBe(13);
  expect(reads).toEqual([11, 12, 13, 14]);
});

it('reads nothing for a run that is open or completed, and one row for the newest', async () => {
  const { follow, reads } = history({ 7: { state: 'running' }, 8: { state: 'completed' } });
  expect((await follow(7)).generation).toBe(7);
  expect((await follow(8)).generation).toBe(8);
  expect(reads).toEqual([]);
  expect((await follow(500_000)).generation).toBe(500_000);
  expect(reads).toEqual([500_001]);
});
