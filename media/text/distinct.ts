/** How many different texts were added: exact while they fit into memory, then estimated. */
import { distinctEstimate } from './distinct-estimate.ts';
import { hashText } from './hash.ts';

const EXACT_TEXTS = 200_000;

export interface Distinct {
  add(text: string): void;
  count(): { readonly count: number; readonly exact: boolean };
}

export function distinctTexts(): Distinct {
  const seen = new Set<string>();
  const estimate = distinctEstimate();
  let exact = true;
  return {
    add(text) {
      if (seen.has(text)) return;
      estimate.add(hashText(text));
      if (seen.size < EXACT_TEXTS) seen.add(text);
      else exact = false;
    },
    count: () => ({ count: exact ? seen.size : estimate.count(), exact }),
  };
}
