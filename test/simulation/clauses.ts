/**
 * What the simulated world can go without. A clause of the lifecycle is a sentence of the design that looks as if it
 * could be left out (docs/model/README.md); a fault is an ordinary mistake. Each must lead to a broken promise.
 */
export const clauses = {
  DISP: 'whatever ends or supersedes a generation closes its dispatch row in the same transaction',
  FU: 'a follow-up is admitted again when the run closes',
  FUDEL: 'deletion drops the follow-up',
  DEMOTE: 'a superseded pending generation closes as cancelled, it does not vanish',
  DIREND: 'a run that is turned away ends CANCELED in Temporal, not COMPLETED',
  DIRREP: 'a run that is registered gets the same answer again, also one that was started directly',
  RECID: 'a silent row is judged by its own Temporal run',
  CAS: 'a look at Temporal counts only while no other run has been registered since',
  ZOMBIE: 'a run that opens a generation or takes a place is itself open and current',
  OLDRUN: 'admission counts only runs of the current incarnation',
  COMMIT: 'commit refuses a cancel-requested generation and a deleted or older incarnation',
  IDEM: 'an idempotency key of an older incarnation answers "deleted"',
  RINC: 'a reset that keeps steps of an older incarnation ends cancelled',
  RA: 'on behalf of an open run that it does not know, the reconciler asks as that run would; it adopts only resets',
} as const;
export type Clause = keyof typeof clauses;

export const faults = {
  ASCLOSE: '"already started" closes the dispatch row',
  NOGEN: 'a dispatched start does not name its generation',
  NODESC: 'a reset is adopted without a look at Temporal',
  FAILEDONLY: 'an authorised rerun is dispatched with ALLOW_DUPLICATE_FAILED_ONLY',
  FORGET: 'a failed run forgets the result that stands',
  NOFENCE: 'a write does not compare the fence',
  NORUNID: 'a write does not compare the Temporal run',
  OTHERGEN: 'a silent row takes over the outcome of whatever run the workflow ID has now',
  NOKEY: 'no idempotency key is kept',
  CLOSEDRUNS: 'a start whose generation has completed runs it again',
  RENUMBER: 'a resource that is put again is numbered from 1 again',
  NOPROOF: 'cancelled is recorded while attempts are alive',
} as const;
export type Fault = keyof typeof faults;

/** Everything that is taken away from a world; empty: the design. */
export type Without = ReadonlySet<Clause | Fault>;
export const theDesign: Without = new Set();
