/**
 * MTLD (McCarthy and Jarvis 2010): mean length of stretches of words whose type-token ratio stays above 0.72, read
 * forwards and backwards, over the first two million words.
 */
const RATIO = 0.72;
const LONGEST = 2_000_000;

export interface Diversity {
  /** Number of the word in the vocabulary, -1 once that is no longer exact. */
  add(id: number): void;
  end(): { readonly mtld: number | null; readonly words: number };
}

export function diversity(): Diversity {
  let ids = new Uint32Array(4096);
  let length = 0;
  return {
    add(id) {
      if (id < 0 || length >= LONGEST) return;
      if (length >= ids.length) {
        const grown = new Uint32Array(Math.min(ids.length * 2, LONGEST));
        grown.set(ids);
        ids = grown;
      }
      ids[length] = id;
      length += 1;
    },
    end() {
      const forwards = oneWay(ids, length, 1);
      const backwards = oneWay(ids, length, -1);
      const mtld = forwards === null || backwards === null ? null : (forwards + backwards) / 2;
      return { mtld, words: length };
    },
  };
}

/** Null where not even a part of a stretch is complete: all words are different. */
function oneWay(ids: Uint32Array, length: number, direction: 1 | -1): number | null {
  const lastSeen = new Map<number, number>();
  let factors = 0;
  let stretch = 0;
  let tokens = 0;
  let types = 0;
  for (let step = 0; step < length; step += 1) {
    const id = ids[direction === 1 ? step : length - 1 - step] as number;
    tokens += 1;
    if (lastSeen.get(id) !== stretch) {
      types += 1;
      lastSeen.set(id, stretch);
    }
    if (types / tokens <= RATIO) {
      factors += 1;
      stretch += 1;
      tokens = 0;
      types = 0;
    }
  }
  if (tokens > 0) factors += (1 - types / tokens) / (1 - RATIO);
  return factors === 0 ? null : length / factors;
}
