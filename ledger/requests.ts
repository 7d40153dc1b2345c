import type { OnDuplicate, Role, StaleReason, Wish } from '../policy/admission.ts';
import type { Computation } from '../policy/staleness.ts';
import type { RunState, Trigger } from '../policy/states.ts';

/** What callers ask of the ledger, and what they are answered. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where the bytes of a resource are. They are referenced, never copied. */
export interface FileSource {
  readonly type: 'file';
  /** Absolute path under one of the configured roots. */
  readonly path: string;
}

/** A resource without bytes: what is analysed are the params. */
export interface NoSource {
  readonly type: 'none';
}

export type Source = FileSource | NoSource;

export interface Actor {
  readonly actor: string;
  readonly owner: string;
  readonly role: Role;
}

export interface AnalysisKey {
  readonly kind: string;
  readonly resourceId: string;
}

/** Versions and models by step. */
export type MadeWith = Pick<Computation, 'steps' | 'models'>;

export interface SubmitRequest extends AnalysisKey {
  readonly wish: Wish;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly analyserVersion: number;
  /** Versions and models of the steps as the caller knows them, to say why a standing result is stale. */
  readonly computedWith?: MadeWith;
  /** Puts the resource in the same transaction (`none`: only where there is none); absent: the resource must exist. */
  readonly source?: Source;
  readonly params: { readonly [key: string]: Json };
  readonly onDuplicate?: OnDuplicate;
  readonly reason?: string;
  /** 1 (first) to 5. */
  readonly priority: number;
  readonly idempotencyKey?: string;
  /**
   * Default `caller`. `client`: the key was made for this one call, so that repeating it after a lost answer starts
   * nothing twice; a call that writes nothing is judged anew when it is repeated, and its key is not kept.
   */
  readonly keyFrom?: 'caller' | 'client';
  /** The caller starts the workflow himself; for so long relays leave it to him. Default 0. */
  readonly startsWithinMs?: number;
  readonly fromScratch: boolean;
  readonly observedPin: string | null;
  readonly requestedBy: Actor;
}

export interface Answer extends AnalysisKey {
  readonly outcome: 'started' | 'running' | 'completed';
  readonly generation: number;
  readonly runId: string;
  readonly workflowId: string;
  readonly incarnation: number;
  readonly state: RunState;
  readonly why: string;
  /** Of a completed one: why its result is not of what is asked for now. */
  readonly stale?: readonly StaleReason[];
  /** Of a running one: what was asked for now and is not what it runs with. */
  readonly differs?: readonly StaleReason[];
}

export interface LedgerRefusal extends AnalysisKey {
  readonly outcome: 'refused';
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly generation: number | null;
}

/** A start that has been promised and not yet claimed. */
export interface Dispatch extends AnalysisKey {
  readonly runId: string;
  readonly workflowId: string;
  readonly generation: number;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly reusePolicy: 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY';
  readonly trigger: Trigger;
  readonly owner: string;
  readonly priority: number;
  readonly attempts: number;
}

export interface ListFilter {
  readonly kind?: string;
  readonly state?: RunState;
  readonly owner?: string;
  readonly resourceId?: string;
  readonly cursor?: string;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
}
