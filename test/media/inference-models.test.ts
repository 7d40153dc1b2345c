/** Speech to text and objects, by models of the real form that the test makes; and what is said where there is none. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { asStepFailure } from '../../activities/inference/failures.ts';
import { detectObjects, type ObjectsFound } from '../../activities/inference/objects.ts';
import { transcribe } from '../../activities/inference/transcript.ts';
import { InferenceRefused } from '../../media/inference/child-process.ts';
import { colourDetectorV8, colourDetectorX, hungryDetector, loudnessHearer } from '../support/tiny-models.ts';
import { addedModel, inStep, samplesFile } from './infer-in-test.ts';
import { makeDirectory } from './sandboxed.ts';

const vocabulary = Buffer.from(JSON.stringify({ '<pad>': 0, h: 1, i: 2, '|': 3 }));

function hearer(file: Uint8Array = vocabulary): string {
  const facts = { name: 'loudness', task: 'speech-to-text', family: 'wav2vec2-ctc' } as const;
  return addedModel(facts, { 'model.onnx': loudnessHearer(), 'vocab.json': file });
}

/** Frames of 320 samples at these heights. */
function heights(...runs: readonly (readonly [frames: number, height: number])[]): string {
  const samples = runs.flatMap(([frames, height]) => Array<number>(frames * 320).fill(height));
  return samplesFile(Float32Array.from(samples));
}

it('transcribes by a model of the wav2vec2 family: letters, words with times, nothing twice', async () => {
  const pcmPath = heights([10, 0], [4, 1], [2, 0], [4, -1], [10, 0], [4, 1], [2, 0], [4, -1], [10, 0]);
  const said = await inStep((context) => transcribe(context, { pcmPath, sampleRate: 16_000 }), hearer());
  expect(said).toMatchObject({
    status: 'ok',
    text: 'hihi',
    words: [{ word: 'hihi', start_s: 0.2, end_s: 0.74 }],
  });
  const apart = await inStep(
    (context) =>
      transcribe(
        context,
        { pcmPath, sampleRate: 16_000 },
        {
          segments: [
            { start_s: 0, end_s: 0.5 },
            { start_s: 0.5, end_s: 1 },
          ],
        },
      ),
    hearer(),
  );
  expect(apart).toMatchObject({
    text: 'hi hi',
    model: { name: 'loudness', licence: 'MIT' },
    provider: 'cpu',
  });
});

it('hears a long track in pieces that overlap, each letter once', async () => {
  const letters = Array.from(
    { length: 150 },
    () =>
      [
        [10, 0],
        [4, 1],
        [2, 0],
        [4, -1],
      ] as const,
  ).flat();
  const pcmPath = heights(...letters);
  const said = await inStep((context) => transcribe(context, { pcmPath, sampleRate: 16_000 }), hearer());
  expect(said).toMatchObject({ text: 'hi'.repeat(150) });
});

it('names a vocabulary that is none', async () => {
  const pcmPath = heights([10, 0]);
  const asked = inStep(
    (context) => transcribe(context, { pcmPath, sampleRate: 16_000 }),
    hearer(Buffer.from('["a"]')),
  );
  await expect(asked).rejects.toMatchObject({ code: 'MODEL_UNSUITABLE', retry: 'never' });
});

const image = { width_px: 64, height_px: 64, channels: 'rgb' } as const;
const labels = ['red', 'green'];

/** A grey picture of 128 x 64 with a red and a green patch, each of which is one cell of the detector. */
async function picture(name = 'patches.png'): Promise<{ id: string; path: string }> {
  const path = join(makeDirectory(), name);
  const patch = (background: string) =>
    sharp({ create: { width: 16, height: 16, channels: 3, background } })
      .png()
      .toBuffer();
  const ground = sharp({ create: { width: 128, height: 64, channels: 3, background: '#000' } });
  const patches = [
    { input: await patch('#f00'), left: 32, top: 16 },
    { input: await patch('#0f0'), left: 96, top: 48 },
  ];
  writeFileSync(path, await ground.composite(patches).png().toBuffer());
  return { id: name, path };
}

