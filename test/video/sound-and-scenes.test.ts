/** What is found beside the decode pass: scenes, and the samples that speech is looked for in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepImplementation } from '../../activities/step-context.ts';
import type { ProbeDocument } from '../../activities/video/documents.ts';
import { type MonoTrack, writeLoudestChannel } from '../../activities/video/loudest-channel.ts';
import { probe } from '../../activities/video/probe.ts';
import { videoResultSchema } from '../../kinds/video/result.ts';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';
import { runStep } from '../../tools/step-runner.ts';
import { brokenRules } from '../support/result-rules.ts';
import { analyseVideo } from './analyse.ts';
import { fixture, openWorkshop, TRAILER, type Workshop } from './made.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

describe('the trailer', () => {
  test('has the scenes that a viewer sees: snow, chase over roofs, flight, desert, logo', async () => {
    const { result, children, outputs } = await analyseVideo(TRAILER, workshop.folder(), {
      inference: 'asked',
    });
    const scenes = result.video.scenes?.map(({ first_shot, last_shot }) => [first_shot, last_shot]);
    expect(scenes).toEqual([
      ...[
        [0, 3],
        [4, 5],
        [6, 8],
        [9, 9],
        [10, 10],
      ],
    ]);
    expect(result.video.scenes?.at(-1)?.end_s).toBe(result.video.shots.at(-1)?.end_s);
    expect(result.video.scene_detector?.params).toMatchObject({ min_similarity: 0.6, window_shots: 4 });

    expect(result.status).toBe('complete');
    expect(result.video.text).toMatchObject({
      status: 'ok',
      spans: [{ text: 'SINTEL', first_shot: 10, last_shot: 10, sightings: 1 }],
      keyframes_read: 11,
    });
    const { speech } = result.video;
    expect(speech).toMatchObject({
      status: 'ok',
      model: { name: 'silero-vad' },
      provider: { used: ['cpu'] },
    });
    expect(speech?.status === 'ok' && speech.ratio).toBeGreaterThan(0.03);
    expect(speech?.status === 'ok' && speech.ratio).toBeLessThan(0.3);
    expect(brokenRules(result)).toEqual([]);

    // Speech and text are steps of their own: the picture is decoded once, as before.
    expect(children.filter(({ title }) => title === 'ffmpeg decode')).toHaveLength(1);
    const steps = outputs.map(({ step }) => step);
    expect(steps).toEqual(expect.arrayContaining(['video.speech', 'video.text']));
    expect(result.steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['video.speech', 'video.text']),
    );
  });

  test('a result from before scenes, speech and text is still one of analysis.video/1', async () => {
    const { result } = await analyseVideo(TRAILER, workshop.folder());
    const { scenes, scene_detector, speech, text, ...video } = result.video;
    expect([scenes?.length, scene_detector?.name, speech, text]).toEqual([5, expect.any(String), null, null]);
    expect(videoResultSchema.safeParse({ ...result, video }).success).toBe(true);
  });
});

describe('a speech under a still picture', () => {
  const segmentsOf = async (name: string, delay_s: number) => {
    const still = ['-f', 'lavfi', '-i', 'color=c=gray:s=64x64:r=5:d=16'];
    const sound = ['-itsoffset', String(delay_s), '-i', fixture('jfk.mp3')];
    const file = workshop.make(name, ...still, ...sound, '-c:v', 'mpeg4', '-c:a', 'aac');
    const { result, outputs } = await analyseVideo(file, workshop.folder(), { inference: 'asked' });
    const artefacts = outputs.find(({ step }) => step === 'video.speech')?.artefacts.map((one) => one.name);
    expect(artefacts).toEqual(['speech.json']);
    const { speech } = result.video;
    return speech?.status === 'ok' ? (speech.segments ?? []) : [];
  };

  test('is found where it is heard, also where the track begins later than the picture', async () => {
    const [prompt, late] = [await segmentsOf('prompt.mkv', 0), await segmentsOf('late.mkv', 4)];
    expect(prompt[0]?.start_s).toBeLessThan(1);
    expect(prompt.at(-1)?.end_s).toBeGreaterThan(9);
    expect(late.length).toBe(prompt.length);
    for (const [index, segment] of late.entries()) {
      expect(segment.start_s - (prompt[index]?.start_s ?? 0)).toBeCloseTo(4, 0);
    }
  });
});

describe('samples for speech', () => {
  const samplesOf = async (file: string): Promise<{ track: MonoTrack; samples: Float32Array }> => {
    const { ffmpeg, ffprobe } = await findMediaTools();
    const tools = { ffmpeg: ffmpeg.path, ffprobe: ffprobe.path, node: process.execPath };
    const probing: typeof probe = (context, input) => probe({ ...context, tools }, input);
    const plan = (await runStep(probing, file, { params: {} })).document as ProbeDocument;
    const write: StepImplementation<unknown, { track: MonoTrack; samples: Float32Array }> = async (
      context,
    ) => {
      const path = join(context.directory, 'mono.f32');
      const track = await writeLoudestChannel({ ...context, tools }, plan, plan.audioIndex ?? -1, path);
      const bytes = readFileSync(path);
      return { value: { track, samples: new Float32Array(Uint8Array.from(bytes).buffer) } };
    };
    return (await runStep(write, file, {})).value;
  };
  const picture = ['-f', 'lavfi', '-i', 'color=c=red:s=64x64:r=10:d=3'];
  const made = (name: string, sound: string): string =>
    workshop.make(
      name,
      ...picture,
      '-f',
      'lavfi',
      '-i',
      sound,
      '-c:a',
      'pcm_s16le',
      '-c:v',
      'mpeg4',
      '-shortest',
    );

  test('keep a voice on one of six channels as loud as it is', async () => {
    const file = made('centre.mkv', 'aevalsrc=0|0|0.5*sin(2000*t)|0|0|0:c=5.1:s=48000:d=3');
    const { track, samples } = await samplesOf(file);
    expect(track.duration_s).toBeCloseTo(3, 1);
    expect(track.cutShort).toBe(false);
    expect(Math.max(...samples)).toBeCloseTo(0.5, 1);
  });

  test('keep channels of opposite phase', async () => {
    const file = made('phase.mkv', 'aevalsrc=0.5*sin(2000*t)|-0.5*sin(2000*t):s=44100:d=3');
    const { samples } = await samplesOf(file);
    expect(samples).toHaveLength(48_000);
    expect(samples.filter((sample) => Math.abs(sample) > 0.2).length / samples.length).toBeGreaterThan(0.6);
  });
});
