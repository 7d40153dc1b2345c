import type { Queryable } from '../pool.ts';
import type { Asked } from './admit.ts';

export interface AskedFollowUp {
  readonly asked: Asked;
  readonly incarnation: number;
  readonly authorised: boolean;
  readonly reason: string | null;
}

/** However many ask, there is one; the last who asks says with which params, and authority adds up. */
export async function askFollowUps(tx: Queryable, followUps: readonly AskedFollowUp[]): Promise<void> {
  for (const { asked, incarnation, authorised, reason } of followUps) {
    const { request, paramsHash } = asked;
    await tx.query(
      `insert into onceflow.follow_ups as f (kind, resource_id, incarnation, authorised, reason, analyser_version,
         params, params_hash, source_hash, observed_pin, from_scratch, priority, owner, requested_by)
       select $1, resource_id, $3, $4, $5, $6, $7::json, $8, source_hash, $9, $10, $11, owner, $12
         from onceflow.resources where resource_id = $2
       on conflict (kind, resource_id) do update
         set authorised = f.authorised or excluded.authorised, reason = coalesce(excluded.reason, f.reason),
             analyser_version = excluded.analyser_version, params = excluded.params,
             params_hash = excluded.params_hash, observed_pin = excluded.observed_pin,
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
      ],
    );
  }
}
