/**
 * Silero VAD v5 over a track, window after window: each depends on the state that the one before it left.
 *
 * A window is 512 samples at 16 kHz, shown together with the 64 samples before it. The model's state stays here
 * between requests, so a track of hours comes in pieces.
 */
import type { Tensor } from './protocol.ts';
import type { Model } from './runtime.ts';

const WINDOW = 512;
const CONTEXT = 64;
const STATE: readonly number[] = [2, 1, 128];
const RATE: Tensor = { name: 'sr', type: 'int64', dims: [], data: BigInt64Array.from([16_000n]) };

export interface SpeechStream {
  /** The probability of speech of each window that is complete; with `last`, silence completes the one that is not. */
  readonly hear: (samples: Float32Array, last: boolean) => Promise<Float32Array>;
}

export function openSpeechStream(model: Model): SpeechStream {
  const input = new Float32Array(CONTEXT + WINDOW);
  let state: Tensor = { name: 'state', type: 'float32', dims: STATE, data: new Float32Array(256) };
  let rest = new Float32Array(0);

  async function window(): Promise<number> {
    const shown: Tensor = { name: 'input', type: 'float32', dims: [1, input.length], data: input };
    const answer = await model.run([shown, state, RATE]);
    state = { ...(answer.get('stateN') as Tensor), name: 'state' };
    input.copyWithin(0, WINDOW);
    return Number(answer.get('output')?.data[0]);
  }

  return {
    async hear(samples, last) {
      const track = new Float32Array(rest.length + samples.length);
      track.set(rest);
      track.set(samples, rest.length);
      const windows = last ? Math.ceil(track.length / WINDOW) : Math.floor(track.length / WINDOW);
      const probabilities = new Float32Array(windows);
      for (let index = 0; index < windows; index += 1) {
        const piece = track.subarray(index * WINDOW, (index + 1) * WINDOW);
        input.set(piece, CONTEXT);
        input.fill(0, CONTEXT + piece.length);
        probabilities[index] = await window();
      }
      rest = track.slice(windows * WINDOW);
      return probabilities;
    },
  };
}
