import { workflowIdOf } from '../../policy/ids.ts';
import { putSource } from '../lifecycle/put-source.ts';
import type { Queryable } from '../pool.ts';
import type { AdmissionRow } from './admission-facts.ts';
import { type Asked, putsOver } from './admit.ts';

/**
 * Makes the rows that are to be locked, and holds the resources against deletion. KEY SHARE: other analyses of the
 * same resource start meanwhile; only a DELETE waits. A row that this transaction has made is its own until it ends, and
 * costs no statement more. Answers those whose analysis row was there before, and is still to be locked.
 */
export async function holdResources(tx: Queryable, asked: readonly Asked[]): Promise<readonly Asked[]> {
  const made = await makeResources(tx, asked);
  const held = asked.map((one) => one.request.resourceId).filter((resourceId) => !made.has(resourceId));
  if (held.length > 0) {
    await tx.query(
      'select 1 from onceflow.resources where resource_id = any($1) order by resource_id for key share',
      [held],
    );
  }
  const ours = await makeAnalyses(tx, asked);
  return asked.filter(({ request }) => !ours.has(workflowIdOf(request)));
}

/** Ids of the resources that were not there before. */
async function makeResources(tx: Queryable, asked: readonly Asked[]): Promise<ReadonlySet<string>> {
  const bringing = asked.filter((one) => one.request.source !== undefined);
  if (bringing.length === 0) return new Set();
  const { rows } = await tx.query<{ resource_id: string }>(
    `insert into onceflow.resources (resource_id, owner, source, source_hash)
       select distinct on (resource_id) * from unnest($1::text[], $2::text[], $3::json[], $4::text[])
         as t(resource_id, owner, source, source_hash) order by resource_id
       on conflict (resource_id) do nothing returning resource_id`,
    [
      bringing.map((one) => one.request.resourceId),
      bringing.map((one) => one.request.requestedBy.owner),
      bringing.map((one) => JSON.stringify(one.request.source)),
      bringing.map((one) => one.sourceHash),
    ],
  );
  return new Set(rows.map((row) => row.resource_id));
}

/** Workflow IDs of the analyses that were not there before. */
async function makeAnalyses(tx: Queryable, asked: readonly Asked[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ workflow_id: string }>(
    `insert into onceflow.analyses (kind, resource_id, workflow_id, policy, analyser_version)
     select t.kind, t.resource_id, t.workflow_id, t.policy, t.version
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
         as t(kind, resource_id, workflow_id, policy, version)
       join onceflow.resources using (resource_id)
      order by t.resource_id, t.kind
     on conflict do nothing returning workflow_id`,
    [
      asked.map((one) => one.request.kind),
      asked.map((one) => one.request.resourceId),
      asked.map((one) => workflowIdOf(one.request)),
      asked.map((one) => one.request.policy),
      asked.map((one) => one.request.analyserVersion),
    ],
  );
  return new Set(rows.map((row) => row.workflow_id));
}

/**
 * Puts the sources that differ; a deleted resource is put again: next incarnation. Answers each one's incarnation: that
 * of a resource that is held and not deleted cannot change.
 */
export async function putSources(
  tx: Queryable,
  starts: readonly { readonly asked: Asked; readonly row: AdmissionRow }[],
): Promise<readonly number[]> {
  const incarnations: number[] = [];
  for (const { asked, row } of starts) {
    const { resourceId, source, requestedBy } = asked.request;
    const changed = putsOver(asked, row);
    const put = { resourceId, source: JSON.stringify(source), hash: asked.sourceHash, ...requestedBy };
    incarnations.push(changed ? await putSource(tx, put) : (row.incarnation as number));
  }
  return incarnations;
}
