import type { QueueView } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

export interface SeenWorker {
  readonly workerId: string;
  readonly queue: string;
  readonly device: string | null;
  readonly pid: number;
  readonly host: string;
}

/** A worker that was seen within this time counts as there. */
const presentMs = 30_000;

export async function workerSeen(sql: Queryable, worker: SeenWorker): Promise<void> {
  const { workerId, queue, device, pid, host } = worker;
  await sql.query(
    `insert into onceflow.workers (worker_id, queue, device, pid, host) values ($1, $2, $3, $4, $5)
     on conflict (worker_id) do update set last_seen = now(), gone_at = null, queue = excluded.queue,
       device = excluded.device, pid = excluded.pid, host = excluded.host`,
    [workerId, queue, device, pid, host],
  );
}

export async function workerGone(sql: Queryable, workerId: string): Promise<void> {
  await sql.query('update onceflow.workers set gone_at = now() where worker_id = $1', [workerId]);
}

export async function queues(sql: Queryable): Promise<readonly QueueView[]> {
  const { rows } = await sql.query<QueueView & { [column: string]: unknown }>(
    `select queue, count(*)::int as workers, max(last_seen) as "lastSeen" from onceflow.workers
      where gone_at is null and last_seen > now() - $1 * interval '1 millisecond' group by queue order by queue`,
    [presentMs],
  );
  return rows;
}
