import type { ArtefactRow, AttemptOutput, Json, Origin } from '../ledger.ts';
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
  readonly step_version: number | null;
  readonly remembered: boolean;
  readonly remembered_from: Origin | null;
  readonly artefacts: readonly ArtefactRow[];
}

/** SQL for who computed the output that the attempt `alias` was answered with; null: the attempt itself. */
export function originOf(alias: string): string {
  return `(select json_build_object('resourceId', o.resource_id, 'generation', o.generation, 'runId', o.run_id)
     from onceflow.step_attempts made join onceflow.runs o using (run_id) where made.fence = ${alias}.remembered_from)`;
}

const columns = `a.fence, a.step, a.instance, a.value, a.document, a.pin, a.started_at, a.ended_at, a.attempts, a.remembered,
  a.step_version, ${originOf('a')} as remembered_from,
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

/** The newest output that was computed under this key. The key holds the owner; that he is the same is looked at too. */
export async function remember(
  sql: Queryable,
  memoryKey: string,
  owner: string,
): Promise<AttemptOutput | null> {
  const { rows } = await sql.query<OutputRow & { [column: string]: unknown }>(
    `select ${columns} from onceflow.step_memory m join onceflow.step_attempts a using (fence)
       join onceflow.runs r using (run_id)
      where m.memory_key = $1 and a.state = 'finished' and r.owner = $2`,
    [memoryKey, owner],
  );
  return rows[0] ? outputOf(rows[0]) : null;
}

function outputOf(row: OutputRow): AttemptOutput {
  const { step, instance, value, document, pin, attempts, remembered, artefacts } = row;
  const { step_version: stepVersion, remembered_from: rememberedFrom } = row;
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
    stepVersion,
    remembered,
    rememberedFrom,
  };
}
