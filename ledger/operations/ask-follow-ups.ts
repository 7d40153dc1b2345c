import type { Queryable } from '../pool.ts';
import type { Asked } from './admit.ts';

export interface AskedFollowUp {
  readonly asked: Asked;
  readonly incarnation: number;
  readonly authorised: boolean;
  readonly reason: string | null;
}

/** One that comes without a source leaves the one that is there, with what was seen of it. */
const keepsSource = 'excluded.source is null and f.source is not null';

/**
 * However many ask, there is one; the last who asks says with which params, the last who brings a source with which
 * source, and authority adds up.
 */
export async function askFollowUps(tx: Queryable, followUps: readonly AskedFollowUp[]): Promise<void> {
  for (const { asked, incarnation, authorised, reason } of followUps) {
    const { request, paramsHash } = asked;
    const { source } = request;
    await tx.query(
      `insert into onceflow.follow_ups as f (kind, resource_id, incarnation, authorised, reason, analyser_version,
         params, params_hash, source_hash, observed_pin, from_scratch, priority, owner, requested_by, source)
       select $1, resource_id, $3, $4, $5, $6, $7::json, $8, source_hash, $9, $10, $11, owner, $12, $13::json
         from onceflow.resources where resource_id = $2
       on conflict (kind, resource_id) do update
         set authorised = f.authorised or excluded.authorised, reason = coalesce(excluded.reason, f.reason),
             analyser_version = excluded.analyser_version, params = excluded.params,
             params_hash = excluded.params_hash,
             observed_pin = case when ${keepsSource} then f.observed_pin else excluded.observed_pin end,
             source_hash = case when ${keepsSource} then f.source_hash else excluded.source_hash end,
             source = coalesce(excluded.source, f.source),
             from_scratch = f.from_scratch or excluded.from_scratch, priority = least(f.priority, excluded.priority),
             requested_by = excluded.requested_by, asked = f.asked + 1`,
      [
        request.kind,
        request.resourceId,
        incarnation,
        authorised,
        reason,
        request.analyserVersion,
        JSON.stringify(request.params),
        paramsHash,
        request.observedPin,
        request.fromScratch,
        request.priority,
        request.requestedBy.actor,
        source === undefined || source.type === 'none' ? null : JSON.stringify(source),
      ],
    );
  }
}
