import { beforeAll, describe, expect, test } from 'vitest';
import type { ListFilter } from '../../ledger/ledger.ts';
import { listQuery } from '../../ledger/operations/read-analyses.ts';
import { withLedger } from '../support/postgres.ts';
import { analysed, freshId, submit } from './verbs.ts';

describe('pages', () => {
  const db = withLedger();

  test('a cursor walks through all of them once, newest first, while new ones arrive', async () => {
    const ids = Array.from({ length: 7 }, freshId);
    for (const id of ids) await submit(db.ledger, id);
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await db.ledger.list({ kind: 'video', limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((item) => item.resourceId));
      cursor = page.cursor;
      await submit(db.ledger, freshId());
    } while (cursor);
    expect(seen).toEqual([...ids].reverse());
  });

  test('filters by kind, state, owner and resource; a foreign cursor is refused', async () => {
    const [film, table] = [freshId(), freshId()];
    await analysed(db.ledger, film);
    await submit(db.ledger, table, { kind: 'profiling' });
    const found = async (filter: ListFilter) =>
      (await db.ledger.list(filter)).items.map((item) => item.resourceId);
    expect(await found({ kind: 'profiling' })).toEqual([table]);
    expect(await found({ state: 'completed' })).toEqual([film]);
    expect(await found({ owner: 'lab', resourceId: film, kind: 'video', state: 'completed' })).toEqual([
      film,
    ]);
    expect(await found({ owner: 'nobody' })).toEqual([]);
    await expect(db.ledger.list({ cursor: 'x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('at 100,000 analyses', () => {
  const db = withLedger({ statementTimeoutMs: 120_000 });

  beforeAll(async () => {
    await db.sql(`set session_replication_role = replica;
      insert into onceflow.resources (resource_id, owner, source, source_hash)
        select 'r' || n, 'o' || n % 50, '{"type":"file","path":"/x"}', 'h' from generate_series(1, 100000) n;
      insert into onceflow.analyses (kind, resource_id, workflow_id, generation, state, run_id, owner, policy, analyser_version)
        select (array['video','profiling','image','text'])[1 + n % 4], 'r' || n, 'w' || n, 1,
          case when n % 1000 = 0 then 'running' when n % 997 = 0 then 'failed' else 'completed' end,
          md5(n::text)::uuid, 'o' || n % 50, 'no-repeat', 1 from generate_series(1, 100000) n;
      insert into onceflow.runs (run_id, kind, resource_id, workflow_id, generation, incarnation, state, trigger, policy,
          analyser_version, params, params_hash, source_hash, authorised, from_scratch, priority, owner, requested_by,
          changed_by, temporal_run_id, started_at, ended_at, failure)
        select run_id, kind, resource_id, workflow_id, 1, 1, state, 'submit', policy, 1, '{}', 'p', 'h', false, false, 3,
          owner, 'a', 'a', 't' || run_id, now(), case when state <> 'running' then now() end, '{}' from onceflow.analyses;
      insert into onceflow.step_instances (run_id, step, instance, fence)
        select run_id, 'video.join', '', nextval('onceflow.fences') from onceflow.runs;
      insert into onceflow.step_attempts (fence, run_id, step, instance, temporal_run_id, temporal_attempt, worker, state,
          attempts, lease_until, ended_at, document)
        select fence, run_id, step, instance, 't', 1, 'w', 'finished', 1, now(), now(), '{}' from onceflow.step_instances;
      insert into onceflow.results (kind, resource_id, generation, run_id, incarnation, schema, status, document,
          analyser_version, params_hash, source_hash, fence)
        select r.kind, r.resource_id, 1, r.run_id, 1, 's', 'complete', '{}', 1, 'p', 'h', i.fence
          from onceflow.runs r join onceflow.step_instances i using (run_id) where r.state = 'completed';
      insert into onceflow.artefacts (fence, name, media_type, bytes, sha256, path)
        select fence, 'a', 'image/jpeg', 1, 'x', 'p' || fence from onceflow.step_attempts;
      insert into onceflow.step_memory (memory_key, fence) select 'k' || fence, fence from onceflow.step_attempts
         where fence % 50 = 0;
      insert into onceflow.result_parts (kind, resource_id, generation, fence)
        select kind, resource_id, generation, fence from onceflow.results;
      insert into onceflow.progress (run_id, fence, step, done, unit, step_started_at)
        select run_id, 1, 'video.join', 1, 'frames', now() from onceflow.runs;
      insert into onceflow.follow_ups (kind, resource_id, incarnation, authorised, analyser_version, params, params_hash,
          source_hash, from_scratch, priority, owner, requested_by)
        select kind, resource_id, 1, true, 1, '{}', 'p', 'h', false, 3, 'o', 'a' from onceflow.analyses
         where state = 'running' or analysis_id % 10 = 0;
      insert into onceflow.events (kind, resource_id, type, actor)
        select kind, resource_id, 'x', 'a' from onceflow.analyses;
      insert into onceflow.deduplicated_calls (kind, resource_id, requested_by, outcome, generation, why)
        select kind, resource_id, 'a', 'running', 1, 'y' from onceflow.analyses;
      insert into onceflow.refused_writes (kind, resource_id, what, why)
        select kind, resource_id, 'x', 'y' from onceflow.analyses;
      set session_replication_role = origin;
      analyze`);
  }, 120_000);

  async function plan(text: string, values: unknown[]): Promise<string> {
    // The pool's own sessions avoid sequential scans anyway; here the planner is free to choose.
    const { rows } = await db.pool.transaction(async (tx) => {
      await tx.query('set local enable_seqscan = on');
      return tx.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    });
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }

  const filters: readonly ListFilter[] = [
    {},
    { kind: 'video' },
    { state: 'failed' },
    { state: 'running', kind: 'video' },
    { owner: 'o7' },
    { owner: 'o8', kind: 'video', state: 'completed' },
    { resourceId: 'r77' },
    { kind: 'video', cursor: Buffer.from('a50000').toString('base64url') },
  ];
  test.each(filters)('list %j reads no table from end to end', async (filter) => {
    const { text, values } = listQuery(filter, 101);
    expect(await plan(text, values)).not.toMatch(/Seq Scan/);
    expect((await db.ledger.list(filter)).items.length).toBeGreaterThan(0);
  });

  test('no read, and no step of a run, scans a table from end to end', async () => {
    const { ledger } = db;
    const key = { kind: 'video', resourceId: 'r4' };
    const runId = (await ledger.get(key))?.run.runId ?? '';
    const scans = async () =>
      (
        await db.sql<{ relname: string; seq_scan: string }>(
          `select relname, seq_scan from pg_stat_user_tables where schemaname = 'onceflow' and n_live_tup > 1000
          order by relname`,
        )
      ).map((row) => `${row.relname} ${row.seq_scan}`);
    await db.sql('select pg_stat_force_next_flush()');
    const before = await scans();
    for (let round = 0; round < 8; round += 1) {
      await analysed(ledger, `new-${round}`);
      await submit(ledger, `r${8 * round + 4}`);
      await Promise.all([ledger.get(key), ledger.get({ runId }), ledger.getResult(key), ledger.runs(key)]);
      await Promise.all([
        ledger.steps(runId),
        ledger.events(key),
        ledger.duplicates(key),
        ledger.refusedWrites(key),
        ledger.gpuSeconds([runId]),
      ]);
      const fence = (await ledger.steps(runId))[0]?.fence ?? 0;
      const file = { path: 'p', runId, step: 'video.join', instance: '', fence };
      for (const mode of ['preview', 'remove'] as const) {
        await ledger.forget({ keepMs: 1, graceMs: 0 }, mode);
        await ledger.releaseFiles([file], { keepMs: 1, graceMs: 0 }, mode);
      }
      await Promise.all([ledger.silentRuns(1, 10), ledger.silentRun(1, runId)]);
      await Promise.all([ledger.cancelsDue(10), ledger.takeDispatches(10, 1_000)]);
    }
    await ledger.deleteResource('r4', { actor: 'a', owner: 'o', role: 'operator' });
    await db.sql('select pg_stat_force_next_flush()');
    await db.sql('select pg_sleep(0.2)');
    expect(await scans()).toEqual(before);
  }, 60_000);
});
