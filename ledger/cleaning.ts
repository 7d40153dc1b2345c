/** What cleaning tells the ledger, and asks of it. */

export interface Keep {
  /** Closed runs and unused memory entries are kept for so long. */
  readonly keepMs: number;
  /** So long after its end nothing of an attempt is touched, whatever the ledger says of it. */
  readonly graceMs: number;
}

export interface KeepCalls extends Pick<Keep, 'graceMs'> {
  /** Keys, submits that started nothing, refused writes and workers that are gone are kept for so long. */
  readonly keepCallsMs: number;
}

/** How many of each were forgotten. */
export interface ForgottenCalls {
  readonly duplicateCalls: number;
  readonly idempotencyKeys: number;
  readonly refusedWrites: number;
  readonly workers: number;
}

/** `preview` changes nothing and answers the same. */
export type CleanMode = 'remove' | 'preview';

/** A file of the artefact store, and the attempt that its path names. */
export interface StoredFile {
  /** Relative to the store. */
  readonly path: string;
  readonly runId: string;
  readonly step: string;
  readonly instance: string;
  readonly fence: number;
}
