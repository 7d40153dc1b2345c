import type { ArtefactRow, AttemptOutput, Json } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

interface OutputRow {
  readonly fence: string;
  readonly step: string;
  readonly instance: string;
  readonly value: Json;
  readonly document: Json | null;
  readonly pin: string | null;
  readonly started_at: Date;
  readonly ended_at: Date;
  readonly attempts: number;
  readonly remembered: boolean;
  readonly artefacts: readonly ArtefactRow[];
}

const columns = `a.fence, a.step, a.instance, a.value, a.document, a.pin, a.started_at, a.ended_at, a.attempts, a.remembered,
  coalesce((select json_agg(json_build_object('name', f.name, 'mediaType', f.media_type, 'bytes', f.bytes,
      'sha256', f.sha256, 'path', f.path) order by f.name)
     from onceflow.artefacts f where f.fence = a.fence), '[]') as artefacts`;

/** What a finished attempt left; null for one that has not finished. */
export async function attemptOutput(sql: Queryable, fence: number): Promise<AttemptOutput | null> {
  const { rows } = await sql.query<OutputRow & { [column: string]: unknown }>(
    `select ${columns} from onceflow.step_attempts a where a.fence = $1 and a.state = 'finished'`,
    [fence],
  );
  return rows[0] ? outputOf(rows[0]) : null;
}

/** The newest output that was computed under this key (step, version, params, digests of all inputs). */
export async function remember(sql: Queryable, memoryKey: string): Promise<AttemptOutput | null> {
  const { rows } = await sql.query<OutputRow & { [column: string]: unknown }>(
    `select ${columns} from onceflow.step_memory m join onceflow.step_attempts a using (fence)
      where m.memory_key = $1 and a.state = 'finished'`,
    [memoryKey],
  );
  return rows[0] ? outputOf(rows[0]) : null;
}

function outputOf(row: OutputRow): AttemptOutput {
  const { step, instance, value, document, pin, attempts, remembered, artefacts } = row;
  const times = { startedAt: row.started_at, endedAt: row.ended_at };
  return {
    fence: Number(row.fence),
    step,
    instance,
    value,
    document,
    artefacts,
    pin,
    ...times,
    attempts,
    remembered,
  };
}
