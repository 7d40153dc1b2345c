import type { ImageHashes } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/** Puts the hashes of a result beside it, for searches; in the transaction that commits the result. */
export async function keepImageHashes(tx: Queryable, runId: string, hashes: ImageHashes): Promise<void> {
  await tx.query(
    `insert into onceflow.image_hashes (kind, resource_id, incarnation, generation, owner, phash64, dhash64)
     select r.kind, r.resource_id, r.incarnation, r.generation, o.owner, $2::bigint, $3::bigint
       from onceflow.runs r join onceflow.resources o using (resource_id) where r.run_id = $1
     on conflict (kind, resource_id) do update
       set incarnation = excluded.incarnation, generation = excluded.generation, owner = excluded.owner,
           phash64 = excluded.phash64, dhash64 = excluded.dhash64`,
    [runId, signed(hashes.phash64), signed(hashes.dhash64)],
  );
}

/** 16 hexadecimal digits as Postgres' signed 64 bits. */
export function signed(hash: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hash}`)).toString();
}
