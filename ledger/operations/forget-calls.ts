import type { CleanMode, ForgottenCalls, KeepCalls } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/**
 * Records of calls that are older than the keeping time go, page by page in the order of the primary key: no statement
 * holds much, and none needs an index on age. See docs/decisions/0007-what-clean-forgets.md for what stays.
 */
const ROWS_AT_A_TIME = 2_000;

interface Records {
  readonly table: string;
  readonly key: readonly string[];
  /** Of the row `t`: when it was made or last of use. */
  readonly at: string;
  /** Of the row `t`: what must be true as well. */
  readonly only?: string;
  /** Statement over the removed rows, `gone`, that is part of the removal. */
  readonly first?: string;
}

const records = {
  duplicateCalls: {
    table: 'deduplicated_calls',
    key: ['call_id'],
    at: 't.at',
    first: `insert into onceflow.call_counts as c (kind, resource_id, generation, outcome, calls)
      select kind, resource_id, generation, outcome, count(*) from gone where generation is not null
       group by kind, resource_id, generation, outcome order by kind, resource_id, generation, outcome
      on conflict (kind, resource_id, generation, outcome) do update set calls = c.calls + excluded.calls`,
  },
  idempotencyKeys: {
    table: 'idempotency_keys',
    key: ['owner', 'key'],
    at: 't.at',
    only: `not exists (select 1 from onceflow.analyses n where n.kind = t.kind and n.resource_id = t.resource_id
      and n.state in ('pending', 'running'))`,
  },
  refusedWrites: { table: 'refused_writes', key: ['refused_id'], at: 't.at' },
  workers: { table: 'workers', key: ['worker_id'], at: 'coalesce(t.gone_at, t.last_seen)' },
} as const satisfies Record<keyof ForgottenCalls, Records>;

export async function forgetCalls(sql: Queryable, keep: KeepCalls, mode: CleanMode): Promise<ForgottenCalls> {
  const keepMs = Math.max(keep.keepCallsMs, keep.graceMs);
  return {
    duplicateCalls: await forgetRows(sql, records.duplicateCalls, keepMs, mode),
    idempotencyKeys: await forgetRows(sql, records.idempotencyKeys, keepMs, mode),
    refusedWrites: await forgetRows(sql, records.refusedWrites, keepMs, mode),
    workers: await forgetRows(sql, records.workers, keepMs, mode),
  };
}

interface Page {
  readonly forgotten: number;
  readonly rows: number;
  /** Its last key, as texts. */
  readonly last: readonly string[] | null;
}

async function forgetRows(sql: Queryable, of: Records, keepMs: number, mode: CleanMode): Promise<number> {
  const text = { first: pageOf(of, mode, false), next: pageOf(of, mode, true) };
  let forgotten = 0;
  for (let last: readonly string[] = []; ; ) {
    const { rows } = await sql.query<Page & { [column: string]: unknown }>(
      last.length === 0 ? text.first : text.next,
      [keepMs, ...last],
    );
    const page = rows[0];
    forgotten += page?.forgotten ?? 0;
    if (!page?.last || page.rows < ROWS_AT_A_TIME) return forgotten;
    last = page.last;
  }
}

function pageOf({ table, key, at, only = 'true', first }: Records, mode: CleanMode, after: boolean): string {
  const columns = key.map((column) => `t.${column}`).join(', ');
  const beyond = after ? `where (${columns}) > (${key.map((_, index) => `$${index + 2}`).join(', ')})` : '';
  const old = `${at} < now() - $1::float8 * interval '1 millisecond' and ${only}`;
  const matches = key.map((column) => `t.${column} = page.${column}`).join(' and ');
  const gone =
    mode === 'remove'
      ? `delete from onceflow.${table} t using page where ${matches} and ${old} returning t.*`
      : `select t.* from onceflow.${table} t join page on ${matches} where ${old}`;
  const counted = mode === 'remove' && first ? `, counted as (${first})` : '';
  const lastOf = key.map((column) => `${column}::text`).join(', ');
  const backwards = key.map((column) => `${column} desc`).join(', ');
  return `with page as materialized (
      select ${columns} from onceflow.${table} t ${beyond} order by ${columns} limit ${ROWS_AT_A_TIME}),
    gone as (${gone})${counted}
    select (select count(*)::int from gone) as forgotten, (select count(*)::int from page) as rows,
      (select array[${lastOf}] from page order by ${backwards} limit 1) as last`;
}
