/** Why a result, or a run that is going on, is not of what is asked for now. */
export type StaleReason = 'content changed' | 'params changed' | 'analyser changed';

export interface Basis {
  readonly paramsHash: string;
  readonly sourceHash: string;
  readonly analyserVersion: number;
  /** `size:mtimeNs:inode` of the bytes, or null where nobody looked; an unknown pin proves no change. */
  readonly pin: string | null;
}

/** In the order of what a reader wants to know first; empty when nothing changed. */
export function staleReasons(made: Basis, asked: Basis): readonly StaleReason[] {
  const reasons: StaleReason[] = [];
  const pinsDiffer = made.pin !== null && asked.pin !== null && made.pin !== asked.pin;
  if (made.sourceHash !== asked.sourceHash || pinsDiffer) reasons.push('content changed');
  if (made.paramsHash !== asked.paramsHash) reasons.push('params changed');
  if (made.analyserVersion !== asked.analyserVersion) reasons.push('analyser changed');
  return reasons;
}
