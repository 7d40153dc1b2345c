import type { Client, Connection } from '@temporalio/client';
import type { Actor, AnalysisView, Ledger, RunView } from '../ledger/ledger.ts';
import { checkFilter, checkLimit, checkResetPoint, checkText, checkWait, optionsOf } from './arguments.ts';
import { type Call, closedError } from './calls.ts';
import type { Changes } from './changes.ts';
import { clean } from './clean.ts';
import type { Kinds } from './kinds.ts';
import type { AnalysisRef, Onceflow, RerunOptions } from './onceflow.ts';
import { cancelRun, newestRun, resetAnalysis } from './operations.ts';
import { resolveRef, type Target } from './refs.ts';
import { createResources } from './resources.ts';
import { waitForResult } from './results.ts';
import { similarTo } from './similar.ts';
import { viewNow } from './staleness.ts';
import { createSubmissions } from './submissions.ts';
import { createWaiting } from './waiting.ts';
import { watchRun } from './watch.ts';

export interface Parts {
  readonly ledger: Ledger;
  readonly call: Call;
  readonly changes: Changes;
  readonly kinds: Kinds;
  readonly actor: Actor;
  readonly temporal: Client & { readonly connection: Connection };
  /** Undefined: submits start nothing themselves. */
  readonly starter: Client | undefined;
  readonly temporalUiUrl: string | undefined;
  readonly ocrQueue: 'cpu' | 'gpu';
}

/** Puts the client together from its parts; each verb lives in the module named after what it does. */
export function openOnceflow(given: Parts): Onceflow {
  let closed = false;
  const call: Call = async (operation) => {
    if (closed) throw closedError();
    return given.call(operation);
  };
  const parts = { ...given, call };
  const { ledger, changes, temporal } = parts;
  const resolve = (ref: AnalysisRef): Promise<Target> => resolveRef(ledger, call, ref);
  const submissions = createSubmissions({ ...parts, temporal: parts.starter });
  const again = async (wish: 'retry' | 'rerun', ref: AnalysisRef, given?: RerunOptions) => {
    const options = optionsOf(given);
    const target = await resolve(ref);
    const { key } = target;
    const params = options.params ?? (await paramsOf(parts, target));
    return submissions.one(wish, key.kind, key.resourceId, { ...options, ...(params && { params }) });
  };
  return {
    // The cast narrows the kind that went in and comes out again.
    submit: ((kind, resourceId, options) =>
      submissions.one('submit', kind, resourceId, options)) as Onceflow['submit'],
    submitMany: (items) => submissions.many(items),
    submitInTransaction: ((client, kind, resourceId, options) =>
      submissions.inTransaction(client, kind, resourceId, options)) as Onceflow['submitInTransaction'],
    retry: (ref, options) => again('retry', ref, options),
    rerun: (ref, options) => again('rerun', ref, options),
    ...endsOf(parts, resolve),
    ...readsOf(parts, resolve),
    ...pastOf(parts, resolve),
    similar: async (ref, options) => similarTo(parts, await resolve(ref), options),
    resources: createResources(parts),
    clean: (options) => clean(parts, options),
    kinds: parts.kinds.all,
    temporalUiUrl: parts.temporalUiUrl,
    async close() {
      closed = true;
      await changes.close();
      await Promise.allSettled([ledger.close(), temporal.connection.close()]);
    },
  };
}

/** Those of the run that is named; where none is, of the newest, if there is one. */
async function paramsOf(parts: Parts, target: Target): Promise<RunView['params'] | undefined> {
  if (target.generation !== null) return (await newestRun(parts, target)).params;
  return (await parts.call(() => parts.ledger.get(target.key)))?.run.params;
}

type Ends = Pick<Onceflow, 'reset' | 'cancel'>;

function endsOf(parts: Parts, resolve: (ref: AnalysisRef) => Promise<Target>): Ends {
  return {
    async reset(ref, given) {
      const options = optionsOf(given);
      checkResetPoint(options.to);
      checkText('reason', options.reason);
      return resetAnalysis(parts, await resolve(ref), options);
    },
    async cancel(ref, given) {
      const { reason = null } = optionsOf(given);
      checkText('reason', reason);
      return cancelRun(parts, await resolve(ref), reason);
    },
  };
}

function createGpuSeconds({ ledger, call }: Parts) {
  return async (runs: readonly RunView[]): Promise<readonly RunView[]> => {
    const counted = await call(() => ledger.gpuSeconds(runs.map(({ runId }) => runId)));
    return runs.map((run, index) => ({ ...run, gpuSeconds: counted[index] ?? null }));
  };
}

type Reads = Pick<Onceflow, 'get' | 'result' | 'watch' | 'list'>;

function readsOf(parts: Parts, resolve: (ref: AnalysisRef) => Promise<Target>): Reads {
  const { ledger, call, kinds } = parts;
  const { withWaiting } = createWaiting(parts);
  const withGpuSeconds = createGpuSeconds(parts);
  const seen = async (view: AnalysisView) => {
    const [waiting, [counted]] = await Promise.all([withWaiting(view.run), withGpuSeconds([view.run])]);
    return { ...viewNow(kinds, view), run: { ...waiting, gpuSeconds: counted?.gpuSeconds ?? null } };
  };
  return {
    async get(ref) {
      const { key } = await resolve(ref);
      const view = await call(() => ledger.get(key));
      return view && seen(view);
    },
    result: (async (ref, given) => {
      const options = optionsOf(given);
      checkWait(options);
      return waitForResult(parts, await resolve(ref), options);
    }) as Onceflow['result'],
    async *watch(ref, given) {
      const options = optionsOf(given);
      checkWait(options);
      yield* watchRun({ ...parts, withWaiting }, await resolve(ref), options.signal);
    },
    async list(given) {
      const filter = optionsOf(given);
      checkFilter(filter);
      const page = await call(() => ledger.list(filter));
      return { ...page, items: page.items.map((view) => viewNow(kinds, view)) };
    },
  };
}

type Past = Pick<Onceflow, 'runs' | 'steps' | 'events' | 'duplicates'>;

function pastOf(parts: Parts, resolve: (ref: AnalysisRef) => Promise<Target>): Past {
  const { ledger, call } = parts;
  const withGpuSeconds = createGpuSeconds(parts);
  return {
    async runs(ref) {
      const { key } = await resolve(ref);
      return withGpuSeconds(await call(() => ledger.runs(key)));
    },
    async steps(ref) {
      const run = await newestRun(parts, await resolve(ref));
      return call(() => ledger.steps(run.runId));
    },
    async events(ref, options) {
      const { limit } = optionsOf(options);
      checkLimit(limit);
      const { key } = await resolve(ref);
      return call(() => ledger.events(key, limit ?? undefined));
    },
    async duplicates(ref, options) {
      const { limit } = optionsOf(options);
      checkLimit(limit);
      const { key } = await resolve(ref);
      return call(() => ledger.duplicates(key, limit ?? undefined));
    },
  };
}
