import { isOpen, type RunState } from './states.ts';

/**
 * Admission: one decision for every entry point (design: "Admission: one decision").
 * Values in, a decision out; the caller holds the analysis row's lock and does the writing.
 */
export type Policy = 'no-repeat' | 'allow-rerun';
export type OnDuplicate = 'return' | 'reject' | 'rerun' | 'coalesce';
export type Role = 'reader' | 'submitter' | 'operator' | 'admin';
export type Wish = 'submit' | 'retry' | 'rerun' | 'direct';
export type StaleReason = 'content changed' | 'params changed' | 'analyser changed';

export interface CurrentRun {
  readonly generation: number;
  readonly state: RunState;
  /** What the run was started with, to say when the caller asked for something else. */
  readonly paramsHash: string;
  readonly sourceHash: string;
  readonly analyserVersion: number;
  /** An operator's rerun: `retry` of it inherits the authority and the reason. */
  readonly authorised: boolean;
  readonly reason: string | null;
}

export interface StandingResult {
  readonly generation: number;
  readonly paramsHash: string;
  readonly analyserVersion: number;
  /** `size:mtimeNs:inode` of the bytes analysed, or null where the step took none. */
  readonly pin: string | null;
}

export interface AdmissionFacts {
  readonly policy: Policy;
  readonly resource: 'present' | 'deleted' | 'unknown';
  /** Newest run of the resource's current incarnation. */
  readonly current: CurrentRun | null;
  readonly standing: StandingResult | null;
  readonly analyserVersion: number;
}

export interface AdmissionWish {
  readonly wish: Wish;
  readonly onDuplicate?: OnDuplicate;
  readonly role: Role;
  readonly reason?: string;
  readonly paramsHash: string;
  readonly sourceHash: string;
  /** Pin of the bytes as the caller sees them now, when it can see them. */
  readonly observedPin: string | null;
}

export type AdmissionDecision =
  | {
      readonly outcome: 'start';
      readonly authorised: boolean;
      readonly reason: string | null;
      readonly why: string;
    }
  | {
      readonly outcome: 'running';
      readonly generation: number;
      readonly why: string;
      readonly differs: readonly StaleReason[];
      /** A follow-up is to be recorded, with the authority given here. */
      readonly followUp: null | { readonly authorised: boolean; readonly reason: string | null };
    }
  | {
      readonly outcome: 'completed';
      readonly generation: number;
      readonly why: string;
      readonly stale: readonly StaleReason[];
    }
  | {
      readonly outcome: 'refused';
      readonly code: 'CONFLICT' | 'FORBIDDEN' | 'REASON_REQUIRED' | 'RESOURCE_DELETED' | 'RESOURCE_UNKNOWN';
      readonly generation: number | null;
      readonly why: string;
    };

export { isOpen };
