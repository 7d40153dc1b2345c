/** Fills a ledger by SQL with analyses that have completed, each with three runs, as years of use would leave it. */
import pg from 'pg';

export const RUNS_PER_ANALYSIS = 3;
const BATCH = 100_000;

/** The resource of the n-th analysis, counted from 1. */
export function filledId(n: number): string {
  return `filled-${n}`;
}

/** Each statement takes the first and the last number of a batch. Every one of the runs has completed. */
const statements = [
  `insert into onceflow.resources (resource_id, owner, source, source_hash)
   select 'filled-' || n, 'owner-' || n % 100, '{"type":"file","path":"/data/filled"}', md5(n::text)
     from generate_series($1::int, $2::int) n`,
  `insert into onceflow.analyses (kind, resource_id, workflow_id, generation, state, run_id, owner, policy,
     analyser_version, registrations)
   select 'light', 'filled-' || n, 'light:filled-' || n, 3, 'completed', md5(n || '-3')::uuid, 'owner-' || n % 100,
     'no-repeat', 1, 3 from generate_series($1::int, $2::int) n`,
  `insert into onceflow.runs (run_id, kind, resource_id, workflow_id, generation, incarnation, state, trigger, policy,
     analyser_version, params, params_hash, source_hash, authorised, from_scratch, priority, owner, requested_by,
     temporal_run_id, started_at, ended_at, changed_by)
   select md5(n || '-' || g)::uuid, 'light', 'filled-' || n, 'light:filled-' || n, g, 1, 'completed',
     case when g = 1 then 'submit' else 'rerun' end, 'no-repeat', 1, '{}', md5('{}'), md5(n::text), g > 1, false, 3,
     'owner-' || n % 100, 'bench', n || '-' || g, now(), now(), 'commit'
     from generate_series($1::int, $2::int) n, generate_series(1, 3) g`,
  `insert into onceflow.temporal_runs (temporal_run_id, workflow_id, run_id)
   select n || '-' || g, 'light:filled-' || n, md5(n || '-' || g)::uuid
     from generate_series($1::int, $2::int) n, generate_series(1, 3) g`,
  `insert into onceflow.step_instances (run_id, step, instance, fence)
   select md5(n || '-' || g)::uuid, 'light.work', 'one', n::bigint * 3 + g
     from generate_series($1::int, $2::int) n, generate_series(1, 3) g`,
  `insert into onceflow.step_attempts (fence, run_id, step, instance, temporal_run_id, temporal_attempt, worker, state,
     attempts, lease_until, ended_at, value, document)
   select n::bigint * 3 + g, md5(n || '-' || g)::uuid, 'light.work', 'one', n || '-' || g, 1, 'bench', 'finished', 1,
     now(), now(), 'null', '{"status":"complete"}'
     from generate_series($1::int, $2::int) n, generate_series(1, 3) g`,
  `insert into onceflow.results (kind, resource_id, generation, run_id, incarnation, schema, status, document,
     analyser_version, params_hash, source_hash, fence)
   select 'light', 'filled-' || n, g, md5(n || '-' || g)::uuid, 1, 'analysis.light/1', 'complete',
     '{"status":"complete"}', 1, md5('{}'), md5(n::text), n::bigint * 3 + g
     from generate_series($1::int, $2::int) n, generate_series(1, 3) g`,
  `insert into onceflow.events (kind, resource_id, generation, run_id, type, to_state, actor)
   select 'light', 'filled-' || n, g, md5(n || '-' || g)::uuid, 'run.completed', 'completed', 'commit'
     from generate_series($1::int, $2::int) n, generate_series(1, 3) g`,
];

export async function fillLedger(
  databaseUrl: string,
  analyses: number,
  log: (line: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // No triggers and no foreign keys meanwhile: the rows are right by how they are made, and there are millions.
    await client.query('set session_replication_role = replica');
    await client.query('set synchronous_commit = off');
    for (let from = 1; from <= analyses; from += BATCH) {
      const to = Math.min(analyses, from + BATCH - 1);
      for (const statement of statements) await client.query(statement, [from, to]);
      log(`${to} analyses, ${to * RUNS_PER_ANALYSIS} runs`);
    }
    await client.query(`select setval('onceflow.fences', $1)`, [
      analyses * RUNS_PER_ANALYSIS + RUNS_PER_ANALYSIS + 1,
    ]);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
