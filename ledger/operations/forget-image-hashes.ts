import type { AnalysisKey } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/** The standing result has none any more; in the transaction that commits it. */
export async function forgetImageHashes(tx: Queryable, { kind, resourceId }: AnalysisKey): Promise<void> {
  await tx.query('delete from onceflow.image_hashes where kind = $1 and resource_id = $2', [
    kind,
    resourceId,
  ]);
}
