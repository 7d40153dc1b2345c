/** Speech to text and objects as steps of the kinds: with models that the test makes, and without any. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { audioSection } from '../../cli/report/audio.ts';
import { imageSection } from '../../cli/report/image.ts';
import { inferenceLines } from '../../cli/report/video-inference.ts';
import { audioResultSchema } from '../../kinds/audio/result.ts';
import { videoResultSchema } from '../../kinds/video/result.ts';
import { analyseAudio } from '../audio/analyse.ts';
import { brokenRules } from '../support/result-rules.ts';
import { colourDetectorV8, loudnessHearer } from '../support/tiny-models.ts';
import { analyseVideo } from '../video/analyse.ts';
import { fixture, openWorkshop, type Workshop } from '../video/made.ts';
import { analyseImage, removeDirectories } from './image/analyse-image.ts';
import { addedModel, samplesOf } from './infer-in-test.ts';

// Each analysis is several child processes; machines that are busy with others take their time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => {
  workshop.close();
  removeDirectories();
});

function hearer(): string {
  const facts = { name: 'loudness', task: 'speech-to-text', family: 'wav2vec2-ctc' } as const;
  const vocabulary = Buffer.from(JSON.stringify({ '<pad>': 0, h: 1, i: 2, '|': 3 }));
  return addedModel(facts, { 'model.onnx': loudnessHearer(), 'vocab.json': vocabulary });
}

function detector(): string {
  const image = { width_px: 64, height_px: 64, channels: 'rgb', scale: 1 / 255 } as const;
  const labels = ['red', 'green'];
  const facts = { name: 'colours', task: 'objects', family: 'yolov8', image, labels } as const;
  return addedModel(facts, { 'model.onnx': colourDetectorV8() });
}

const SAID_FROM_S = 1.2;

/** A voice, and over it for 0.16 s what the test's model hears as `hi`. */
function said(): string {
  const bytes = readFileSync(samplesOf(['-i', fixture('jfk.mp3')]));
  const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const from = SAID_FROM_S * 16_000;
  for (let at = 0; at < 8 * 320; at++) samples[from + at] = at < 4 * 320 ? 0.7 : -0.7;
  const raw = join(workshop.folder(), 'said.f32');
  writeFileSync(raw, samples.subarray(0, 16_000 * 4));
  return workshop.make('said.wav', '-f', 'f32le', '-ar', '16000', '-ac', '1', '-i', raw, '-c:a', 'pcm_f32le');
}

/** Black, with a red patch that is one cell of the detector. */
async function patch(): Promise<string> {
  const red = { create: { width: 16, height: 16, channels: 3, background: '#f00' } } as const;
  const black = { create: { width: 128, height: 64, channels: 3, background: '#000' } } as const;
  const path = join(workshop.folder(), 'patch.png');
  const input = await sharp(red).png().toBuffer();
  await sharp(black)
    .composite([{ input, left: 32, top: 16 }])
    .png()
    .toFile(path);
  return path;
}

const on = { transcript: 'on' } as const;

