/** Power of the two channels of 32-bit float samples, and of their mean, as the bytes come. */
export interface StereoPower {
  readonly left: number;
  readonly right: number;
  readonly mixdown: number;
}

const SAMPLE_BYTES = 8;

export function channelPower() {
  let rest = Buffer.alloc(0);
  let [left, right, mixdown] = [0, 0, 0];
  return {
    add(bytes: Buffer): void {
      const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
      const whole = all.length - (all.length % SAMPLE_BYTES);
      const view = new DataView(all.buffer, all.byteOffset, whole);
      for (let at = 0; at < whole; at += SAMPLE_BYTES) {
        const [a, b] = [view.getFloat32(at, true), view.getFloat32(at + 4, true)];
        const square = a * a + b * b;
        // What is not finite says nothing of the rest.
        if (!(square < Number.POSITIVE_INFINITY)) continue;
        left += a * a;
        right += b * b;
        mixdown += ((a + b) / 2) ** 2;
      }
      rest = Buffer.from(all.subarray(whole));
    },
    result: (): StereoPower => ({ left, right, mixdown }),
  };
}
