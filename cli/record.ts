import type { AnalysisResult, OnceflowError } from '../client/index.ts';

/** One analysis, as `--json` prints it: one object a line on stdout, nothing else there. */
export interface AnalysisRecord {
  readonly kind: string | null;
  readonly resourceId: string | null;
  readonly outcome: string;
  readonly state: string | null;
  readonly generation: number | null;
  readonly workflowId: string | null;
  readonly runId: string | null;
  readonly temporalRunId: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly why: string | null;
  readonly stale?: readonly string[];
  readonly waiting?: { readonly queue: string; readonly reason: string };
  readonly progress?: unknown;
  readonly gpuSeconds?: unknown;
  readonly result?: unknown;
  readonly error?: ErrorRecord;
}

export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What a run looks like to the CLI: the ledger's view, as the client returns it. */
export interface RunLike {
  readonly kind: string;
  readonly resourceId: string;
  readonly generation: number;
  readonly workflowId: string;
  readonly runId: string;
  readonly temporalRunId: string | null;
  readonly state: string;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly why: string | null;
  readonly failure: ErrorRecord | null;
  readonly waiting: { readonly queue: string; readonly reason: string } | null;
  readonly progress: unknown;
  readonly gpuSeconds: unknown;
}

export function recordOfRun(run: RunLike, outcome: string, result?: AnalysisResult | null): AnalysisRecord {
  return {
    kind: run.kind,
    resourceId: run.resourceId,
    outcome,
    state: run.state,
    generation: run.generation,
    workflowId: run.workflowId,
    runId: run.runId,
    temporalRunId: run.temporalRunId,
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    why: run.why,
    ...(run.waiting ? { waiting: { queue: run.waiting.queue, reason: run.waiting.reason } } : {}),
    ...(run.progress ? { progress: run.progress } : {}),
    ...(run.gpuSeconds ? { gpuSeconds: run.gpuSeconds } : {}),
    ...(result ? { result: result.document } : {}),
    ...(run.failure ? { error: run.failure } : {}),
  };
}

/** An analysis that could not even be asked for. */
export function recordOfError(
  names: { readonly kind?: string | null; readonly resourceId?: string | null },
  error: Pick<OnceflowError, 'code' | 'message' | 'hint'>,
): AnalysisRecord {
  return {
    kind: names.kind ?? null,
    resourceId: names.resourceId ?? null,
    outcome: 'refused',
    state: null,
    generation: null,
    workflowId: null,
    runId: null,
    temporalRunId: null,
    startedAt: null,
    endedAt: null,
    why: null,
    error: { code: error.code, message: error.message, hint: error.hint },
  };
}
