import type { CleanMode, Keep, StoredFile } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/**
 * What may be cleaned away: memory entries that nobody needs, then files that nothing keeps.
 *
 * - A path is kept by a standing result, a retained run, or a memory entry, whichever attempt's row names it.
 * - A run is retained while it is open, or its analysis has an open run (which may be its reset), or it is the newest of
 *   its analysis, or it closed within the keeping time. Nothing of a deleted resource is, beyond the grace.
 * - An attempt that takes an entry touches it in the transaction that takes the output (finish.ts). So an entry that was
 *   removed is not taken any more, and one that was taken is not removed.
 * - A file is released only if its path names an attempt that this ledger knows, with its run, step and instance: a
 *   store of another ledger loses nothing.
 */
const ago = (milliseconds: string): string => `now() - ${milliseconds} * interval '1 millisecond'`;

/** Of the runs row `r` and its resource `o`: $1 keeps, $2 is the grace. */
const runRetained = `(r.state in ('pending', 'running') or r.ended_at > ${ago('$2::float8')}
    or (o.deleted_at is null and o.incarnation = r.incarnation and (r.ended_at > ${ago('$1::float8')} or exists (
      select 1 from onceflow.analyses n where n.kind = r.kind and n.resource_id = r.resource_id
         and (n.run_id = r.run_id or n.state in ('pending', 'running'))))))`;

/** Whether a retained run or a standing result has the attempt with this fence. */
function inUse(fence: string): string {
  return `(exists (
      select 1 from onceflow.step_attempts a join onceflow.runs r using (run_id)
        join onceflow.resources o using (resource_id) where a.fence = ${fence} and ${runRetained})
    or exists (
      select 1 from onceflow.result_parts p join onceflow.results s using (kind, resource_id, generation)
        join onceflow.resources o using (resource_id)
       where p.fence = ${fence} and o.deleted_at is null and o.incarnation = s.incarnation
         and s.generation = (select max(t.generation) from onceflow.results t
           where t.kind = s.kind and t.resource_id = s.resource_id and t.incarnation = s.incarnation)))`;
}

const users = `(select m.fence union all
    select taker.fence from onceflow.step_attempts taker where taker.remembered_from = m.fence)`;

/** Of the memory row `m`. */
const forgettable = `(m.at < ${ago('$2::float8')}
    and (m.at < ${ago('$1::float8')} or not exists (
      select 1 from ${users} as used (fence) join onceflow.step_attempts a using (fence)
        join onceflow.runs r using (run_id) join onceflow.resources o using (resource_id)
       where o.deleted_at is null and o.incarnation = r.incarnation))
    and not exists (select 1 from ${users} as used (fence) where ${inUse('used.fence')}))`;

/** Entries of one statement: each costs about 0.1 ms, and a statement may not take long. */
const ENTRIES_AT_A_TIME = 2_000;

/** Removes the entries of step memory that nobody needs, or counts them. */
export async function forget(sql: Queryable, keep: Keep, mode: CleanMode): Promise<number> {
  const page = `select memory_key from onceflow.step_memory where memory_key > $3 order by memory_key
      limit ${ENTRIES_AT_A_TIME}`;
  const found =
    mode === 'remove'
      ? `delete from onceflow.step_memory m using page
          where m.memory_key = page.memory_key and ${forgettable} returning m.fence`
      : `select m.fence from onceflow.step_memory m join page using (memory_key) where ${forgettable}`;
  let forgotten = 0;
  for (let last = ''; ; ) {
    const { rows } = await sql.query<{ count: number; last: string | null }>(
      `with page as (${page}), found as (${found})
       select (select count(*)::int from found) as count, (select max(memory_key) from page) as last`,
      [keep.keepMs, keep.graceMs, last],
    );
    forgotten += rows[0]?.count ?? 0;
    if (!rows[0]?.last) return forgotten;
    last = rows[0].last;
  }
}

/** $3 on: the files. An entry counts while it is there; a preview leaves out those that `forget` would remove. */
const released = `select t.path from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
      as t (path, run_id, step, instance, fence)
    join onceflow.step_attempts made on made.fence = t.fence and made.run_id::text = t.run_id and made.step = t.step
     and made.instance = t.instance
   where coalesce(made.ended_at, made.lease_until) < ${ago('$2::float8')}
     and not exists (
       select 1 from onceflow.artefacts f where f.path = t.path and (${inUse('f.fence')}
         or exists (select 1 from onceflow.step_memory m where m.fence = f.fence
              and not ($8::boolean and ${forgettable}))))`;

/**
 * Those of the files that nothing keeps, with `remove` taken off the ledger: from then on they may be deleted. Throws
 * rather than answer in part.
 */
export async function releaseFiles(
  sql: Queryable,
  files: readonly StoredFile[],
  keep: Keep,
  mode: CleanMode,
): Promise<readonly string[]> {
  const text =
    mode === 'preview'
      ? released
      : `with released as (${released}),
         gone as (delete from onceflow.artefacts f using released where f.path = released.path)
         select path from released`;
  const { rows } = await sql.query<{ path: string }>(text, [
    keep.keepMs,
    keep.graceMs,
    files.map((file) => file.path),
    files.map((file) => file.runId),
    files.map((file) => file.step),
    files.map((file) => file.instance),
    files.map((file) => file.fence),
    mode === 'preview',
  ]);
  return rows.map((row) => row.path);
}
