import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepOf } from '../../kinds/define.ts';
import type { StepRecord } from '../../kinds/envelope.ts';
import { video } from '../../kinds/video/definition.ts';
import type { AnalysisView } from '../../ledger/ledger.ts';
import {
  eventually,
  type Flow,
  operator,
  type Resource,
  startFlow,
  type WorkerProcess,
} from '../support/flow.ts';
import type { ProbeKind } from '../support/kind-probe/definition.ts';
import { trailer } from '../support/product.ts';

/** Step memory through the real product: what is done again, what is taken over, and what is told of it. */
let flow: Flow;
let cpu: WorkerProcess;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'io', 'gpu'] as const) flow.startWorker(queue);
  cpu = flow.startWorker('cpu');
});
afterAll(() => flow?.stop());

/** Another deployment of the cpu steps. */
async function redeploy(...raised: readonly string[]): Promise<void> {
  cpu.kill('SIGTERM');
  await cpu.exited;
  cpu = flow.startWorker('cpu', ...raised);
}

interface Ran {
  readonly view: AnalysisView;
  /** Steps that were computed, in the order of their names. */
  readonly computed: readonly string[];
  readonly document: {
    readonly resource: { readonly id: string; readonly name: string };
    readonly steps: readonly StepRecord[];
    readonly joined: unknown;
  };
}

async function run(resource: Resource, kind: ProbeKind = 'chain', wish: object = {}): Promise<Ran> {
  const { runId } = await resource.submit(kind, wish);
  const view = await eventually(
    `${resource.id} completed`,
    async () => {
      const seen = await resource.view(kind);
      return seen.run.runId === runId && seen.state === 'completed' && seen;
    },
    110_000,
  );
  return { view, computed: await computedIn(runId), document: view.result?.document as never };
}

async function computedIn(runId: string): Promise<readonly string[]> {
  const steps = await flow.ledger.steps(runId);
  const done = steps.filter((step) => !step.remembered).map(({ step }) => step.split('.')[1] ?? '');
  return [...new Set(done)].sort();
}

const everything = ['digest', 'join', 'left', 'result', 'right'];

test('a rerun with nothing changed looks at the bytes, and tells where the rest is from; the next one only looks', async () => {
  const resource = await flow.resource();
  expect((await run(resource)).computed).toEqual(everything);
  const second = await run(resource);
  expect(second.computed).toEqual(['digest', 'result']);
  const from = [expect.objectContaining({ resource: resource.id, generation: 1, instances: 1 })];
  expect(second.document.steps.map((step) => [step.name, step.remembered_from])).toEqual([
    ['chain.left', from],
    ['chain.right', from],
    ['chain.join', from],
  ]);
  expect((await run(resource)).computed).toEqual(['digest']);
});

test('from scratch, everything is done again', async () => {
  const resource = await flow.resource();
  await run(resource);
  expect((await run(resource, 'chain', { fromScratch: true })).computed).toEqual(everything);
});

test('a new version of a step repeats it and what its new output reaches, and nothing else', async () => {
  const resource = await flow.resource();
  await run(resource);
  await redeploy('chain.left');
  const same = await run(resource);
  expect(same.computed).toEqual(['digest', 'left', 'result']);
  expect(same.document.steps.map((step) => step.version)).toEqual(['2', '1', '1']);
  await redeploy('chain.left', 'chain.left');
  resource.gate('left.says', 'something new');
  const other = await run(resource);
  expect(other.computed).toEqual(['digest', 'join', 'left', 'result']);
  expect(other.document.joined).toMatchObject([{ said: 'something new' }, { part: 'right' }]);
  expect(other.view.result?.madeWith).toMatchObject({
    steps: { 'chain.left': [3], 'chain.right': [1], 'chain.result': [1] },
    models: { 'chain.left': ['scales@absent'], 'chain.right': [] },
  });
  await redeploy();
});

