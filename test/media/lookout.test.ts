/** Whose processes are found, when those that were there before are passed by. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLookout } from '../../media/lookout.ts';
import { lastPidGiven } from '../../media/process-group.ts';
import { eventually } from './sandboxed.ts';

const started: ChildProcess[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const { pid } of started.splice(0)) process.kill(-(pid as number), 'SIGKILL');
});

/** A session of two processes. */
async function startSession(): Promise<{ readonly leader: number; readonly sleeper: number }> {
  const child = spawn('sh', ['-c', 'sleep 300 & echo $!; exec sleep 301'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await eventually('the session runs', () => said.endsWith('\n'), 5_000);
  return { leader: child.pid as number, sleeper: Number(said) };
}

const pidsOf = (members: readonly { readonly pid: number }[]): readonly number[] =>
  members.map(({ pid }) => pid).toSorted((a, b) => a - b);
const sorted = (...pids: readonly number[]): readonly number[] => pids.toSorted((a, b) => a - b);

describe('a lookout', () => {
  it('finds all of a session that begins after it, at each look', async () => {
    const lookout = createLookout();
    const { leader, sleeper } = await startSession();
    const members = lookout.membersOf(leader);
    expect(pidsOf(members())).toEqual(sorted(leader, sleeper));
    expect(pidsOf(members())).toEqual(sorted(leader, sleeper));
    process.kill(sleeper, 'SIGKILL');
    await eventually('one is gone', () => members().every(({ pid }) => pid !== sleeper), 5_000);
  });

  // Whoever is there before the lookout stands for one that has the pid of a stranger.
  it.each<[string, boolean, (pid: number) => readonly [then: number, now: number]]>([
    ['passes by whoever was there before', false, (pid) => [pid, pid]],
    ['passes by pids below those that were given since', false, (pid) => [pid, pid + 1]],
    ['looks again at a pid that was given since', true, (pid) => [pid - 1, pid]],
    ['looks again at a pid of the next round', true, (pid) => [4_000_000, pid]],
    ['looks again at the last pids of a round', true, (pid) => [pid - 1, 300]],
  ])('%s', async (_, found, given) => {
    const { leader, sleeper } = await startSession();
    const [then, now] = given(sleeper);
    let last = then;
    const members = createLookout(() => last).membersOf(leader);
    last = now;
    expect(members().some(({ pid }) => pid === sleeper)).toBe(found);
  });

  it('looks at everybody again where the system does not say which pid it gave last', async () => {
    const { leader, sleeper } = await startSession();
    expect(pidsOf(createLookout(() => null).membersOf(leader)())).toEqual(sorted(leader, sleeper));
  });

  it('looks at everybody again after so long that all pids may have been given', async () => {
    const { leader, sleeper } = await startSession();
    const members = createLookout(() => 1).membersOf(leader);
    expect(members()).toEqual([]);
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(now + 6_000);
    expect(pidsOf(members())).toEqual(sorted(leader, sleeper));
  });
});

it('knows the pid that was given last', async () => {
  const before = lastPidGiven();
  const { leader } = await startSession();
  expect(before).not.toBeNull();
  expect(lastPidGiven()).not.toBe(before);
  expect(leader).toBeGreaterThan(0);
});
