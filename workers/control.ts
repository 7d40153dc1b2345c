import { join } from 'node:path';
import { createLifecycleActivities } from '../activities/lifecycle/lifecycle.ts';
import { runRelay } from '../client/relay.ts';
import { bundleWorkflows } from './bundle.ts';
import { openBase, workerOptions } from './compose.ts';
import { movedSteps } from '../kinds/models/moved-steps.ts';
import { runUntilStopped } from './drain.ts';
import type { Kinds } from './kinds.ts';
import { logger } from './logging.ts';
import type { WorkerSettings } from './settings.ts';

/** Each cached workflow holds a part of the sandbox's heap; one that is not cached is replayed from its history. */
const CACHED_WORKFLOWS = 200;

/** A run whose control worker died is taken up by another one after this long. */
const STICKY_MS = 3_000;

/** Workflows, claim and commit, and the relay that brings Temporal in line with the ledger. */
export async function runControlWorker(settings: WorkerSettings, kinds: Kinds): Promise<void> {
  const fromOutside = (kinds.outside ?? []).length > 0;
  const bundles = fromOutside ? join(settings.dataDirectory, 'cache') : settings.codeDirectory;
  const workflowBundle = await bundleWorkflows(kinds, bundles);
  const base = await openBase(settings, kinds);
  const { ledger, engine, temporal } = base;
  const definitionOf = (kind: string) => {
    const found = kinds.definitions.find((definition) => definition.kind === kind);
    if (found) return found;
    throw new RangeError(`${kind} is no kind of analysis that this worker serves`);
  };
  const queuesOf = (kind: string) => movedSteps(definitionOf(kind), settings.ocrQueue);
  const options = {
    ...workerOptions(base, 'control'),
    workflowBundle,
    activities: {
      ...createLifecycleActivities({
        ...{ ledger, engine, definitions: kinds.definitions, definitionOf, queuesOf },
      }),
    },
    maxCachedWorkflows: CACHED_WORKFLOWS,
    stickyQueueScheduleToStartTimeout: STICKY_MS,
  };
  await runUntilStopped(base, 'control', options, {
    beside: (signal) => runRelay({ ledger, temporal, signal, log: (line) => logger.warn(line) }),
  });
}
