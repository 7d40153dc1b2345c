import { madeWithNow } from '../kinds/made-with.ts';
import type { AnalysisView, ResultView } from '../ledger/ledger.ts';
import { computationReasons, type StaleReason } from '../policy/staleness.ts';
import type { Kinds } from './kinds.ts';

/**
 * Why a result is stale, with what only a process that has the kinds can say: the ledger compares content and params,
 * here what the result was computed with is compared with the versions and models of this process.
 */
export function staleNow(kinds: Kinds, kind: string, result: ResultView): ResultView {
  const definition = kinds.find(kind)?.definition;
  if (!definition) return result;
  const { steps, models } = result.madeWith ?? {};
  const made = { analyserVersion: result.analyserVersion, steps, models };
  const reasons = new Set<StaleReason>([
    ...result.stale,
    ...computationReasons(made, madeWithNow(definition)),
  ]);
  return { ...result, stale: [...reasons] };
}

export function viewNow(kinds: Kinds, view: AnalysisView): AnalysisView {
  return view.result ? { ...view, result: staleNow(kinds, view.kind, view.result) } : view;
}
