import { faultPoint } from '../fault-points.ts';
import type { CommitRequest, CommitVerdict, ImageHashes, Json, MadeWith } from '../ledger.ts';
import { askingFacts } from '../lifecycle/claim-facts.ts';
import { closeRun } from '../lifecycle/close-run.ts';
import type { RunFacts } from '../lifecycle/run-facts.ts';
import type { LedgerPool, Queryable } from '../pool.ts';
import { standingOf } from './begin.ts';
import { forgetImageHashes } from './forget-image-hashes.ts';
import { keepImageHashes } from './keep-image-hashes.ts';
import { lockFollowOns, startFollowOns } from './follow-ons.ts';
import { refuseRunWrite } from './refuse-write.ts';

/**
 * Applies the result of a generation, once: result, artefacts, state, event, follow-up, in one transaction. Refused,
 * and counted, unless generation, run, incarnation and the result step's fence are current and no cancel is requested.
 * A commit that the same run repeats (its answer was lost) answers with what was committed.
 */
export async function commit(pool: LedgerPool, request: CommitRequest): Promise<CommitVerdict> {
  const verdict = await pool.transaction(async (tx) => {
    const verdict = await applyResult(tx, request);
    await faultPoint('commit: before', request.run.workflowId);
    return verdict;
  });
  await faultPoint('commit: after', request.run.workflowId);
  return verdict;
}

async function applyResult(tx: Queryable, request: CommitRequest): Promise<CommitVerdict> {
  await lockFollowOns(tx, request);
  const standing = await standingOf(tx, request);
  if (standing.verdict === 'describe') return standing;
  if (standing.verdict === 'closed') {
    const own = await readOwn(tx, request);
    const repeated = own && (await committedBefore(tx, request, own));
    return repeated ?? refused(tx, request, 'closed', standing.why);
  }
  const run = standing.own ?? (await readOwn(tx, request));
  if (!run) return refused(tx, request, 'closed', 'the ledger does not know this run');
  const output = await resultOutput(tx, request);
  if (typeof output === 'string') return refused(tx, request, 'superseded', output);
  await writeResult(tx, request, run, output);
  if (output.hashes) await keepImageHashes(tx, run.runId, output.hashes);
  else if (output.indexed) await forgetImageHashes(tx, request);
  const dispatched = await closeRun(tx, run.runId, { state: 'completed', why: null, by: 'commit' });
  await startFollowOns(tx, request, run);
  return { verdict: 'committed', runId: run.runId, generation: run.generation, dispatched };
}

async function readOwn(tx: Queryable, request: CommitRequest): Promise<RunFacts | null> {
  const { own } = await askingFacts(tx, { ...request, keptIncarnation: request.incarnation });
  return own;
}

async function refused(
  tx: Queryable,
  request: CommitRequest,
  verdict: 'closed' | 'superseded',
  why: string,
): Promise<CommitVerdict> {
  const { kind, resourceId, run, resultFence: fence } = request;
  await refuseRunWrite(tx, {
    kind,
    resourceId,
    temporalRunId: run.temporalRunId,
    fence,
    what: 'commit',
    why,
  });
  return { verdict, why };
}

async function committedBefore(
  tx: Queryable,
  request: CommitRequest,
  own: RunFacts,
): Promise<CommitVerdict | null> {
  if (own.state !== 'completed' || own.temporalRunId !== request.run.temporalRunId) return null;
  const { rows } = await tx.query<{ dispatched: boolean }>(
    `select exists (select 1 from onceflow.runs r join onceflow.dispatch using (run_id)
       where r.kind = $1 and r.resource_id = $2 and r.generation > $3) as dispatched`,
    [own.kind, own.resourceId, own.generation],
  );
  const dispatched = rows[0]?.dispatched ?? false;
  return { verdict: 'committed', runId: own.runId, generation: own.generation, dispatched };
}

interface ResultOutput {
  readonly status: 'complete' | 'partial';
  readonly madeWith: MadeWith;
  /** What the result step's value says that other images may find it by. */
  readonly hashes: ImageHashes | null;
  /** An earlier result left some. */
  readonly indexed: boolean;
}

interface Part {
  readonly step: string;
  readonly version: number;
  readonly models: readonly string[];
}

