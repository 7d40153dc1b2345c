/**
 * What near-duplicates are found by, over all words: simhash of the words (texts differ in few of its 64 bits when they
 * share most words) and minhash of runs of three words (the share of equal entries estimates their Jaccard similarity;
 * one permutation with 64 bins). A word is a run of letters and digits in lower case; scripts that are written without
 * spaces give one token for each character.
 */
import { type Hash64, hashText, hashTogether } from './hash.ts';

const MINHASH_BINS = 64;
const SHINGLE = 3;
const EMPTY = 0xffffffff;

export interface Signature {
  readonly simhash64: string | null;
  readonly minhash: readonly number[] | null;
  readonly tokens: number;
  readonly shingle_words: number;
}

export interface SignatureStream {
  add(token: string): void;
  end(): Signature;
}

export function signatureStream(): SignatureStream {
  const bits = new Float64Array(64);
  const bins = new Float64Array(MINHASH_BINS).fill(EMPTY);
  const recent: Hash64[] = [];
  let tokens = 0;

  const addBits = ({ high, low }: Hash64): void => {
    for (let bit = 0; bit < 32; bit += 1) {
      bits[bit] = (bits[bit] as number) + ((low >>> bit) & 1 ? 1 : -1);
      bits[bit + 32] = (bits[bit + 32] as number) + ((high >>> bit) & 1 ? 1 : -1);
    }
  };
  const addShingle = (): void => {
    const { high, low } = hashTogether(recent);
    const bin = high % MINHASH_BINS;
    if (low < (bins[bin] as number)) bins[bin] = low;
  };

  return {
    add(token) {
      const hash = hashText(token);
      tokens += 1;
      addBits(hash);
      recent.push(hash);
      if (recent.length > SHINGLE) recent.shift();
      if (recent.length === SHINGLE) addShingle();
    },
    end() {
      if (tokens > 0 && tokens < SHINGLE) addShingle();
      return {
        simhash64: tokens === 0 ? null : hexOf(bits),
        minhash: tokens === 0 ? null : filled(bins),
        tokens,
        shingle_words: SHINGLE,
      };
    },
  };
}

function hexOf(bits: Float64Array): string {
  let value = 0n;
  for (let bit = 63; bit >= 0; bit -= 1) value = (value << 1n) | ((bits[bit] as number) > 0 ? 1n : 0n);
  return value.toString(16).padStart(16, '0');
}

/** An empty bin takes what the next filled one has (densification by rotation), so that short texts compare too. */
function filled(bins: Float64Array): number[] {
  return Array.from(bins, (_, bin) => {
    for (let step = 0; step < MINHASH_BINS; step += 1) {
      const value = bins[(bin + step) % MINHASH_BINS] as number;
      if (value !== EMPTY) return (value + Math.imul(step, 0x9e3779b1)) >>> 0;
    }
    return 0;
  });
}
