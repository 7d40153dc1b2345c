import { describe, expect, it } from 'vitest';
import { waitingOf, wantedSteps } from '../../client/waiting.ts';
import type { StepView } from '../../ledger/ledger.ts';

const at = (s: number) => new Date(1_700_000_000_000 + s * 1000);
const steps = [
  { name: 'film.probe', queue: 'cpu' },
  { name: 'film.chunk', queue: 'gpu' },
  { name: 'film.audio', queue: 'cpu' },
  { name: 'film.result', queue: 'cpu' },
];
const claimed = { createdAt: at(0), startedAt: at(1) };
const workers = (...queues: string[]) => queues.map((queue) => ({ queue, workers: 1, lastSeen: at(99) }));

function attempt(step: string, state: StepView['state'], fence: number): StepView {
  const endedAt = state === 'running' ? null : at(3);
  const rest = { attempts: 1, worker: 'w', remembered: false, rememberedFrom: null, failure: null };
  return { step, instance: 'one', fence, state, startedAt: at(2), endedAt, ...rest };
}

describe('why an open run does not get on', () => {
  it('an unclaimed run without a control worker waits for one', () => {
    const waiting = waitingOf(
      { createdAt: at(0), startedAt: null },
      steps,
      [],
      workers('cpu', 'gpu'),
      at(100),
    );
    expect(waiting).toEqual({ queue: 'control', reason: 'no-worker', since: at(0) });
  });

  it('a run whose next step has no worker on its queue waits for one, since the last was seen', () => {
    const queues = [...workers('control', 'cpu'), { queue: 'gpu', workers: 0, lastSeen: at(40) }];
    const waiting = waitingOf(claimed, steps, [attempt('film.probe', 'finished', 1)], queues, at(100));
    expect(waiting).toEqual({ queue: 'gpu', reason: 'no-worker', since: at(40) });
  });

  it('says so although another step of it runs', () => {
    const attempts = [attempt('film.probe', 'finished', 1), attempt('film.audio', 'running', 2)];
    expect(waitingOf(claimed, steps, attempts, workers('control', 'cpu'), at(100))?.queue).toBe('gpu');
  });

  it('a step that runs is not waiting', () => {
    const attempts = [attempt('film.probe', 'finished', 1), attempt('film.chunk', 'running', 2)];
    expect(waitingOf(claimed, steps, attempts, workers('control', 'cpu', 'gpu'), at(100))).toBeNull();
  });

  it('a run between two steps is not waiting yet, then it waits its turn', () => {
    const attempts = [attempt('film.probe', 'finished', 1)];
    const queues = workers('control', 'cpu', 'gpu');
    expect(waitingOf(claimed, steps, attempts, queues, at(4))).toBeNull();
    expect(waitingOf(claimed, steps, attempts, queues, at(60))).toMatchObject({
      reason: 'busy',
      since: at(3),
    });
  });

  it('an optional step that has not begun is not waited for', () => {
    const asked = [{ name: 'film.words', queue: 'gpu', optional: true }, ...steps.slice(2)];
    const attempts = [attempt('film.audio', 'running', 1)];
    expect(waitingOf(claimed, asked, attempts, workers('control', 'cpu'), at(100))).toBeNull();
  });

  it('a step that params leave out is not waited for, one that they ask for is', () => {
    const switched = [
      ...steps.slice(0, 1),
      { name: 'film.words', queue: 'gpu', switch: 'words', optional: true },
      { name: 'film.speech', queue: 'gpu', switch: 'speech' },
      ...steps.slice(3),
    ];
    const waiting = (params: Readonly<Record<string, string>>) => {
      const attempts = [attempt('film.probe', 'running', 1)];
      const wanted = wantedSteps(switched, params);
      return waitingOf(claimed, wanted, attempts, workers('control', 'cpu'), at(100))?.queue;
    };
    expect(waiting({})).toBe('gpu');
    expect(waiting({ speech: 'off' })).toBeUndefined();
    expect(waiting({ speech: 'off', words: 'on' })).toBe('gpu');
  });

  it('a step whose attempt failed is still to be done', () => {
    const attempts = [
      attempt('film.probe', 'finished', 1),
      attempt('film.chunk', 'failed', 2),
      attempt('film.audio', 'finished', 3),
    ];
    expect(waitingOf(claimed, steps, attempts, workers('control', 'cpu'), at(100))?.queue).toBe('gpu');
  });
});
