/**
 * Folds interleaved 32-bit floats to one channel: the sample with the largest magnitude. A mean would make a speaker on
 * one of six channels six times quieter, and cancel out channels of opposite phase.
 */

/** Takes bytes as they come, cut anywhere, and gives whole samples of one channel. What is not finite becomes 0. */
export function foldChannels(channels: number): (bytes: Buffer) => Buffer {
  const frameBytes = channels * 4;
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const frames = Math.floor(all.length / frameBytes);
    // A copy: the caller's buffer may be used again.
    rest = Buffer.from(all.subarray(frames * frameBytes));
    const mono = Buffer.alloc(frames * 4);
    for (let frame = 0; frame < frames; frame++) {
      mono.writeFloatLE(loudest(all, frame * frameBytes, channels), frame * 4);
    }
    return mono;
  };
}

function loudest(bytes: Buffer, at: number, channels: number): number {
  let found = 0;
  for (let channel = 0; channel < channels; channel++) {
    const sample = bytes.readFloatLE(at + channel * 4);
    if (Number.isFinite(sample) && Math.abs(sample) > Math.abs(found)) found = sample;
  }
  return found;
}
