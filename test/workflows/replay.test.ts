import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { builtInKinds } from '../../kinds/registry.ts';

/**
 * Runs that were under way when a new version is deployed go on in it: so today's code must give the commands that
 * these histories hold. A change that breaks one needs a patch marker (`patched`), not another history.
 */
const folder = new URL('../histories/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger, shutdownSignals: [] });
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
});

test('every kind has recorded histories', () => {
  const without = builtInKinds.filter(
    ({ kind }) => !names.includes(kind) || !names.includes(`${kind}-failed`),
  );
  expect(without.map(({ kind }) => kind)).toEqual([]);
});

test.each(names)('the recorded history "%s" replays', async (name) => {
  const recorded: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const history = proto.temporal.api.history.v1.History.fromObject(recorded as Record<string, unknown>);
  const type = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name;
  await Worker.runReplayHistory({ workflowBundle }, history, `${type}:replayed`);
  expect(history.events.length).toBeGreaterThan(10);
});
