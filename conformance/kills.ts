/**
 * Every kind at once, held in each of its steps in turn, while the workers of the held steps are killed: one round of
 * kills serves all kinds, because each costs the ten seconds after which Temporal misses a heartbeat.
 */
import { deepStrictEqual, ok } from 'node:assert/strict';
import type { WorkerName } from '../dev/embedded.ts';
import { waitUntil } from '../dev/wait.ts';
import { comparable, judgeResult } from './judge.ts';
import { stateOf, type SuiteStack } from './stack.ts';
import type { Subject } from './subject.ts';

const RESOURCE = 'killed';
/** The others have so long to come to a step of theirs before the first one's worker is killed. */
const GATHER_MS = 5_000;
const ROUND_MS = 120_000;

export interface Killed {
  readonly subject: Subject;
  /** Steps whose worker was killed under them. */
  readonly steps: ReadonlySet<string>;
  /** Step instances that had finished before a kill, with how often they had worked. */
  readonly finished: ReadonlyMap<string, number>;
}

interface Run {
  readonly subject: Subject;
  readonly since: number;
  readonly waiting: Set<string>;
  readonly killed: Set<string>;
  readonly finished: Map<string, number>;
}

export async function killInEachStep(
  stack: SuiteStack,
  subjects: readonly Subject[],
): Promise<readonly Killed[]> {
  const runs = await Promise.all(subjects.map(submit));
  try {
    while (await anyHeld(runs)) await killRound(stack, runs);
  } finally {
    for (const { subject, waiting } of runs) for (const step of waiting) liftHold(subject, step);
  }
  return runs.map(({ subject, killed, finished }) => ({ subject, steps: killed, finished }));
}

async function submit(subject: Subject): Promise<Run> {
  const since = subject.mark();
  const waiting = new Set(subject.steps.map(({ name }) => name));
  for (const step of waiting) subject.stack.holds.place({ workflowId: subject.workflowId(RESOURCE), step });
  await subject.submit(RESOURCE, { fromScratch: true });
  return { subject, since, waiting, killed: new Set(), finished: new Map() };
}

/** Waits until a run is held and the others have had their time; false: none will be any more. */
async function anyHeld(runs: readonly Run[]): Promise<boolean> {
  const open = async () => {
    const states = await Promise.all(
      runs.map(({ subject }) => stateOf(subject.stack, subject.key(RESOURCE))),
    );
    return runs.filter((_, index) => ['pending', 'running'].includes(states[index] as string));
  };
  let left = await open();
  const settled = async () => {
    left = await open();
    return left.length === 0 || left.some((run) => heldSteps(run).length > 0);
  };
  ok(
    await waitUntil(settled, ROUND_MS, 100),
    `no run came to a step: ${left.map((run) => run.subject.kind).join(', ')}`,
  );
  if (left.length === 0) return false;
  await waitUntil(() => left.every((run) => heldSteps(run).length > 0), GATHER_MS, 100);
  return true;
}

async function killRound(stack: SuiteStack, runs: readonly Run[]): Promise<void> {
  const held = runs.flatMap((run) => heldSteps(run).map((step) => ({ run, step })));
  await Promise.all(runs.map(noteFinished));
  const queues = new Set<WorkerName>(held.map(({ run, step }) => queueOf(run.subject, step)));
  await Promise.all([...queues].map((queue) => stack.workers.kill(queue)));
  for (const { run, step } of held) {
    run.waiting.delete(step);
    run.killed.add(step);
    liftHold(run.subject, step);
  }
}

function heldSteps({ subject, since, waiting }: Run): readonly string[] {
  return [...waiting].filter((step) => subject.isHeld(RESOURCE, step, since));
}

/** How often the instances had worked that the ledger knows as finished: a kill must not repeat them. */
async function noteFinished({ subject, since, finished }: Run): Promise<void> {
  const steps = await subject.stack.client.steps(subject.key(RESOURCE));
  for (const { step, instance, state } of steps) {
    if (state === 'finished')
      finished.set(`${step}/${instance}`, workedTimes(subject, since, step, instance));
  }
}

function workedTimes(subject: Subject, since: number, step: string, instance: string): number {
  const lines = subject.work(RESOURCE, since).filter((line) => line.event === 'working');
  return lines.filter((line) => line.step === step && line.instance === instance).length;
}

function queueOf({ entry }: Subject, step: string): WorkerName {
  return entry.definition.steps.find(({ name }) => name === step)?.queue ?? 'cpu';
}

function liftHold(subject: Subject, step: string): void {
  subject.stack.holds.lift({ workflowId: subject.workflowId(RESOURCE), step });
}

/** The judgement on one kind, once all rounds are over. */
export async function judgeKilled({ subject, steps, finished }: Killed): Promise<void> {
  const { client } = subject.stack;
  const view = await client.get(subject.key(RESOURCE));
  deepStrictEqual([view?.state, view?.run.generation, view?.run.failure], ['completed', 1, null]);
  const missed = subject.steps.filter(({ name }) => !steps.has(name)).map(({ name }) => name);
  deepStrictEqual(missed, [], 'steps in which no worker was killed');
  for (const [name, times] of finished) {
    const [step = '', instance = ''] = name.split('/');
    deepStrictEqual(
      workedTimes(subject, 0, step, instance),
      times,
      `${name} had finished and was done again`,
    );
  }
  judgeResult(subject.entry, view?.result?.document, subject.secrets);
  const calm = await client.get(subject.key('conforming'));
  const { volatile } = subject.sample;
  deepStrictEqual(
    comparable(view?.result?.document, volatile),
    comparable(calm?.result?.document, volatile),
    'the result after kills is another one than without',
  );
}
