/** Hashes of texts that are the same on every machine and in every version: signatures are compared across runs. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** 64 bits as two unsigned halves (two runs of 32-bit FNV-1a over UTF-16 units, mixed as in MurmurHash3). */
export function hashText(text: string): Hash64 {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    high = (high << 13) | (high >>> 19);
  }
  return { high: mix(high ^ low), low: mix(low + Math.imul(high, 0x9e3779b1)) };
}

/** One hash of several, in order. */
export function hashTogether(parts: readonly Hash64[]): Hash64 {
  let low = 0x1b873593;
  let high = 0xcc9e2d51;
  for (const part of parts) {
    low = mix(Math.imul(low, 5) + part.low);
    high = mix(Math.imul(high, 5) + part.high + low);
  }
  return { high, low };
}

function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
