/** An audio analysis as a user has it: once, with a result that fits its schema; bad input ends in one attempt. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audioResultSchema } from '../../kinds/audio/result.ts';
import { layLures, type Lures } from '../support/hostile/lures.ts';
import { text } from '../support/hostile/refused-case.ts';
import { refusedPlaces } from '../support/hostile/refused-places.ts';
import {
  expectUntouched,
  lookAround,
  privateTemporary,
  type Surroundings,
} from '../support/hostile/surroundings.ts';
import { completed, refusalOf } from '../support/hostile/verdicts.ts';
import { type Product, startProduct, trailer } from '../support/product.ts';
import { fixture } from '../video/made.ts';

const refused = [
  ...refusedPlaces('audio', 'wav'),
  { title: 'text', kind: 'audio' as const, code: /^NOT_AUDIO$/, make: text('text.wav', 'hello\nworld\n') },
];
const temporary = privateTemporary();
let product: Product;
let lures: Lures;
let before: Surroundings;

beforeAll(async () => {
  product = await startProduct();
  lures = await layLures(product.files);
  const speech = product.place(fixture('jfk.mp3'));
  const film = product.place(trailer);
  const paths: string[] = [];
  for (const { make } of refused) paths.push(await make(product.files));
  before = lookAround(product, temporary.path);
  await product.client.submitMany([
    { kind: 'audio', resourceId: 'speech', source: speech },
    { kind: 'audio', resourceId: 'film', source: film },
    { kind: 'audio', resourceId: 'lure', source: lures.playlists['HLS named .mp4'] ?? '' },
    ...paths.map((source, index) => ({ kind: 'audio', resourceId: `refused-${index}`, source })),
  ]);
});
afterAll(async () => {
  await lures.close();
  await product.stop();
  temporary.remove();
});

it.each(['speech', 'film'])('completes, and the result fits its schema: %s', async (resourceId) => {
  const { document } = await completed(product, 'audio', resourceId);
  expect(() => audioResultSchema.parse(document)).not.toThrow();
  expect(document.steps.map(({ name }) => name).sort()).toEqual([
    'audio.levels',
    'audio.probe',
    'audio.spectrum',
    'audio.speech',
  ]);
  expect(document.audio.loudness.integrated_lufs).not.toBeNull();
  const { artefacts } = await product.client.result({ kind: 'audio', resourceId });
  expect(artefacts.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['loudness.json', 'spectrogram.png', 'waveform.json']),
  );
});

it('a second submit answers with the result', async () => {
  await completed(product, 'audio', 'speech');
  const answer = await product.client.submit('audio', 'speech', { source: join(product.files, 'jfk.mp3') });
  expect(answer).toMatchObject({ outcome: 'completed', generation: 1 });
});

it('the command line takes it for audio and shows loudness and waveform', async () => {
  const run = await product.cli(['analyze', 'jfk.mp3']);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toMatch(/━ audio/);
  expect(run.stdout).toMatch(/waveform +[▁-█]/);
  expect(run.stdout).toMatch(/loudness +-15\.4 LUFS/);
});

describe('refuses in one attempt', () => {
  it.each(refused.map((one, index) => ({ ...one, index })))('$title', async ({ index, code }) => {
    const refusal = await refusalOf(product, { kind: 'audio', resourceId: `refused-${index}` });
    expect(refusal.code, refusal.message).toMatch(code);
  });

  it('a playlist, of which nothing is opened', async () => {
    const refusal = await refusalOf(product, { kind: 'audio', resourceId: 'lure' });
    expect(refusal.code).toBe('PLAYLIST_REFUSED');
    expect(JSON.stringify(refusal)).not.toContain(lures.word);
    expect(lures.connections()).toBe(0);
  });

  it('a param that does not exist', async () => {
    const source = join(product.files, 'jfk.mp3');
    const params = { silence_threshold_dB: -40 } as never;
    await expect(product.client.submit('audio', 'other', { source, params })).rejects.toThrow(
      /silence_threshold/,
    );
  });
});

it('leaves workers, processes and files as they were', async () => {
  await expectUntouched(product, temporary.path, before);
});
