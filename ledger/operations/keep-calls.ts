import type { Answer, LedgerRefusal, SubmitRequest } from '../ledger.ts';
import type { Queryable } from '../pool.ts';
import type { Asked } from './admit.ts';

export interface AnsweredCall {
  readonly asked: Asked;
  readonly answer: Answer | LedgerRefusal;
  /** The idempotency key is there already; only the call is logged. */
  readonly replayed?: boolean;
  /** Decided under the analysis' lock, in the transaction that starts runs and asks for follow-ups. */
  readonly locked?: boolean;
}

/**
 * Remembers calls in one statement: who asked, when, which answer (calls that started a run are in the runs table),
 * and the answers under their idempotency keys. False: the call's key was taken meanwhile, so the answer must not be
 * given.
 */
export async function keepCalls(sql: Queryable, calls: readonly AnsweredCall[]): Promise<readonly boolean[]> {
  const logged = calls.filter(({ answer }) => isDuplicate(answer));
  const keyed = calls.filter(keepsKey);
  if (logged.length === 0 && keyed.length === 0) return calls.map(() => true);
  const { rows } = await sql.query<{ owner: string; key: string }>(
    `with logged as (
       insert into onceflow.deduplicated_calls (kind, resource_id, requested_by, outcome, generation, why)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[]))
     insert into onceflow.idempotency_keys (owner, key, request_hash, kind, resource_id, incarnation, answer)
     select * from unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::int[], $13::json[])
     on conflict do nothing returning owner, key`,
    [...loggedColumns(logged), ...keyedColumns(keyed)],
  );
  const mine = new Set(rows.map((row) => `${row.owner}\u0000${row.key}`));
  const asking = new Set(keyed);
  return calls.map((call) => !asking.has(call) || mine.delete(keyNameOf(call.asked.request)));
}

/** A key made for one call is kept only where it prevents a second start: duplicates come by the thousand. */
function keepsKey({ asked, answer, replayed, locked }: AnsweredCall): boolean {
  if (asked.request.idempotencyKey === undefined || replayed || answer.outcome === 'refused') return false;
  return locked === true || asked.request.keyFrom !== 'client';
}

function isDuplicate(answer: Answer | LedgerRefusal): boolean {
  if (answer.outcome === 'refused') return answer.code === 'CONFLICT';
  return answer.outcome !== 'started';
}

function loggedColumns(calls: readonly AnsweredCall[]): unknown[] {
  return [
    calls.map(({ asked }) => asked.request.kind),
    calls.map(({ asked }) => asked.request.resourceId),
    calls.map(({ asked }) => asked.request.requestedBy.actor),
    calls.map(({ answer }) => answer.outcome),
    calls.map(({ answer }) => answer.generation),
    calls.map(({ answer }) => (answer.outcome === 'refused' ? answer.message : answer.why)),
  ];
}

function keyedColumns(calls: readonly AnsweredCall[]): unknown[] {
  return [
    calls.map(({ asked }) => asked.request.requestedBy.owner),
    calls.map(({ asked }) => asked.request.idempotencyKey),
    calls.map(({ asked }) => asked.requestHash),
    calls.map(({ asked }) => asked.request.kind),
    calls.map(({ asked }) => asked.request.resourceId),
    calls.map(({ answer }) => (answer as Answer).incarnation),
    calls.map(({ answer }) => JSON.stringify(answer)),
  ];
}

/** NUL parts the two: neither has one. */
export function keyNameOf({ requestedBy, idempotencyKey }: SubmitRequest): string {
  return `${requestedBy.owner}\u0000${idempotencyKey ?? ''}`;
}
