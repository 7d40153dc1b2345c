import type { FinishRequest, Json } from '../ledger.ts';
import type { LedgerPool, Queryable } from '../pool.ts';
import { refuseAttemptWrite } from './refuse-write.ts';
import { renew } from './renew.ts';

/**
 * The fenced write of one attempt: output, artefact rows, step memory. Accepted from the newest attempt of its
 * instance, of the Temporal run that owns the running generation, while no cancel is requested. Repeating it is safe.
 * An output out of memory touches its entry, so that its files cannot be cleaned away between the two.
 */
export async function finish(pool: LedgerPool, request: FinishRequest): Promise<boolean> {
  if (await write(pool, request)) return true;
  if (await finishedBefore(pool, request)) return true;
  const { current, why } = await renew(pool, request.fence);
  const forgotten = current && request.rememberedFrom !== null;
  await refuseAttemptWrite(pool, request.fence, 'finish', forgotten ? 'step memory has forgotten it' : why);
  return false;
}

const finishing = `with current as (
       select a.fence from onceflow.step_attempts a
         join onceflow.runs r on r.run_id = a.run_id and r.temporal_run_id = a.temporal_run_id
        where a.fence = $1 and a.temporal_run_id = $2 and a.state = 'running' and r.state = 'running'
          and r.cancel_requested_at is null
          for share of r),
     fenced as (
       select i.fence from onceflow.step_instances i join current using (fence)
         join onceflow.step_attempts a using (fence)
        where i.run_id = a.run_id and i.step = a.step and i.instance = a.instance for share of i),
     memory as (
       update onceflow.step_memory m set at = now() from fenced
        where m.memory_key = $6 and m.fence = $7 returning m.fence),
     done as (
       update onceflow.step_attempts a
          set state = 'finished', ended_at = clock_timestamp(), value = $3, document = $4, pin = $5, memory_key = $6,
              remembered = $7::bigint is not null, remembered_from = $7, partial = $9, step_version = $10, models = $11
         from fenced where a.fence = fenced.fence and a.state = 'running'
          and ($7::bigint is null or exists (select 1 from memory)) returning a.fence),
     kept as (
       insert into onceflow.artefacts (fence, name, media_type, bytes, sha256, path)
       select done.fence, t.name, t."mediaType", t.bytes, t.sha256, t.path
         from done, json_to_recordset($8) as t(name text, "mediaType" text, bytes bigint, sha256 text, path text)),
     learnt as (
       insert into onceflow.step_memory (memory_key, fence)
       select $6, fence from done where $6::text is not null and $7::bigint is null
       on conflict (memory_key) do update set fence = excluded.fence, at = now())
     select fence from done`;

async function write(sql: Queryable, request: FinishRequest): Promise<boolean> {
  const { document, computedWith } = request;
  const { rowCount } = await sql.query(finishing, [
    request.fence,
    request.temporalRunId,
    JSON.stringify(request.value),
    document === null ? null : JSON.stringify(document),
    request.pin,
    request.memoryKey,
    request.rememberedFrom,
    JSON.stringify(request.artefacts),
    isPartial(document),
    computedWith.version,
    computedWith.models,
  ]);
  return rowCount === 1;
}

/** A result says of itself that it is partial: a step was skipped, and the document says which and why. */
function isPartial(document: Json | null): boolean {
  return (
    typeof document === 'object' && document !== null && 'status' in document && document.status === 'partial'
  );
}

async function finishedBefore(sql: Queryable, request: FinishRequest): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select 1 from onceflow.step_attempts where fence = $1 and temporal_run_id = $2 and state = 'finished'`,
    [request.fence, request.temporalRunId],
  );
  return rowCount === 1;
}