describe('what is said in a track', () => {
  it('is written down where somebody speaks, with times of the file', async () => {
    const { result, artefact } = await analyseAudio(said(), workshop.folder(), on, {
      modelsDirectory: hearer(),
    });
    expect(audioResultSchema.parse(result)).toEqual(result);
    const { transcript, speech } = result.audio;
    expect(brokenRules({ transcript })).toEqual([]);
    if (transcript?.status !== 'ok') throw new Error(`it was ${transcript?.reason}`);
    expect(transcript).toMatchObject({
      text: 'hi',
      word_count: 1,
      model: { name: 'loudness', licence: 'MIT' },
    });
    expect(Math.abs((transcript.words?.[0]?.start_s ?? 0) - SAID_FROM_S)).toBeLessThan(0.04);
    if (speech.status === 'ok') expect(transcript.heard_s).toBeCloseTo(speech.speech_s ?? 0, 1);
    const kept = JSON.parse(readFileSync(artefact('audio.transcript', transcript.uri), 'utf8')) as object;
    expect(kept).toEqual({ text: 'hi', words: transcript.words });
    expect(result.steps.find(({ name }) => name === 'audio.transcript')).toMatchObject({
      status: 'ok',
      tool: 'loudness',
    });
    expect(audioSection(result)).toContain('transcript  1 words');
  });

  it('is skipped without a model, which makes the result partial, and nothing is decoded for it', async () => {
    const { result, children, codes } = await analyseAudio(said(), workshop.folder(), on);
    expect(result.audio.transcript).toMatchObject({ status: 'skipped', reason: 'model_not_installed' });
    expect(result.status).toBe('partial');
    expect(codes).toContain('TRANSCRIPT_SKIPPED');
    expect(result.steps.find(({ name }) => name === 'audio.transcript')).toMatchObject({
      status: 'skipped',
      reason: 'model_not_installed',
    });
    expect(children.filter(({ title }) => title === 'ffmpeg speech samples')).toHaveLength(1);
    expect(audioSection(result)).toContain('onceflow models list');
  });
});

describe('things in a picture', () => {
  const params = { ocr: 'off', objects: 'on' } as const;

  it('are found, in pixels of the picture', async () => {
    const { result } = await analyseImage(await patch(), params, { modelsDirectory: detector() });
    expect(brokenRules(result)).toEqual([]);
    expect(result.image.objects).toMatchObject({
      status: 'ok',
      object_count: 1,
      objects: [{ label: 'red', box_px: [32, 16, 16, 16] }],
      labels: [{ label: 'red', objects: 1 }],
      uri: null,
    });
    expect(result).toMatchObject({
      status: 'complete',
      summary: { facts: expect.arrayContaining(['1 red']) },
    });
    expect(imageSection(result)).toMatch(/red {2}\d+% {2}16 x 16 at 32, 16/);
  });

  it('are not looked for without a model, which makes the result partial', async () => {
    const { result } = await analyseImage(await patch(), params);
    expect(result.image.objects).toMatchObject({ status: 'skipped', reason: 'model_not_installed' });
    expect(result.status).toBe('partial');
    expect(result.steps.at(-1)).toMatchObject({ name: 'image.objects', status: 'skipped' });
    const { result: unasked } = await analyseImage(await patch());
    expect([unasked.image.objects, unasked.status]).toEqual([undefined, 'complete']);
  });
});

describe('a video', () => {
  it('gets both: words of its track, things on its keyframes; without models both are skipped', async () => {
    const still = ['-loop', '1', '-r', '10', '-t', '4', '-i', await patch()];
    const encoded = ['-c:v', 'libx264', '-pix_fmt', 'yuv444p', '-qp', '0', '-c:a', 'flac', '-strict', '-2'];
    const film = workshop.make('film.mkv', ...still, '-i', said(), ...encoded);
    const params = { transcript: 'on', objects: 'on' } as const;
    const asked = { params, inference: 'asked' } as const;
    const words = (await analyseVideo(film, workshop.folder(), { ...asked, modelsDirectory: hearer() }))
      .result;
    expect(videoResultSchema.parse(words)).toEqual(words);
    expect(words.video.transcript).toMatchObject({ status: 'ok', text: 'hi' });
    expect(words.video.objects).toMatchObject({ status: 'skipped', reason: 'model_not_installed' });
    expect(words.status).toBe('partial');

    const things = (await analyseVideo(film, workshop.folder(), { ...asked, modelsDirectory: detector() }))
      .result;
    expect(brokenRules(things)).toEqual([]);
    expect(things.video.objects).toMatchObject({
      status: 'ok',
      labels: [{ label: 'red', keyframes: 1, most_at_once: 1 }],
      keyframes_looked_at: 1,
      keyframes_unreadable: 0,
    });
    expect(things.video.transcript).toMatchObject({ status: 'skipped' });
    expect(things.alerts.map(({ where }) => where)).toContain('video.transcript');
    expect(inferenceLines(things.video)).toMatch(/objects {5}red {2}on 1 of 1 keyframes/);
  });
});
