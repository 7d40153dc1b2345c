import { leaseMs } from '../../policy/retry.ts';
import type { Queryable } from '../pool.ts';

interface RenewRow {
  readonly newer: boolean;
  readonly ended: boolean;
  readonly state: string;
  readonly owner: boolean;
  readonly cancelling: boolean;
}

/** Extends the lease, also of an attempt that is told to stop: it is alive until it ends. */
export async function renew(sql: Queryable, fence: number): Promise<{ current: boolean; why: string }> {
  const { rows } = await sql.query<RenewRow & { [column: string]: unknown }>(
    `with alive as (
       update onceflow.step_attempts
          set renewed_at = now(), lease_until = now() + $2 * interval '1 millisecond'
        where fence = $1 and ended_at is null)
     select i.fence <> a.fence as newer, a.ended_at is not null as ended, r.state,
       r.temporal_run_id = a.temporal_run_id as owner, r.cancel_requested_at is not null as cancelling
       from onceflow.step_attempts a
       join onceflow.step_instances i using (run_id, step, instance)
       join onceflow.runs r on r.run_id = a.run_id
      where a.fence = $1`,
    [fence, leaseMs],
  );
  const why = rows[0] ? whyNotCurrent(rows[0]) : 'no such attempt';
  return why === null ? { current: true, why: 'current' } : { current: false, why };
}

function whyNotCurrent(row: RenewRow): string | null {
  if (row.state !== 'running') return `the run is ${row.state}`;
  if (row.cancelling) return 'cancel requested';
  if (!row.owner) return 'another run took this generation over';
  if (row.newer) return 'a newer attempt began';
  return row.ended ? 'the attempt has ended' : null;
}
