import { resolve } from 'node:path';
import { type AnalysisRef, type Answer, type Onceflow, OnceflowError } from '../../client/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { follow, followedRun } from '../follow.ts';
import { untilInterrupted } from '../interrupt.ts';
import { createProgressDisplay } from '../progress.ts';
import { recordOfRun } from '../record.ts';
import { statusText } from '../report/status.ts';
import { type GlobalOptions, type Output, withClient } from '../session.ts';
import { paramsOf } from './analyze.ts';

export interface SubmitCommandOptions extends GlobalOptions {
  readonly source?: string;
  readonly params?: string;
  readonly onDuplicate?: 'return' | 'reject' | 'rerun' | 'coalesce';
  readonly reason?: string;
  readonly priority?: number;
  readonly idempotencyKey?: string;
  readonly fromScratch?: boolean;
  readonly wait?: boolean;
}

/** `video:film-1`, a workflow ID of another form, or a run id. */
export function refOf(text: string, generation?: number): AnalysisRef {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return { runId: text };
  const colon = text.indexOf(':');
  if (colon <= 0 || colon === text.length - 1) {
    throw new OnceflowError({
      code: 'INVALID_ARGUMENT',
      message: `"${text}" names no analysis`,
      hint: 'write KIND:RESOURCE, for example video:film-1, or a run id',
    });
  }
  const key = { kind: text.slice(0, colon), resourceId: text.slice(colon + 1) };
  return generation === undefined ? key : { ...key, generation };
}

/** Throws NEVER_SUBMITTED. */
export async function viewOf(client: Onceflow, ref: AnalysisRef) {
  const view = await client.get(ref);
  if (view) return view;
  throw new OnceflowError({
    code: 'NEVER_SUBMITTED',
    message: `${labelOf(ref)} was never submitted`,
    hint: 'see what there is with: onceflow list',
  });
}

function codeOfState(state: string): number {
  return state === 'failed' || state === 'cancelled' ? exitCodes.failed : exitCodes.completed;
}

async function answered(client: Onceflow, answer: Answer, wait: boolean, output: Output): Promise<number> {
  if (wait && answer.outcome !== 'completed') return waitFor(client, answer, answer.outcome, output);
  const view = await viewOf(client, { runId: answer.runId });
  output.record({
    ...recordOfRun(view.run, answer.outcome),
    state: answer.state,
    generation: answer.generation,
    runId: answer.runId,
    why: answer.why,
    ...(answer.stale?.length ? { stale: answer.stale } : {}),
    ...(answer.result ? { result: answer.result.document } : {}),
  });
  output.text(`${answer.outcome}  ${answer.workflowId}  generation ${answer.generation}\n  ${answer.why}`);
  return exitCodes.completed;
}

function labelOf(ref: AnalysisRef): string {
  if ('kind' in ref) return `${ref.kind}:${ref.resourceId}`;
  return 'workflowId' in ref ? ref.workflowId : ref.runId;
}

async function waitFor(client: Onceflow, ref: AnalysisRef, outcome: string, output: Output): Promise<number> {
  const display = createProgressDisplay(process.stderr);
  return untilInterrupted(async (signal) => {
    const last = await follow(client, ref, labelOf(ref), display, signal);
    display.clear();
    const view = await viewOf(client, ref);
    const run = (await followedRun(client, ref, last)) ?? view.run;
    const result = run.state === 'completed' ? await client.result({ runId: run.runId }) : null;
    output.record({ ...recordOfRun(run, outcome), ...(result ? { result: result.document } : {}) });
    output.text(statusText({ ...view, run }));
    return codeOfState(run.state);
  });
}

export function submit(kind: string, resourceId: string, options: SubmitCommandOptions): Promise<number> {
  return withClient(options, async (client, output) => {
    const answer = await client.submit(kind, resourceId, {
      ...(options.source === undefined ? {} : { source: resolve(options.source) }),
      ...(options.params === undefined ? {} : { params: paramsOf(options.params) }),
      ...(options.onDuplicate === undefined ? {} : { onDuplicate: options.onDuplicate }),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
      ...(options.priority === undefined ? {} : { priority: options.priority }),
      ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
      ...(options.fromScratch ? { fromScratch: true } : {}),
    });
    return answered(client, answer, options.wait ?? false, output);
  });
}

export function status(target: string, options: GlobalOptions): Promise<number> {
  return withClient(options, async (client, output) => {
    const view = await viewOf(client, refOf(target));
    output.record({
      ...recordOfRun(view.run, view.run.state),
      standingGeneration: view.result?.generation ?? null,
      stale: view.result?.stale ?? [],
      deleted: view.deleted,
    });
    output.text(statusText(view));
    return exitCodes.completed;
  });
}

export function watch(target: string, options: GlobalOptions): Promise<number> {
  return withClient(options, async (client, output) => {
    if (!output.json) return waitFor(client, refOf(target), 'watched', output);
    return untilInterrupted(async (signal) => {
      let state = 'pending';
      for await (const update of client.watch(refOf(target), { signal })) {
        output.record(update);
        state = update.state;
      }
      return codeOfState(state);
    });
  });
}

export function cancel(
  target: string,
  options: GlobalOptions & { readonly reason?: string },
): Promise<number> {
  return withClient(options, async (client, output) => {
    const { requested, run } = await client.cancel(
      refOf(target),
      options.reason === undefined ? {} : { reason: options.reason },
    );
    output.record(recordOfRun(run, requested ? 'cancel-requested' : run.state));
    output.text(
      requested ? `cancel requested; ${run.workflowId} ends soon` : `nothing to cancel: it is ${run.state}`,
    );
    return exitCodes.completed;
  });
}

export interface AgainOptions extends GlobalOptions {
  readonly params?: string;
  readonly reason?: string;
  readonly fromScratch?: boolean;
  readonly wait?: boolean;
}

export function again(verb: 'retry' | 'rerun', target: string, options: AgainOptions): Promise<number> {
  return withClient(options, async (client, output) => {
    const answer = await client[verb](refOf(target), {
      ...(options.params === undefined ? {} : { params: paramsOf(options.params) }),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
      ...(options.fromScratch ? { fromScratch: true } : {}),
    });
    return answered(client, answer, options.wait ?? false, output);
  });
}

export function reset(
  target: string,
  options: GlobalOptions & { readonly to?: string; readonly reason?: string },
): Promise<number> {
  return withClient(options, async (client, output) => {
    const made = await client.reset(refOf(target), {
      to: resetPoint(options.to ?? 'first'),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    });
    output.record(made.run ? recordOfRun(made.run, 'reset') : made);
    output.text(
      made.run
        ? `reset  ${made.workflowId}  generation ${made.run.generation}`
        : `reset  ${made.workflowId}; no worker has taken it up yet`,
    );
    return exitCodes.completed;
  });
}

function resetPoint(text: string) {
  if (text === 'first' || text === 'last') return text;
  return /^\d+$/.test(text) ? { eventId: Number(text) } : { step: text };
}