test('the same bytes under another id of the same owner reuse the work, and no name comes along', async () => {
  const content = 'bytes that two resources share\n';
  const [first, second] = [await flow.resource({ content }), await flow.resource({ content })];
  await run(first);
  const taken = await run(second);
  expect(taken.computed).toEqual(['digest', 'result']);
  expect(second.witnessed('left')).toBe(0);
  expect(taken.document).toMatchObject({
    resource: { id: second.id, name: `${second.id}.txt` },
    joined: [{ name: 'input.txt' }, { name: 'input.txt' }],
  });
  const steps = await flow.ledger.steps(taken.view.run.runId);
  expect(steps.find(({ step }) => step === 'chain.left')?.rememberedFrom).toMatchObject({
    resourceId: first.id,
    generation: 1,
  });
  const store = join(flow.stack.dataDirectory, 'artefacts');
  const paths = taken.view.result?.artefacts.map(({ path }) => path) ?? [];
  expect(paths).toHaveLength(2);
  expect(paths.every((path) => path.includes(first.id) && existsSync(join(store, path)))).toBe(true);
});

test('another owner computes for himself, and so does a kind that does not share', async () => {
  const content = 'bytes of two owners\n';
  const mine = await flow.resource({ content });
  const theirs = await flow.resource({ content, owner: 'somebody else' });
  const also = await flow.resource({ content });
  await run(mine);
  expect((await run(theirs)).computed).toEqual(everything);
  await run(mine, 'alone');
  expect((await run(also, 'alone')).computed).toEqual(everything);
  expect((await run(also, 'alone')).computed).toEqual(['digest', 'result']);
});

test('a run tells its GPU-seconds, and what memory and duplicates saved', async () => {
  const content = 'bytes that take a while\n';
  const [first, second] = [await flow.resource({ content }), await flow.resource({ content })];
  first.gate('right.hold');
  const { runId } = await first.submit('chain');
  await eventually('right is under way', () => first.witnessed('right') === 1);
  for (let asked = 0; asked < 3; asked += 1) await first.submit('chain');
  first.open('right.hold');
  await first.reaches('completed', 'chain');
  const taken = await run(second);
  const [spent, saved] = await flow.ledger.gpuSeconds([runId, taken.view.run.runId]);
  expect(spent?.used).toBeGreaterThan(0);
  expect(spent).toMatchObject({
    savedByMemory: 0,
    savedByDuplicates: expect.closeTo(3 * (spent?.used ?? 0)),
  });
  expect(saved).toMatchObject({ savedByMemory: expect.closeTo(spent?.used ?? 0), savedByDuplicates: 0 });
});

test('a film of three chunks: a new version of one step costs that step, a rerun costs the digest', async () => {
  const key = { kind: 'video', resourceId: 'film' };
  const computed = async (...raised: readonly string[]) => {
    if (raised.length > 0) await redeploy(...raised);
    const [answer] = await flow.ledger.submit([
      {
        ...key,
        wish: 'rerun',
        reason: 'a test',
        policy: video.policy,
        analyserVersion: video.version,
        params: { chunk_s: 20 },
        priority: 3,
        fromScratch: false,
        observedPin: null,
        requestedBy: operator,
      },
    ]);
    if (answer?.outcome !== 'started') throw new Error(`not started: ${JSON.stringify(answer)}`);
    await eventually(
      'the film is analysed',
      async () => (await flow.ledger.get(key))?.state !== 'running',
      120_000,
    );
    await eventually('completed', async () => (await flow.ledger.get(key))?.state === 'completed');
    return computedIn(answer.runId);
  };
  await flow.place(trailer, key.resourceId);
  expect(await computed()).toEqual([
    ...['audio', 'chunk', 'digest', 'keyframes', 'probe', 'result', 'speech', 'text'],
  ]);
  const runId = (await flow.ledger.get(key))?.run.runId ?? '';
  expect((await flow.ledger.steps(runId)).filter(({ step }) => step === 'video.chunk')).toHaveLength(3);
  const documents = await flow.sql(
    `select document::text as said from onceflow.step_attempts where run_id = $1 and step not like '%.result'`,
    [runId],
  );
  expect(JSON.stringify(documents)).not.toContain('sintel');
  expect(await computed()).toEqual(['digest', 'result']);
  expect(await computed()).toEqual(['digest']);
  expect(await computed('video.keyframes')).toEqual(['digest', 'keyframes', 'result']);
  expect(await computed('video.keyframes', 'video.audio')).toEqual(['audio', 'digest', 'result']);
  expect((await flow.ledger.get(key))?.result?.madeWith?.steps).toMatchObject({
    'video.audio': [stepOf(video, 'video.audio').version + 1],
    'video.chunk': [stepOf(video, 'video.chunk').version],
    'video.keyframes': [stepOf(video, 'video.keyframes').version + 1],
  });
}, 240_000);