interface ResultOutputRow {
  readonly newest: boolean;
  readonly finished: boolean;
  readonly partial: boolean;
  readonly ours: boolean;
  readonly value: Json;
  readonly indexed: boolean;
  readonly parts: readonly Part[];
}

/** The attempt whose document is the result: finished, and the newest of its instance. Text: why it is not. */
async function resultOutput(tx: Queryable, request: CommitRequest): Promise<ResultOutput | string> {
  const { rows } = await tx.query<ResultOutputRow & { [column: string]: unknown }>(
    `select i.fence = a.fence as newest, a.state = 'finished' and a.document is not null as finished,
       a.partial, a.value,
       exists (select 1 from onceflow.image_hashes h where h.kind = $2 and h.resource_id = $3) as indexed,
       r.kind = $2 and r.resource_id = $3 and r.incarnation = $4 as ours,
       (select coalesce(json_agg(distinct jsonb_build_object('step', p.step, 'version', p.step_version,
            'models', p.models)), '[]')
          from onceflow.step_attempts p
         where p.fence = any($5::bigint[] || $1::bigint) and p.step_version is not null) as parts
       from onceflow.step_attempts a join onceflow.step_instances i using (run_id, step, instance)
       join onceflow.runs r on r.run_id = a.run_id
      where a.fence = $1 for share of i`,
    [request.resultFence, request.kind, request.resourceId, request.incarnation, [...request.fences]],
  );
  const row = rows[0];
  if (!row?.ours) return `fence ${request.resultFence} is not of this analysis`;
  if (!row.newest) return `a newer attempt than fence ${request.resultFence} holds the result step`;
  if (!row.finished) return `fence ${request.resultFence} has left no result`;
  const { partial, parts, value, indexed } = row;
  const status = partial ? 'partial' : 'complete';
  return { status, madeWith: madeWithOf(parts), hashes: hashesOf(value), indexed };
}

/**
 * Looked for here and not in SQL, whose operators refuse texts that a value may hold. The value is the step's own: what
 * a kind from outside calls by that name must not keep its run from its end.
 */
function hashesOf(value: Json): ImageHashes | null {
  const said = (value as { readonly imageHashes?: Partial<ImageHashes> | null } | null)?.imageHashes;
  return areHashes(said) ? said : null;
}

function areHashes(said: Partial<ImageHashes> | null | undefined): said is ImageHashes {
  return [said?.phash64, said?.dhash64].every((hash) => typeof hash === 'string' && HASH.test(hash));
}

const HASH = /^[0-9a-f]{16}$/;

/** Several versions of one step: instances were done by workers of two deployments, or kept by a reset. */
function madeWithOf(parts: readonly Part[]): MadeWith {
  const steps: Record<string, number[]> = {};
  const models: Record<string, string[]> = {};
  for (const part of parts) {
    steps[part.step] = [...new Set([...(steps[part.step] ?? []), part.version])].sort((a, b) => a - b);
    models[part.step] = [...new Set([...(models[part.step] ?? []), ...part.models])].sort();
  }
  return { steps, models };
}

async function writeResult(
  tx: Queryable,
  request: CommitRequest,
  run: RunFacts,
  output: ResultOutput,
): Promise<void> {
  await tx.query(
    `with result as (
       insert into onceflow.results (kind, resource_id, generation, run_id, incarnation, schema, status, document,
         analyser_version, params_hash, source_hash, pin, fence, made_with)
       select r.kind, r.resource_id, r.generation, r.run_id, r.incarnation, $2, $3, a.document, $4, r.params_hash,
         r.source_hash, a.pin, a.fence, $7
         from onceflow.runs r, onceflow.step_attempts a where r.run_id = $1 and a.fence = $5
       returning kind, resource_id, generation)
     insert into onceflow.result_parts (kind, resource_id, generation, fence)
     select result.*, part from result, (select distinct unnest($6::bigint[] || $5::bigint) as part) as parts`,
    [
      run.runId,
      request.resultSchema,
      output.status,
      request.analyserVersion,
      request.resultFence,
      [...request.fences],
      JSON.stringify(output.madeWith),
    ],
  );
}
