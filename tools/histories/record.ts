/**
 * `npx node tools/histories/record.ts [KIND ...]`: records histories of each workflow type on a real stack, for the
 * replay check: plain, failed, cancelled, retried (the worker of its first step was killed), and reset to each point
 * before the commit. Only for new kinds and for histories that were never released: a change that breaks a recorded
 * one needs a patch marker.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { temporal as api } from '@temporalio/proto';
import proto from '@temporalio/proto';
import pg from 'pg';
import type { ResetPoint } from '../../client/onceflow.ts';
import { builtInKinds } from '../../kinds/registry.ts';
import { eventually } from '../../test/support/flow.ts';
import { startProduct } from '../../test/support/product.ts';
import { type HistorySample, historySamples, repositoryFile } from './samples.ts';

const { History } = proto.temporal.api.history.v1;
type Event = api.api.history.v1.IHistoryEvent;
const HEARTBEAT_MS = 10_000;

const wanted = process.argv.slice(2);
const kinds = builtInKinds
  .map(({ kind }) => kind)
  .filter((kind) => wanted.length === 0 || wanted.includes(kind));
const folder = repositoryFile('test/histories');
mkdirSync(folder, { recursive: true });

const product = await startProduct({ workers: ['control'] });
try {
  for (const kind of kinds) await recordCancelled(kind);
  await recordRetried();
  for (const name of ['cpu', 'gpu'] as const) product.startWorker(name);
  for (const kind of kinds) await recordFailed(kind);
  for (const kind of kinds) await recordPlainAndResets(kind);
} finally {
  await product.stop();
}

/** No worker does its first step: it is cancelled while it waits. */
async function recordCancelled(kind: string): Promise<void> {
  const answer = await submit(kind, 'cancelled');
  await eventually(
    `${answer.workflowId} running`,
    async () => (await state(kind, 'cancelled')) === 'running',
  );
  await product.client.cancel(answer);
  await eventually('cancelled', async () => (await state(kind, 'cancelled')) === 'cancelled');
  await save(`${kind}-cancelled`, answer.workflowId);
}

/** The worker dies in the first step of each: what it had begun is done by another one. */
async function recordRetried(): Promise<void> {
  const holder = new pg.Client({ connectionString: product.embedded.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('lock table onceflow.step_attempts in exclusive mode');
  const doomed = product.startWorker('io', { ONCEFLOW_IO_SLOTS: String(kinds.length) });
  const answers = await Promise.all(kinds.map((kind) => submit(kind, 'retried')));
  await eventually('all first steps begun', async () => {
    const started = await Promise.all(answers.map(({ workflowId }) => hasBegun(workflowId)));
    return started.every(Boolean);
  });
  doomed.kill('SIGKILL');
  await holder.query('rollback');
  await holder.end();
  await delay(HEARTBEAT_MS);
  for (const name of ['io', 'cpu', 'gpu'] as const) product.startWorker(name);
  for (const answer of answers) {
    await product.client.result(answer);
    await save(`${answer.workflowId.split(':')[0]}-retried`, answer.workflowId);
  }
}

async function hasBegun(workflowId: string): Promise<boolean> {
  const { raw } = await product.temporal.workflow.getHandle(workflowId).describe();
  const { PENDING_ACTIVITY_STATE_STARTED } = proto.temporal.api.enums.v1.PendingActivityState;
  return (raw.pendingActivities ?? []).some(({ state: now }) => now === PENDING_ACTIVITY_STATE_STARTED);
}

async function recordFailed(kind: string): Promise<void> {
  const path = join(product.files, `${kind}-bad`);
  const { bad } = sampleOf(kind);
  if (bad !== null) writeFileSync(path, bad);
  const answer = await product.client.submit(kind, `${kind}-failed`, { source: path });
  await eventually('failed', async () => (await state(kind, 'failed')) === 'failed');
  await save(`${kind}-failed`, answer.workflowId);
}

async function recordPlainAndResets(kind: string): Promise<void> {
  const answer = await submit(kind, 'plain');
  await product.client.result(answer);
  const events = await save(kind, answer.workflowId);
  for (const to of pointsOf(events)) {
    // Each from the plain run, which every kind has finished by then.
    const again = await submit(kind, `reset-${to}`);
    await product.client.result(again);
    const { run } = await product.client.reset(again, { to: resetPointOf(to), reason: 'recorded' });
    if (run) await product.client.result(run);
    await save(`${kind}-reset-to-${to}`, again.workflowId);
  }
}

/** The claim, each step once, and the commit. */
function pointsOf(events: readonly Event[]): readonly string[] {
  const steps = events.flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
  );
  const names = [...new Set(steps)]
    .filter((name) => name !== 'commit')
    .map((name) => name.split('.')[1] ?? name);
  return ['claim', ...names, 'commit'];
}

function resetPointOf(name: string): ResetPoint {
  if (name === 'claim') return 'first';
  return name === 'commit' ? 'last' : { step: name };
}

function sampleOf(kind: string): HistorySample {
  const sample = historySamples[kind];
  if (sample) return sample;
  throw new RangeError(`${kind} has no sample in tools/histories/samples.ts`);
}

async function submit(kind: string, what: string) {
  const { good, params = {} } = sampleOf(kind);
  const id = `${kind}-${what}`;
  const name = `${id}.${good.split('.').at(-1)}`;
  return product.client.submit(kind, id, { source: product.place(repositoryFile(good), name), params });
}

async function state(kind: string, what: string): Promise<string | undefined> {
  return (await product.client.get({ kind, resourceId: `${kind}-${what}` }))?.run.state;
}

/** Of the newest run, once Temporal has closed it; one line an event. */
async function save(name: string, workflowId: string): Promise<readonly Event[]> {
  const handle = product.temporal.workflow.getHandle(workflowId);
  await eventually('closed', async () => (await handle.describe()).status.name !== 'RUNNING');
  const { events } = await handle.fetchHistory();
  const { events: plain = [] } = History.fromObject({ events }).toJSON() as { events?: unknown[] };
  const lines = plain.map((event) => JSON.stringify(withoutMachine(event)));
  writeFileSync(join(folder, `${name}.json`), `{"events":[\n${lines.join(',\n')}\n]}\n`);
  process.stderr.write(`${name}: ${plain.length} events\n`);
  return events ?? [];
}

/** Names of hosts and processes say nothing to a replay. */
function withoutMachine(event: unknown): unknown {
  return JSON.parse(JSON.stringify(event), (key, value: unknown) => (key === 'identity' ? 'worker' : value));
}
