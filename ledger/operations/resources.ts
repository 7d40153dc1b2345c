import { hashOf } from '../hashes.ts';
import type { Actor, Source } from '../ledger.ts';
import { putIfSeen, stateOf } from '../lifecycle/put-source.ts';
import type { LedgerPool, Queryable } from '../pool.ts';
import { checkResourceId } from './check-request.ts';

/**
 * Puts a resource, or changes where its bytes are. One that was deleted begins its next incarnation. Whoever repeats a
 * put whose answer was lost names what he had `seen` before it: where that is so no more, the put was done, or somebody
 * else's came at the same time and stays.
 */
export async function putResource(
  sql: Queryable,
  resourceId: string,
  source: Source,
  by: Actor,
  seen?: string,
): Promise<{ incarnation: number }> {
  checkResourceId(resourceId);
  const asked = { resourceId, source: JSON.stringify(source), hash: hashOf(source), ...by };
  const incarnation = await putIfSeen(sql, seen === undefined ? asked : { ...asked, seen });
  if (incarnation !== null) return { incarnation };
  const [standing] = await getResources(sql, [resourceId]);
  return { incarnation: standing?.incarnation ?? 1 };
}

/** Differs after each put and each deletion; empty: never put. */
export async function resourceState(sql: Queryable, resourceId: string): Promise<string> {
  const { rows } = await sql.query<{ state: string }>(
    `select ${stateOf} as state from onceflow.resources r where r.resource_id = $1`,
    [resourceId],
  );
  return rows[0]?.state ?? '';
}

/**
 * Leaves a tombstone and revokes every run; the same as a DELETE by hand, which a trigger turns into this. Whoever names
 * the incarnation means that one alone: a newer one, put since the caller looked, stays.
 */
export async function deleteResource(
  pool: LedgerPool,
  resourceId: string,
  by: Actor,
  incarnation: number | undefined,
): Promise<{ deleted: boolean }> {
  return pool.transaction(async (tx) => {
    await tx.query(`select set_config('onceflow.actor', $1, true)`, [by.actor]);
    const { rowCount } = await tx.query(
      `select 1 from onceflow.resources
        where resource_id = $1 and deleted_at is null and incarnation = coalesce($2, incarnation) for update`,
      [resourceId, incarnation ?? null],
    );
    if (rowCount !== 1) return { deleted: false };
    await tx.query('delete from onceflow.resources where resource_id = $1', [resourceId]);
    return { deleted: true };
  });
}

export interface ResourceView {
  resourceId: string;
  incarnation: number;
  owner: string;
  source: Source;
  deletedAt: Date | null;
  putAt: Date;
}

/** In the order asked; null: never put. */
export async function getResources(
  sql: Queryable,
  resourceIds: readonly string[],
): Promise<readonly (ResourceView | null)[]> {
  const { rows } = await sql.query<ResourceView & { [column: string]: unknown }>(
    `select resource_id as "resourceId", incarnation, owner, source, deleted_at as "deletedAt", put_at as "putAt"
       from onceflow.resources where resource_id = any($1::text[])`,
    [[...new Set(resourceIds)]],
  );
  const found = new Map(rows.map((row) => [row.resourceId, row]));
  return resourceIds.map((resourceId) => found.get(resourceId) ?? null);
}
