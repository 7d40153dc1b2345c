import { workflowIdOf } from '../../policy/ids.ts';
import type { Queryable } from '../pool.ts';
import type { AdmissionRow } from './admission-facts.ts';
import type { Asked } from './admit.ts';

/**
 * Makes the rows that are to be locked, and holds the resources against deletion. KEY SHARE: other analyses of the
 * same resource start meanwhile; only a DELETE waits.
 */
export async function holdResources(tx: Queryable, asked: readonly Asked[]): Promise<void> {
  const bringing = asked.filter((one) => one.request.source !== undefined);
  if (bringing.length > 0) {
    await tx.query(
      `insert into onceflow.resources (resource_id, owner, source, source_hash)
       select distinct on (resource_id) * from unnest($1::text[], $2::text[], $3::json[], $4::text[])
         as t(resource_id, owner, source, source_hash) order by resource_id
       on conflict (resource_id) do nothing`,
      [
        bringing.map((one) => one.request.resourceId),
        bringing.map((one) => one.request.requestedBy.owner),
        bringing.map((one) => JSON.stringify(one.request.source)),
        bringing.map((one) => one.sourceHash),
      ],
    );
  }
  await tx.query(
    'select 1 from onceflow.resources where resource_id = any($1) order by resource_id for key share',
    [asked.map((one) => one.request.resourceId)],
  );
  await tx.query(
    `insert into onceflow.analyses (kind, resource_id, workflow_id, policy, analyser_version)
     select t.kind, t.resource_id, t.workflow_id, t.policy, t.version
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
         as t(kind, resource_id, workflow_id, policy, version)
       join onceflow.resources using (resource_id)
      order by t.resource_id, t.kind
     on conflict do nothing`,
    [
      asked.map((one) => one.request.kind),
      asked.map((one) => one.request.resourceId),
      asked.map((one) => workflowIdOf(one.request)),
      asked.map((one) => one.request.policy),
      asked.map((one) => one.request.analyserVersion),
    ],
  );
}

/** Puts the sources that differ; a deleted resource is put again: next incarnation. Answers each one's incarnation. */
export async function putSources(
  tx: Queryable,
  starts: readonly { readonly asked: Asked; readonly row: AdmissionRow }[],
): Promise<readonly number[]> {
  for (const { asked, row } of starts) {
    const changed = asked.sourceHash !== null && (row.deleted || row.sourceHash !== asked.sourceHash);
    if (!changed) continue;
    const { resourceId, source, requestedBy } = asked.request;
    await putSource(tx, {
      resourceId,
      source: JSON.stringify(source),
      hash: asked.sourceHash,
      ...requestedBy,
    });
  }
  const { rows } = await tx.query<{ resource_id: string; incarnation: number }>(
    'select resource_id, incarnation from onceflow.resources where resource_id = any($1)',
    [starts.map((start) => start.asked.request.resourceId)],
  );
  const incarnations = new Map(rows.map((row) => [row.resource_id, row.incarnation]));
  return starts.map((start) => incarnations.get(start.asked.request.resourceId) as number);
}

export interface PutSource {
  readonly resourceId: string;
  readonly source: string;
  readonly hash: string | null;
  readonly actor: string;
  readonly owner: string;
}

/** Inserts or changes one resource row; of a tombstone it makes the next incarnation. Answers the incarnation. */
export async function putSource(tx: Queryable, put: PutSource): Promise<number> {
  const { rows } = await tx.query<{ incarnation: number }>(
    `with put as (
       insert into onceflow.resources as r (resource_id, owner, source, source_hash) values ($1, $2, $3::json, $4)
       on conflict (resource_id) do update set source = excluded.source, source_hash = excluded.source_hash,
         put_at = now(), deleted_at = null,
         owner = case when r.deleted_at is null then r.owner else excluded.owner end,
         incarnation = r.incarnation + (r.deleted_at is not null)::int
       returning resource_id, incarnation),
     told as (
       insert into onceflow.events (kind, resource_id, type, actor, why)
       select a.kind, a.resource_id, 'resource.put', $5, 'incarnation ' || put.incarnation
         from put join onceflow.analyses a using (resource_id))
     select incarnation from put`,
    [put.resourceId, put.owner, put.source, put.hash, put.actor],
  );
  return rows[0]?.incarnation ?? 1;
}
