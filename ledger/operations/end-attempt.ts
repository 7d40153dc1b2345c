import type { Queryable } from '../pool.ts';

/** The attempt's processes are gone and it wrote nothing. Counts against no budget. */
export async function endAttempt(sql: Queryable, fence: number, why: string): Promise<void> {
  await sql.query(
    `update onceflow.step_attempts set state = 'ended', ended_at = clock_timestamp(), why = $2
      where fence = $1 and state = 'running'`,
    [fence, why],
  );
}
