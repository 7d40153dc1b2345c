import { expect, test } from 'vitest';
import { runStates, transitions } from '../../policy/states.ts';
import { withLedger } from '../support/postgres.ts';
import { analysed, claimed, fenceOf, freshId, operator, submit } from './verbs.ts';

/** What the database itself refuses, whoever asks. */
const db = withLedger();
const sql = (text: string, values: unknown[] = []) => db.sql(text, values);

test('the transitions that Postgres allows are those of policy/states.ts', async () => {
  for (const from of runStates) {
    for (const to of runStates) {
      const rows = await db.sql<{ allowed: boolean }>(
        'select onceflow.transition_allowed($1, $2) as allowed',
        [from, to],
      );
      expect([from, to, rows[0]?.allowed]).toEqual([from, to, transitions[from].includes(to)]);
    }
  }
});

test('a second result of one generation is impossible', async () => {
  const { answer } = await analysed(db.ledger, freshId());
  const columns = `kind, resource_id, generation, run_id, incarnation, schema, status, document, analyser_version,
    params_hash, source_hash, fence`;
  await expect(
    sql(
      `insert into onceflow.results (${columns}) select ${columns} from onceflow.results where run_id = $1`,
      [answer.runId],
    ),
  ).rejects.toMatchObject({ code: '23505' });
  await expect(
    sql(`update onceflow.results set document = '{}' where run_id = $1`, [answer.runId]),
  ).rejects.toThrow('a result is never changed');
});

test('a closed run stays closed, a pending one does not complete, a run is not born running', async () => {
  const { answer } = await analysed(db.ledger, freshId());
  const move = (runId: string, state: string) =>
    sql(`update onceflow.runs set state = $2, ended_at = now(), failure = '{}' where run_id = $1`, [
      runId,
      state,
    ]);
  for (const state of ['pending', 'running', 'failed', 'cancelled']) {
    await expect(move(answer.runId, state)).rejects.toMatchObject({ code: '23514' });
  }
  const pending = await submit(db.ledger, freshId());
  await expect(move(pending.runId, 'completed')).rejects.toMatchObject({ code: '23514' });
  await expect(
    sql(
      `insert into onceflow.runs select (json_populate_record(r, json_build_object('run_id', gen_random_uuid(),
      'generation', 2, 'state', 'running', 'temporal_run_id', 'x', 'ended_at', null))).*
      from onceflow.runs r where run_id = $1`,
      [pending.runId],
    ),
  ).rejects.toThrow('a run begins pending');
});

test('two runs of one generation are impossible', async () => {
  const pending = await submit(db.ledger, freshId());
  await expect(
    sql(
      `insert into onceflow.runs select (json_populate_record(r, json_build_object('run_id', gen_random_uuid()))).*
      from onceflow.runs r where run_id = $1`,
      [pending.runId],
    ),
  ).rejects.toMatchObject({ code: '23505' });
});

test('rows of the ledger are not deleted by hand, and the message says what to delete instead', async () => {
  await analysed(db.ledger, freshId());
  for (const table of ['analyses', 'runs', 'results', 'events', 'step_attempts']) {
    await expect(sql(`delete from onceflow.${table}`)).rejects.toMatchObject({
      code: '23000',
      hint: expect.stringContaining('Delete the resource'),
    });
  }
  for (const table of ['resources', 'runs', 'results', 'events']) {
    await expect(sql(`truncate onceflow.${table} cascade`)).rejects.toMatchObject({ code: '23000' });
  }
});

test('the audit trail is never changed', async () => {
  await submit(db.ledger, freshId());
  await expect(sql(`update onceflow.events set actor = 'nobody'`)).rejects.toThrow('audit trail');
});

test('generations and fences only grow', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  await fenceOf(db.ledger, await claimed(db.ledger, answer));
  await expect(
    sql('update onceflow.analyses set generation = 0 where resource_id = $1', [id]),
  ).rejects.toThrow('generations only grow');
  await expect(
    sql('update onceflow.step_instances set fence = fence - 1 where run_id = $1', [answer.runId]),
  ).rejects.toThrow('fences only grow');
});

test('every transition is in the audit trail, also one made by hand', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  await sql(
    `update onceflow.runs set state = 'cancelled', ended_at = now(), changed_by = 'dba', why = 'by hand' where run_id = $1`,
    [answer.runId],
  );
  expect((await db.ledger.events({ kind: 'video', resourceId: id }))[0]).toMatchObject({
    from: 'pending',
    to: 'cancelled',
    actor: 'dba',
    why: 'by hand',
  });
  expect(await db.ledger.getDispatch(answer.runId)).toBeNull();
});

test('a deletion names who did it: the actor of the library, or the SQL user', async () => {
  const [byLibrary, byHand] = [freshId(), freshId()];
  await submit(db.ledger, byLibrary);
  await submit(db.ledger, byHand);
  await db.ledger.deleteResource(byLibrary, operator);
  await sql('delete from onceflow.resources where resource_id = $1', [byHand]);
  const actor = async (resourceId: string) =>
    (await db.ledger.events({ kind: 'video', resourceId })).find((event) => event.type === 'run.cancelled')
      ?.actor;
  expect(await actor(byLibrary)).toBe('ada');
  expect(await actor(byHand)).toMatch(/^sql:/);
});
