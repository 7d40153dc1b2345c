import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisRef } from '../../client/index.ts';
import { eventually } from '../support/flow.ts';
import { launch, type Product, startProduct, trailer } from '../support/product.ts';
import { runningChildren } from '../support/witness.ts';

let product: Product;
let film: string;
beforeAll(async () => {
  product = await startProduct();
  film = product.place(launch);
});
afterAll(() => product.stop());

const decoding = /chunk|decode|measure/i;
const key = (resourceId: string) => ({ kind: 'video', resourceId }) as const;

/** Children that steps of a run started, by step: from the ledger's attempts, remembered ones not counted. */
async function computed(ref: AnalysisRef): Promise<readonly string[]> {
  const steps = await product.client.steps(ref);
  return [...new Set(steps.filter((step) => !step.remembered).map((step) => step.step))].sort();
}

/** The step's workflow task, as the Temporal CLI's `--event-id` takes it. */
async function resetByCli(resourceId: string, to: string) {
  const run = await product.cli(['reset', `video:${resourceId}`, '--to', to, '--reason', 'test', '--json']);
  expect(run.code, run.stderr).toBe(0);
  return run.records[0] as { generation: number; runId: string };
}

describe('of a finished video', () => {
  it.each([
    [
      'first',
      [
        ...['video.audio', 'video.chunk', 'video.digest', 'video.keyframes', 'video.probe'],
        ...['video.result', 'video.speech', 'video.text'],
      ],
    ],
    ['video.keyframes', ['video.keyframes', 'video.result', 'video.speech', 'video.text']],
    ['last', []],
  ] as const)(
    'a reset to %s is one new generation, and repeats only what comes after',
    async (to, repeated) => {
      const id = `finished-${to.replace('video.', '')}`;
      const first = await product.client.submit('video', id, { source: film });
      const old = await product.client.result(first);
      await eventually('the workflow is closed', async () => {
        const status = await product.temporal.workflow.getHandle(`video:${id}`).describe();
        return status.status.name === 'COMPLETED';
      });
      const made = await resetByCli(id, to);
      expect(made.generation).toBe(2);
      const result = await product.client.result({ ...key(id), generation: 2 });
      expect(result.generation).toBe(2);
      expect(await product.client.runs(key(id))).toHaveLength(2);
      const [run] = await product.client.runs(key(id));
      expect(run).toMatchObject({ trigger: 'reset', reason: 'test', requestedBy: userInfo().username });
      expect(await computed({ runId: made.runId })).toEqual(repeated);
      const document = result.document as unknown as { video: { shots: unknown } };
      expect(document.video.shots).toEqual((old.document as unknown as typeof document).video.shots);
    },
  );
});

describe('of a running video', () => {
  it.each(['first', 'video.chunk'] as const)(
    'a reset to %s while a chunk runs is one new generation; the old result is read meanwhile',
    async (to) => {
      const id = `running-${to.replace('video.', '')}`;
      const source = product.place(trailer, `${id}.mp4`);
      const first = await product.client.submit('video', id, { source });
      await product.client.result(first);
      const again = await product.client.rerun(key(id), { reason: 'test', fromScratch: true });
      expect(again).toMatchObject({ outcome: 'started', generation: 2 });
      await eventually('a chunk runs', () => runningChildren(product, decoding).length > 0);
      const made = await resetByCli(id, to);
      expect(made.generation).toBe(3);
      const view = await product.client.get(key(id));
      expect(view).toMatchObject({ result: { generation: 1 }, run: { generation: 3, state: 'running' } });
      const status = await product.cli(['status', `video:${id}`]);
      expect(status.stdout).toMatch(/running[\s\S]*generation 3[\s\S]*of generation 1/);
      const result = await product.client.result({ ...key(id), generation: 3 });
      expect(result.generation).toBe(3);
      const states = (await product.client.runs(key(id))).map((run) => run.state);
      expect(states).toEqual(['completed', 'cancelled', 'completed']);
    },
  );

  it('keeps the old result readable after the new run failed', async () => {
    const source = product.place(launch, 'replaced.webm');
    const first = await product.client.submit('video', 'replaced', { source });
    await product.client.result(first);
    product.place(trailer, 'replaced.webm');
    const made = await resetByCli('replaced', 'video.keyframes');
    await expect(product.client.result({ runId: made.runId })).rejects.toMatchObject({
      code: 'ANALYSIS_FAILED',
      ids: { failureCode: 'CONTENT_CHANGED' },
    });
    const view = await product.client.get(key('replaced'));
    expect(view).toMatchObject({ state: 'failed', result: { generation: 1 } });
    const result = await product.cli(['result', 'video:replaced', '--json']);
    expect(result.records[0]).toMatchObject({ result: { schema: 'analysis.video/1' } });
  });
});

it('changes nothing when the activity that a first reset left frozen wakes after a second one', async () => {
  const source = product.place(trailer, 'frozen.mp4');
  const first = await product.client.submit('video', 'frozen', { source });
  await eventually('a chunk runs', () => runningChildren(product, decoding).length > 0);
  const frozen = product.embedded.pids()['gpu'] ?? 0;
  process.kill(frozen, 'SIGSTOP');
  const replacement = product.startWorker('gpu');
  try {
    await resetByCli('frozen', 'video.chunk');
    await resetByCli('frozen', 'video.chunk');
    const runs = await product.client.runs(key('frozen'));
    expect(runs[0]?.trigger).toBe('reset');
    const result = await product.client.result({ ...key('frozen'), generation: runs[0]?.generation ?? 0 });
    process.kill(frozen, 'SIGCONT');
    await eventually('the woken attempt has ended', async () => {
      const open = await product.sql(
        `select 1 from onceflow.step_attempts a join onceflow.runs r using (run_id)
          where r.resource_id = 'frozen' and a.state = 'running'`,
      );
      return open.length === 0;
    });
    const view = await product.client.get(key('frozen'));
    expect(view).toMatchObject({ state: 'completed', result: { generation: result.generation } });
    expect(await product.client.runs(first)).toHaveLength(runs.length);
  } finally {
    process.kill(frozen, 'SIGCONT');
    replacement.kill('SIGTERM');
  }
});