const expected = [
  { label: 'green', class_index: 1, box_px: [96, 48, 16, 16] },
  { label: 'red', class_index: 0, box_px: [32, 16, 16, 16] },
];

it.each([
  ['yolov8', colourDetectorV8(), 1 / 255],
  ['yolov8', colourDetectorV8(1), 1 / 255],
  ['yolox', colourDetectorX(), 1],
] as const)(
  'finds objects by a model of the %s family, in pixels of the picture',
  async (family, model, scale) => {
    const facts = { name: 'colours', task: 'objects', family, image: { ...image, scale }, labels } as const;
    const directory = addedModel(facts, { 'model.onnx': model });
    const broken = join(makeDirectory(), 'broken.png');
    writeFileSync(broken, 'nothing of the kind');
    const images = [await picture(), { id: 'broken', path: broken }, await picture('again.png')];
    const found = (await inStep((context) => detectObjects(context, images), directory)) as ObjectsFound;
    expect(found.images.map(({ id, unreadable }) => [id, unreadable])).toEqual([
      ['patches.png', null],
      ['broken', 'IMAGE_UNDECODABLE'],
      ['again.png', null],
    ]);
    for (const index of [0, 2]) {
      const objects = [...(found.images[index]?.objects ?? [])].sort((a, b) =>
        a.label.localeCompare(b.label),
      );
      expect(objects).toMatchObject(expected);
      expect(Math.min(...objects.map(({ score }) => score))).toBeGreaterThan(0.9);
    }
  },
);

it('halves a batch that does not fit into memory until it does, and records it', async () => {
  const facts = {
    name: 'hungry',
    task: 'objects',
    family: 'yolov8',
    image: { ...image, scale: 1 / 255 },
    labels,
  } as const;
  const directory = addedModel(facts, { 'model.onnx': hungryDetector() });
  const images = await Promise.all(Array.from({ length: 8 }, (_, index) => picture(`${index}.png`)));
  const found = (await inStep((context) => detectObjects(context, images), directory)) as ObjectsFound;
  expect(found.batch).toEqual({ size: 2, halvings: 2 });
  expect(found.images.map(({ objects }) => objects.length)).toEqual(Array(8).fill(2));
});

it('answers skipped, with a hint, where no model is installed', async () => {
  const pcmPath = heights([10, 0]);
  const said = await inStep((context) => transcribe(context, { pcmPath, sampleRate: 16_000 }));
  expect(said).toMatchObject({ status: 'skipped', reason: 'model_not_installed' });
  const seen = await inStep((context) => detectObjects(context, [], { model: 'yolox-s' }));
  expect(seen).toMatchObject({ status: 'skipped', reason: 'model_not_installed' });
  expect((seen as { hint: string }).hint).toContain('onceflow models pull yolox-s');
});

it('refuses a model whose file was changed, and one that is none', async () => {
  const facts = {
    name: 'colours',
    task: 'objects',
    family: 'yolov8',
    image: { ...image, scale: 1 },
    labels,
  } as const;
  const changed = addedModel(facts, { 'model.onnx': colourDetectorV8() });
  writeFileSync(join(changed, 'colours', '1', 'model.onnx'), 'changed');
  const images = [await picture()];
  await expect(inStep((context) => detectObjects(context, images), changed)).rejects.toMatchObject({
    code: 'MODEL_CORRUPT',
    retry: 'never',
  });
  const none = addedModel(facts, { 'model.onnx': Buffer.from('no model') });
  await expect(inStep((context) => detectObjects(context, images), none)).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    retry: 'never',
  });
});

it('names where memory ran out: of the device, or of the processor', () => {
  const ranOut = (provider: 'cuda' | 'cpu') =>
    asStepFailure(new InferenceRefused({ code: 'OUT_OF_MEMORY', message: 'bad_alloc', provider }));
  expect(ranOut('cuda')).toMatchObject({ code: 'INFERENCE_OUT_OF_MEMORY', retry: 'backoff' });
  expect(String(ranOut('cuda'))).toContain('CUDA device');
  expect(ranOut('cpu')).toMatchObject({ code: 'INFERENCE_OUT_OF_MEMORY', retry: 'backoff' });
  expect(String(ranOut('cpu'))).toContain('processor');
});
