import { expect, test } from 'vitest';
import { foldChannels } from '../../media/video/fold-channels.ts';

const floats = (...samples: readonly number[]): Buffer => Buffer.from(Float32Array.from(samples).buffer);
const samplesOf = (bytes: Buffer): readonly number[] =>
  Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));

test('of all channels the loudest sample is kept, with its sign', () => {
  expect(samplesOf(foldChannels(2)(floats(0.25, -0.5, 0, 0.125)))).toEqual([-0.5, 0.125]);
});

test('channels of opposite phase do not cancel each other out', () => {
  expect(samplesOf(foldChannels(2)(floats(0.5, -0.5)))).toEqual([0.5]);
});

test('bytes that are cut anywhere give the same samples', () => {
  const whole = floats(...Array.from({ length: 60 }, (_, index) => Math.fround(Math.sin(index))));
  const expected = samplesOf(foldChannels(3)(whole));
  for (const size of [1, 5, 12, 13, 50]) {
    const fold = foldChannels(3);
    const parts: Buffer[] = [];
    for (let at = 0; at < whole.length; at += size) {
      // A stream gives its buffers again once they were taken.
      const lent = Buffer.from(whole.subarray(at, at + size));
      parts.push(Buffer.from(fold(lent)));
      lent.fill(0xff);
    }
    expect(samplesOf(Buffer.concat(parts))).toEqual(expected);
  }
});

test('samples that are no numbers are silence', () => {
  expect(samplesOf(foldChannels(1)(floats(Number.NaN, Number.POSITIVE_INFINITY, 0.5)))).toEqual([0, 0, 0.5]);
});
