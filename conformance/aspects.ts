/** What every kind is held to while nothing is killed, in the order in which it is shown on one resource. */
import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import { type ErrorIds, OnceflowError } from '../client/errors.ts';
import { runs } from './processes.ts';
import { comparable, judgeFailure, judgeResult } from './judge.ts';
import { eventually, stateOf } from './stack.ts';
import type { Subject } from './subject.ts';

export interface Aspect {
  readonly title: string;
  show(subject: Subject): Promise<void>;
}

const RESOURCE = 'conforming';
const key = (subject: Subject) => subject.key(RESOURCE);

const completes: Aspect = {
  title:
    'a good input completes: its result fits its schema, without NaN and without paths, progress only grows',
  async show(subject) {
    const since = subject.mark();
    const answer = await subject.submit(RESOURCE);
    deepStrictEqual(answer.outcome, 'started');
    const result = await subject.stack.client.result(answer);
    judgeResult(subject.entry, result.document, subject.secrets);
    deepStrictEqual(result.schema, subject.entry.definition.resultSchema);
    const work = subject.work(RESOURCE, since);
    const wrong = work.filter(({ event }) => event === 'backwards' || event === 'not-plain');
    const named = wrong.map(({ event, step, instance }) => `${step} (${instance}): ${event}`);
    deepStrictEqual(
      [...new Set(named)],
      [],
      'backwards: of its progress; not-plain: NaN or Infinity in its answer',
    );
    const reached = new Set(work.map((line) => line.step));
    const missed = subject.steps.filter(({ name }) => !reached.has(name)).map(({ name }) => name);
    deepStrictEqual(
      missed,
      [],
      'steps that the good sample does not reach: take another, or list them as `without`',
    );
  },
};

const policy: Aspect = {
  title: 'a second submit of a completed one does what its policy says',
  async show(subject) {
    const answer = await subject.submit(RESOURCE);
    const once = subject.entry.definition.policy === 'no-repeat';
    deepStrictEqual(answer.outcome, once ? 'completed' : 'started', answer.why);
    deepStrictEqual(answer.generation, once ? 1 : 2);
    if (once) judgeResult(subject.entry, answer.result?.document, subject.secrets);
    await subject.stack.client.result(answer);
    const denied = subject.submit(RESOURCE, { onDuplicate: 'reject' });
    await rejects(denied, (error: OnceflowError) => error.code === 'CONFLICT');
  },
};

const memory: Aspect = {
  title:
    'a rerun with nothing changed computes nothing again that is remembered, and comes to the same result',
  async show(subject) {
    const { client } = subject.stack;
    const before = await client.get(key(subject));
    const instances = await client.steps(key(subject));
    const since = subject.mark();
    const result = await client.result(await subject.rerun(RESOURCE));
    const steps = new Set(subject.steps.filter((step) => step.remembered).map(({ name }) => name));
    // An instance that failed has left nothing to remember.
    const remembered = instances
      .filter(({ step, state }) => steps.has(step) && state === 'finished')
      .map(({ step, instance }) => `${step} (${instance})`);
    const computed = subject.work(RESOURCE, since).filter(({ event }) => event === 'working');
    const again = computed.map(({ step, instance }) => `${step} (${instance})`);
    const twice = again.filter((name) => remembered.includes(name));
    deepStrictEqual(twice, [], 'remembered steps were computed again');
    deepStrictEqual(alike(subject, result.document), alike(subject, before?.result?.document));
  },
};

const standing: Aspect = {
  title: 'the old result stays readable while a new run goes, and after it failed',
  async show(subject) {
    const { client, holds } = subject.stack;
    const first = subject.steps[0]?.name ?? '';
    const name = { workflowId: subject.workflowId(RESOURCE), step: first };
    const before = await client.get(key(subject));
    const old = before?.result?.generation;
    const since = subject.mark();
    holds.place(name);
    try {
      await subject.rerun(RESOURCE, { fromScratch: true });
      await eventually(`${first} is held`, () => subject.isHeld(RESOURCE, first, since));
      const during = await client.get(key(subject));
      deepStrictEqual([during?.state, during?.result?.generation], ['running', old]);
      await client.cancel(key(subject), { reason: 'conformance' });
      await subject.reaches(RESOURCE, 'cancelled');
      holds.place(name, 'fail');
      await subject.rerun(RESOURCE, { fromScratch: true });
      await subject.reaches(RESOURCE, 'failed');
    } finally {
      holds.lift(name);
    }
    const after = await client.get(key(subject));
    deepStrictEqual(after?.run.failure?.code, 'CONFORMANCE_FAILURE');
    deepStrictEqual(after.result?.generation, old);
    judgeResult(subject.entry, after.result?.document, subject.secrets);
  },
};

