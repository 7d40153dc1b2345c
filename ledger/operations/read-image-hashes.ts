import type { AnalysisKey, ImageHashes } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/** Of the standing result; null where it has none, or none stands. */
export async function readImageHashes(
  sql: Queryable,
  { kind, resourceId }: AnalysisKey,
): Promise<ImageHashes | null> {
  const { rows } = await sql.query<{ phash64: string; dhash64: string }>(
    `select lpad(to_hex(h.phash64), 16, '0') as phash64, lpad(to_hex(h.dhash64), 16, '0') as dhash64
       from onceflow.image_hashes h join onceflow.resources o using (resource_id)
      where h.kind = $1 and h.resource_id = $2 and o.deleted_at is null and h.incarnation = o.incarnation`,
    [kind, resourceId],
  );
  return rows[0] ?? null;
}
