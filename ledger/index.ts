import { createBatch } from './batch.ts';
import type { Ledger, ResultView } from './ledger.ts';
import { attemptOutput, remember } from './operations/attempt-output.ts';
import { begin } from './operations/begin.ts';
import { cancelsDue } from './operations/cancels-due.ts';
import { claim } from './operations/claim.ts';
import { forget, releaseFiles } from './operations/clean.ts';
import { closeCancelled } from './operations/close-cancelled.ts';
import { commit } from './operations/commit.ts';
import { getDispatch, postponeDispatch, takeDispatches } from './operations/dispatch.ts';
import { endAttempt } from './operations/end-attempt.ts';
import { failAttempt } from './operations/fail-attempt.ts';
import { failRun } from './operations/fail-run.ts';
import { finish } from './operations/finish.ts';
import { forgetCalls } from './operations/forget-calls.ts';
import { gpuSeconds } from './operations/gpu-seconds.ts';
import { listen } from './operations/listen.ts';
import { getAnalysis, listAnalyses } from './operations/read-analyses.ts';
import { listDuplicates, listEvents, listRefusedWrites, listSteps } from './operations/read-history.ts';
import { getResults, type ResultAsked } from './operations/read-result.ts';
import { getRun, listRuns } from './operations/read-runs.ts';
import { readImageHashes } from './operations/read-image-hashes.ts';
import { renew } from './operations/renew.ts';
import { reportProgress } from './operations/report-progress.ts';
import { noteReset } from './operations/note-reset.ts';
import { requestCancel } from './operations/request-cancel.ts';
import {
  deleteResource,
  getResources,
  putResource,
  resourceState,
  type ResourceView,
} from './operations/resources.ts';
import { silentRun, silentRuns } from './operations/silent-runs.ts';
import { similarImages } from './operations/similar-images.ts';
import { createSubmit, submitInTransaction } from './operations/submit.ts';
import { takeOverOutcome } from './operations/take-over-outcome.ts';
import { queues, workerGone, workerSeen } from './operations/workers.ts';
import type { LedgerPool } from './pool.ts';

export type * from './ledger.ts';
export { LedgerError } from './errors.ts';
export { migrate } from './migrate.ts';
export { createPool, type LedgerPool, type PoolSettings } from './pool.ts';

/** The ledger on one pool, which it closes. Every method may throw a LedgerError. */
export function createLedger(pool: LedgerPool): Ledger {
  return {
    ...admission(pool),
    ...lifecycle(pool),
    ...attempts(pool),
    ...reads(pool),
    close: () => pool.close(),
  };
}

function admission(pool: LedgerPool) {
  return {
    submit: createSubmit(pool),
    submitInTransaction,
    putResource: (resourceId, source, by, seen) => putResource(pool, resourceId, source, by, seen),
    resourceState: (resourceId) => resourceState(pool, resourceId),
    deleteResource: (resourceId, by, incarnation) => deleteResource(pool, resourceId, by, incarnation),
    getResource: createBatch<string, ResourceView | null>((ids) => getResources(pool, ids), smallReads),
    takeDispatches: (limit, leaseMs) => takeDispatches(pool, limit, leaseMs),
    getDispatch: (runId) => getDispatch(pool, runId),
    postponeDispatch: (runId, delayMs, error) => postponeDispatch(pool, runId, delayMs, error),
    cancelsDue: (limit) => cancelsDue(pool, limit),
    listen: (onEvent) => listen(pool, onEvent),
  } satisfies Partial<Ledger>;
}

function lifecycle(pool: LedgerPool) {
  return {
    claim: (request) => claim(pool, request),
    commit: (request) => commit(pool, request),
    failRun: (run, failure) => failRun(pool, run, failure),
    closeCancelled: (run, why) => closeCancelled(pool, run, why),
    noteReset: (key, temporalRunId, by, reason) => noteReset(pool, key, temporalRunId, by, reason),
    requestCancel: async (key, by, reason, generation) => {
      const runId = await requestCancel(pool, key, by, reason, generation);
      return runId === null ? null : getRun(pool, { runId });
    },
    silentRuns: (olderThanMs, limit, after) => silentRuns(pool, olderThanMs, limit, after),
    silentRun: (olderThanMs, runId) => silentRun(pool, olderThanMs, runId),
    takeOverOutcome: (runId, temporalRunId, outcome) => takeOverOutcome(pool, runId, temporalRunId, outcome),
  } satisfies Partial<Ledger>;
}

function attempts(pool: LedgerPool) {
  return {
    begin: (request) => begin(pool, request),
    renew: (fence) => renew(pool, fence),
    reportProgress: (fence, progress) => reportProgress(pool, fence, progress),
    remember: (memoryKey, owner) => remember(pool, memoryKey, owner),
    finish: (request) => finish(pool, request),
    failAttempt: (fence, failure) => failAttempt(pool, fence, failure),
    endAttempt: (fence, why) => endAttempt(pool, fence, why),
    attemptOutput: (fence) => attemptOutput(pool, fence),
    workerSeen: (worker) => workerSeen(pool, worker),
    workerGone: (workerId) => workerGone(pool, workerId),
    queues: () => queues(pool),
  } satisfies Partial<Ledger>;
}

/** Callers who ask at the same time share statements; one for whom nobody else asks waits for nobody. */
const smallReads = { maxItems: 500, maxInFlight: 2 };
/** Results can be large: few of them travel together. */
const resultReads = { maxItems: 100, maxInFlight: 2 };

function reads(pool: LedgerPool) {
  const readResult = createBatch<ResultAsked, ResultView | null>(
    (asked) => getResults(pool, asked),
    resultReads,
  );
  return {
    get: (ref) => getAnalysis(pool, ref),
    getRun: (ref) => getRun(pool, ref),
    getResult: ({ kind, resourceId }, generation) =>
      readResult({ kind, resourceId, generation: generation ?? null }),
    list: (filter) => listAnalyses(pool, filter),
    runs: (key) => listRuns(pool, key),
    steps: (runId) => listSteps(pool, runId),
    events: (key, limit) => listEvents(pool, key, limit),
    duplicates: (key, limit) => listDuplicates(pool, key, limit),
    refusedWrites: (key) => listRefusedWrites(pool, key),
    imageHashes: (key) => readImageHashes(pool, key),
    similarImages: (asked) => similarImages(pool, asked),
    gpuSeconds: (runIds) => gpuSeconds(pool, runIds),
    forgetCalls: (keep, mode) => forgetCalls(pool, keep, mode),
    forget: (keep, mode) => forget(pool, keep, mode),
    releaseFiles: (files, keep, mode) => releaseFiles(pool, files, keep, mode),
  } satisfies Partial<Ledger>;
}
