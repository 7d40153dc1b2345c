/** HyperLogLog with 16,384 registers: how many different hashes were added, within about one percent. */
import type { Hash64 } from './hash.ts';

const INDEX_BITS = 14;
const REGISTERS = 1 << INDEX_BITS;

export interface DistinctEstimate {
  add(hash: Hash64): void;
  count(): number;
}

export function distinctEstimate(): DistinctEstimate {
  const registers = new Uint8Array(REGISTERS);
  return {
    add({ high, low }) {
      const index = high >>> (32 - INDEX_BITS);
      const rank = Math.clz32(low) + 1;
      if (rank > (registers[index] as number)) registers[index] = rank;
    },
    count() {
      let sum = 0;
      let zeros = 0;
      for (const register of registers) {
        sum += 2 ** -register;
        if (register === 0) zeros += 1;
      }
      const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
      const small = raw <= 2.5 * REGISTERS && zeros > 0;
      return Math.round(small ? REGISTERS * Math.log(REGISTERS / zeros) : raw);
    },
  };
}
