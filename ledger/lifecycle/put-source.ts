import type { Queryable } from '../pool.ts';

export interface PutSource {
  readonly resourceId: string;
  readonly source: string;
  readonly hash: string | null;
  readonly actor: string;
  readonly owner: string;
  /** What `resourceState` said: put only if it is so still. Absent: whatever there is. */
  readonly seen?: string;
}

/** Of the resource row `r`: another text after each put and each deletion. */
export const stateOf = `concat_ws(' ', r.incarnation, extract(epoch from r.put_at), extract(epoch from r.deleted_at))`;

/**
 * Inserts or changes one resource row; of a tombstone it makes the next incarnation. Answers the incarnation; null: it is
 * not as it was seen any more.
 */
export async function putIfSeen(tx: Queryable, put: PutSource): Promise<number | null> {
  const { rows } = await tx.query<{ incarnation: number }>(
    `with put as (
       insert into onceflow.resources as r (resource_id, owner, source, source_hash) values ($1, $2, $3::json, $4)
       on conflict (resource_id) do update set source = excluded.source, source_hash = excluded.source_hash,
         put_at = now(), deleted_at = null,
         owner = case when r.deleted_at is null then r.owner else excluded.owner end,
         incarnation = r.incarnation + (r.deleted_at is not null)::int
         where $6::text is null or ${stateOf} = $6
       returning resource_id, incarnation),
     told as (
       insert into onceflow.events (kind, resource_id, type, actor, why)
       select a.kind, a.resource_id, 'resource.put', $5, 'incarnation ' || put.incarnation
         from put join onceflow.analyses a using (resource_id))
     select incarnation from put`,
    [put.resourceId, put.owner, put.source, put.hash, put.actor, put.seen ?? null],
  );
  return rows[0]?.incarnation ?? null;
}

/** The same, whatever there is. */
export async function putSource(tx: Queryable, put: Omit<PutSource, 'seen'>): Promise<number> {
  return (await putIfSeen(tx, put)) ?? 1;
}
