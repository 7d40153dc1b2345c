import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  BeginRequest,
  ClaimRequest,
  CommitRequest,
  SubmitRequest,
  TemporalRun,
} from '../../ledger/ledger.ts';
import type { Policy } from '../../policy/admission.ts';
import { workflowIdOf } from '../../policy/ids.ts';
import { theDesign } from '../simulation/clauses.ts';
import { sequences, simulate } from '../simulation/commands.ts';
import { boom } from '../simulation/memory-ledger.ts';
import { mixtures } from '../simulation/mixtures.ts';
import type { Call, World } from '../simulation/world.ts';
import { withLedger } from '../support/postgres.ts';
import { finishAs, freshId, operator, request } from './verbs.ts';

/**
 * The simulation's ledger is an imitation; here the real one hears the same calls in the same order, and must give the
 * same answers and end with the same rows. So what the simulation shows holds of the SQL too.
 */
const db = withLedger();
const sequencesEach = Number(process.env['ONCEFLOW_SIMULATION_RUNS'] ?? 12);
const seed = Number(process.env['ONCEFLOW_SIMULATION_SEED'] ?? 20_261_122);

test.each(Object.entries(mixtures))(
  '%s: the real ledger answers as the simulated one does',
  async (_name, weights) => {
    const worlds = fc.tuple(fc.constantFrom<Policy>('no-repeat', 'allow-rerun'), sequences(weights));
    for (const [policy, sequence] of fc.sample(worlds, { numRuns: sequencesEach, seed })) {
      await replay(simulate(policy, theDesign, sequence));
    }
  },
  300_000,
);

async function replay(world: World): Promise<void> {
  const id = freshId();
  await db.ledger.putResource(id, request(id).source as never, operator);
  const told = { id, fences: new Map<number, number>() };
  for (const [index, call] of world.calls.entries()) {
    const answer = await repeat(told, call);
    const story = world.calls.slice(0, index + 1).map(({ operation }) => operation);
    expect({ answer, story }).toEqual({ answer: essence(call.answer), story });
  }
  const key = { kind: 'video', resourceId: id };
  const runs = (await db.ledger.runs(key)).map(rowOf).reverse();
  expect(runs).toEqual([...world.ledger.runs.values()].map(rowOf));
  if (runs.length === 0) return;
  const view = await db.ledger.get(key);
  const standing = world.ledger.results.findLast(
    ({ incarnation }) => incarnation === world.ledger.incarnation,
  );
  expect(view?.result?.generation).toEqual(world.ledger.deleted ? undefined : standing?.generation);
}

type Row = { generation: number; incarnation: number; state: string; trigger: string; reason: string | null };

function rowOf({ generation, incarnation, state, trigger, reason }: Row): Row {
  return { generation, incarnation, state, trigger, reason };
}

/** What of an answer means the same in both ledgers: no ids, no words. */
function essence(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer ?? null;
  const { outcome, code, verdict, generation, incarnation, registeredBefore, attempts } = answer as Record<
    string,
    unknown
  >;
  if (verdict === 'go' && generation === undefined) return { verdict };
  return { outcome, code, verdict, generation, incarnation, registeredBefore, attempts };
}

interface Told {
  readonly id: string;
  /** The real fence of each simulated one. */
  readonly fences: Map<number, number>;
}

async function repeat(told: Told, call: Call): Promise<unknown> {
  const [first, second, third] = call.with as [never, never, never];
  const { ledger } = db;
  const fence = () => told.fences.get(first) as number;
  switch (call.operation) {
    case 'submit':
      return essence((await ledger.submit([asked(told, first)]))[0]);
    case 'claim': {
      const {
        runId: _ours,
        trigger: _also,
        ...said
      } = { runId: '', trigger: '', ...(await ledger.claim(asking(told, first))) };
      return essence(said);
    }
    case 'begin':
      return begin(told, first, call.answer);
    case 'commit':
      return essence(await ledger.commit(committing(told, first)));
    case 'renew':
      return (await ledger.renew(fence())).current;
    case 'finish':
      return finish(told, first);
    case 'failAttempt':
      return (await ledger.failAttempt(fence(), { ...boom, retry: second })).verdict === 'give-up';
    case 'endAttempt':
      return (await ledger.endAttempt(fence(), 'gave way')) ?? null;
    case 'lapse':
      await db.sql(
        `update onceflow.step_attempts set lease_until = now() - interval '1 s' where fence = $1`,
        [fence()],
      );
      return null;
    case 'failRun':
      return essence(await ledger.failRun(real(told, first), boom));
    case 'closeCancelled':
      return essence(await ledger.closeCancelled(real(told, first), 'cancelled'));
    case 'requestCancel':
      await ledger.requestCancel({ kind: 'video', resourceId: told.id }, operator, null);
      return null;
    case 'takeOver': {
      const run = await ledger.getRun({ key: { kind: 'video', resourceId: told.id }, generation: first });
      return (await ledger.takeOverOutcome(run?.runId ?? '', named(told, second), third)).action;
    }
    case 'deleteResource':
      await ledger.deleteResource(told.id, operator);
      return null;
    case 'putResource':
      await ledger.putResource(told.id, request(told.id).source as never, operator);
      return null;
  }
}

const named = ({ id }: Told, temporalRunId: string): string => `${id}/${temporalRunId}`;

function real(told: Told, run: TemporalRun): TemporalRun {
  const workflowId = workflowIdOf({ kind: 'video', resourceId: told.id });
  return { ...run, workflowId, temporalRunId: named(told, run.temporalRunId) };
}

function asked(told: Told, simulated: SubmitRequest): SubmitRequest {
  return { ...simulated, resourceId: told.id, idempotencyKey: named(told, simulated.idempotencyKey ?? '') };
}

function asking(told: Told, simulated: ClaimRequest): ClaimRequest {
  const { otherRun } = simulated;
  const other = otherRun && { otherRun: { ...otherRun, temporalRunId: named(told, otherRun.temporalRunId) } };
  return { ...simulated, resourceId: told.id, run: real(told, simulated.run), ...other };
}

function committing(told: Told, simulated: CommitRequest): CommitRequest {
  const resultFence = told.fences.get(simulated.resultFence) as number;
  return {
    ...simulated,
    resourceId: told.id,
    run: real(told, simulated.run),
    resultFence,
    fences: [resultFence],
  };
}

async function begin(told: Told, simulated: BeginRequest, answer: unknown): Promise<unknown> {
  const said = await db.ledger.begin({ ...simulated, resourceId: told.id, run: real(told, simulated.run) });
  if (said.verdict !== 'go') return essence(said);
  told.fences.set((answer as { fence: number }).fence, said.fence);
  return { verdict: 'go' };
}

async function finish(told: Told, simulated: number): Promise<boolean> {
  const fence = told.fences.get(simulated) as number;
  const [attempt] = await db.sql<{ by: string }>(
    'select temporal_run_id as by from onceflow.step_attempts where fence = $1',
    [fence],
  );
  const run = { workflowId: '', temporalRunId: attempt?.by ?? '', fromReset: false };
  return finishAs(db.ledger, run, fence, { ok: 1 });
}