const rerun: Aspect = {
  title: 'after a failed one, and from scratch, it runs again and comes to the same result',
  async show(subject) {
    const { client } = subject.stack;
    const before = await client.get(key(subject));
    const since = subject.mark();
    const result = await client.result(await subject.rerun(RESOURCE, { fromScratch: true }));
    ok(result.generation > (before?.result?.generation ?? 0), 'the rerun is a generation of its own');
    const computed = new Set(subject.work(RESOURCE, since).map(({ step }) => step));
    const left = subject.steps.filter(({ name }) => !computed.has(name)).map(({ name }) => name);
    deepStrictEqual(left, [], 'from scratch, these steps were not done');
    deepStrictEqual(alike(subject, result.document), alike(subject, before?.result?.document));
  },
};

const reset: Aspect = {
  title: 'a reset is a generation of its own, with the same result; the old one stands until then',
  async show(subject) {
    const { client } = subject.stack;
    const before = await client.get(key(subject));
    const made = await client.reset(key(subject), { to: 'first', reason: 'conformance' });
    const during = await client.get(key(subject));
    ok(during?.result, 'the old result is gone');
    await eventually('the reset has its generation', async () => {
      const [newest] = await client.runs(key(subject));
      return newest?.temporalRunId === made.temporalRunId;
    });
    const result = await client.result(key(subject));
    const [newest] = await client.runs(key(subject));
    deepStrictEqual([newest?.trigger, newest?.state], ['reset', 'completed']);
    ok(result.generation > (before?.result?.generation ?? 0));
    deepStrictEqual(alike(subject, result.document), alike(subject, before?.result?.document));
  },
};

const badInput: Aspect = {
  title: 'a bad input fails at the first attempt, with a code, a sentence and a hint, and without paths',
  async show(subject) {
    const { client } = subject.stack;
    const { bad } = subject.sample;
    const refused = (error: OnceflowError): { ids: ErrorIds } => {
      if (error.code !== 'INVALID_ARGUMENT' || bad.code !== 'INVALID_ARGUMENT') throw error;
      judgeFailure(error, bad.code, subject.secrets);
      return error;
    };
    const answer = await subject.submit('bad', {}, bad).catch(refused);
    if (answer instanceof OnceflowError) return;
    const ref = subject.key('bad');
    await eventually('the bad input has ended', async () =>
      ['failed', 'completed', 'cancelled'].includes(await stateOf(subject.stack, ref)),
    );
    const view = await client.get(ref);
    ok(view?.run.failure, `the bad input is ${view?.state}`);
    judgeFailure(view.run.failure, bad.code, subject.secrets);
    deepStrictEqual(view.result, null);
    const attempts = (await client.steps(ref)).filter(({ state }) => state === 'failed');
    deepStrictEqual(
      attempts.map((step) => step.attempts),
      [1],
      'one step failed, at its first attempt',
    );
  },
};

const cancels: Aspect = {
  title: 'it is cancelled in each step in time, with no process left, and can be submitted again',
  async show(subject) {
    for (const step of subject.steps) await cancelIn(subject, step.name);
    const result = await subject.stack.client.result(await subject.submit('cancelled'));
    judgeResult(subject.entry, result.document, subject.secrets);
  },
};

async function cancelIn(subject: Subject, step: string): Promise<void> {
  const { client, holds } = subject.stack;
  const ref = subject.key('cancelled');
  const name = { workflowId: subject.workflowId('cancelled'), step };
  const since = subject.mark();
  holds.place(name);
  try {
    // From scratch: what is remembered does no work that could be held.
    await subject.submit('cancelled', { fromScratch: true });
    await eventually(`${step} is held`, () => subject.isHeld('cancelled', step, since));
    await eventually(`${step} has a child`, () => runs(holds.pathOf(name)));
    const asked = performance.now();
    await client.cancel(ref, { reason: 'conformance' });
    await subject.reaches('cancelled', 'cancelled');
    const tookMs = Math.round(performance.now() - asked);
    ok(tookMs <= subject.cancelWithinMs, `cancelled in ${step} after ${tookMs} ms`);
    ok(!runs(holds.pathOf(name)), `a process of ${step} has outlived its run`);
    deepStrictEqual((await client.get(ref))?.result, null);
  } finally {
    holds.lift(name);
  }
}

function alike({ sample }: Subject, document: unknown): unknown {
  return comparable(document, sample.volatile);
}

export const aspects: readonly Aspect[] = [
  completes,
  policy,
  memory,
  standing,
  rerun,
  reset,
  badInput,
  cancels,
];
