import type { AnalysisKey } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/** False: there is no such analysis. NO KEY UPDATE, so that rows that refer to it (runs, follow-ups) are not held up. */
export async function lockAnalysis(tx: Queryable, key: AnalysisKey): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select 1 from onceflow.analyses where kind = $1 and resource_id = $2 for no key update',
    [key.kind, key.resourceId],
  );
  return rowCount === 1;
}
