import { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import { type Product, startProduct, trailer, type Witnessed } from '../support/product.ts';
import { runningChildren } from '../support/witness.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const decoding = /chunk|decode|measure/i;

interface Span {
  readonly from: number;
  readonly to: number;
}

function spans(lines: readonly Witnessed[]): readonly Span[] {
  const ends = lines.filter((line) => line.event === 'ended');
  return lines.flatMap((line) => {
    if (line.event !== 'started') return [];
    const end = ends.find((other) => other.pid === line.pid && other.at >= line.at);
    return [{ from: Date.parse(line.at), to: end ? Date.parse(end.at) : Number.POSITIVE_INFINITY }];
  });
}

it('ran every heavy activity on queue gpu with a heartbeat timeout of 10 s, one child at a time', async () => {
  const film = product.place(trailer);
  const answer = await product.client.submit('video', 'film', { source: film, params: { chunk_s: 10 } });
  await product.client.result(answer);
  const { events } = await product.temporal.workflow.getHandle('video:film').fetchHistory();
  const heavy = (events ?? []).flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    return scheduled?.activityType?.name === 'video.chunk' ? [scheduled] : [];
  });
  expect(heavy.length).toBeGreaterThan(2);
  for (const activity of heavy) {
    expect(activity.taskQueue?.name).toBe('gpu');
    expect(Number(activity.heartbeatTimeout?.seconds)).toBe(10);
  }
  expect(
    events?.some(
      (event) => event.eventType === temporal.api.enums.v1.EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
    ),
  ).toBe(false);
  const sorted = [...spans(product.witnessed(decoding))].sort((a, b) => a.from - b.from);
  for (const [index, span] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next) expect(next.from).toBeGreaterThanOrEqual(span.to);
  }
});

it('ends the child of a stopped worker within 15 s; the replacement waits for the device, then goes on', async () => {
  const film = product.place(trailer, 'stopped.mp4');
  const old = product.embedded.pids()['gpu'] ?? 0;
  const answer = await product.client.submit('video', 'stopped', { source: film });
  const [child] = await eventually('a chunk is being decoded', () => {
    const children = runningChildren(product, decoding);
    return children.length > 0 && children;
  });
  const stoppedAt = Date.now();
  process.kill(old, 'SIGSTOP');
  const replacement = product.startWorker('gpu');
  try {
    await eventually(
      'the old child is gone',
      () => !runningChildren(product, decoding).some((one) => one.pid === child?.pid),
      20_000,
    );
    expect(Date.now() - stoppedAt).toBeLessThan(15_000 + 5_000);
    const result = await product.client.result(answer, { timeoutMs: 90_000 });
    expect(result.generation).toBe(1);
  } finally {
    process.kill(old, 'SIGCONT');
    replacement.kill('SIGTERM');
  }
  const results = await product.sql(`select generation from onceflow.results where resource_id = 'stopped'`);
  expect(results).toHaveLength(1);
});

it('says within 60 s that no gpu worker polls, and runs when one comes', async () => {
  const film = product.place(trailer, 'waiting.mp4');
  const pid = product.embedded.pids()['gpu'] ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const answer = await product.client.submit('video', 'waiting', { source: film });
    await eventually(
      'status says what it waits for',
      async () => (await product.client.get(answer))?.run.waiting?.reason === 'no-worker',
      65_000,
    );
    const view = await product.client.get(answer);
    expect(view?.run.waiting).toMatchObject({ queue: 'gpu', reason: 'no-worker' });
    const status = await product.cli(['status', 'video:waiting']);
    expect(status.stdout).toContain('no worker polls queue gpu');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await product.client.result({ kind: 'video', resourceId: 'waiting' });
});
