/** Speech, found by the real model in the real sandbox. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { detectSpeech, type SpeechFound } from '../../activities/inference/speech.ts';
import { speechSegments } from '../../kinds/inference/speech-segments.ts';
import { inStep, samplesFile, samplesOf } from './infer-in-test.ts';

const kennedy = fileURLToPath(new URL('../fixtures/jfk.mp3', import.meta.url));

function speechIn(pcmPath: string): Promise<SpeechFound> {
  return inStep(
    async (context) => (await detectSpeech(context, { pcmPath, sampleRate: 16_000 })) as SpeechFound,
  );
}

it("finds Kennedy's sentences, and says by which model, where, and for how long", async () => {
  const found = await speechIn(samplesOf(['-i', kennedy]));
  expect(found.status).toBe('ok');
  expect(found.segments[0]?.start_s).toBeCloseTo(0.29, 1);
  expect(found.segments.at(-1)?.end_s).toBeCloseTo(10.62, 1);
  expect(found.speech_s).toBeGreaterThan(6);
  expect(found.model).toMatchObject({ name: 'silero-vad', version: '5', licence: 'MIT' });
  expect(found.model.sha256).toMatch(/^2623a295/);
  expect(found.inference_s).toBeGreaterThan(0);
  for (const [index, { start_s, end_s, probability }] of found.segments.entries()) {
    expect(end_s).toBeGreaterThan(start_s);
    expect(start_s).toBeGreaterThanOrEqual(found.segments[index - 1]?.end_s ?? 0);
    expect(probability).toBeGreaterThan(0);
  }
});

it('finds the same in a track that takes several messages as in one, whatever its last window lacks', async () => {
  const long = await speechIn(samplesOf(['-stream_loop', '11', '-i', kennedy]));
  const once = await speechIn(samplesOf(['-i', kennedy]));
  // 132 s in pieces of 60 s; the first repetition is heard with the same past.
  const first = long.segments.slice(0, once.segments.length - 1);
  expect(first).toEqual(once.segments.slice(0, -1));
  expect(long.segments.length).toBeGreaterThan(11 * (once.segments.length - 2));
});

it('finds nothing in silence, in a tone, in no samples at all and in samples that are no numbers', async () => {
  const tone = samplesOf(['-f', 'lavfi', '-i', 'sine=440:duration=3']);
  const tracks = [samplesFile(new Float32Array(32_000)), tone, samplesFile(new Float32Array(0))];
  tracks.push(samplesFile(new Float32Array(32_000).fill(Number.NaN)));
  for (const track of tracks) {
    expect(await speechIn(track)).toMatchObject({ status: 'ok', segments: [], speech_s: 0 });
  }
});

it('refuses a track that is cut within a sample', async () => {
  const { writeFileSync } = await import('node:fs');
  const track = samplesFile(new Float32Array(100));
  writeFileSync(track, Buffer.alloc(401));
  await expect(speechIn(track)).rejects.toMatchObject({ code: 'PCM_CUT_SHORT' });
});

it('joins what pauses for less than 100 ms, drops what is shorter than 250 ms, pads by 30 ms', () => {
  const windows = (...runs: readonly (readonly [number, number])[]): Float32Array =>
    Float32Array.from(runs.flatMap(([count, probability]) => Array<number>(count).fill(probability)));
  const samples = (probabilities: Float32Array): number => probabilities.length * 512;
  const segments = (probabilities: Float32Array) => speechSegments(probabilities, samples(probabilities));
  const paused = windows([10, 0], [20, 0.9], [3, 0.1], [20, 0.9], [10, 0]);
  expect(segments(paused)).toEqual([{ start_s: 0.29, end_s: 1.726, probability: expect.any(Number) }]);
  expect(segments(windows([10, 0], [6, 0.9], [10, 0]))).toEqual([]);
  // Between 0.35 and 0.5 speech goes on, and does not begin.
  expect(segments(windows([10, 0], [20, 0.4], [10, 0]))).toEqual([]);
  expect(segments(windows([10, 0], [10, 0.9], [20, 0.4], [10, 0]))).toHaveLength(1);
  // It may last to the end of the track, and is not padded beyond.
  expect(segments(windows([10, 0], [20, 0.9])).at(-1)?.end_s).toBe(0.96);
});
