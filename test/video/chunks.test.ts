import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VideoResult } from '../../kinds/video/result.ts';
import { analyseVideo } from './analyse.ts';
import { CUTS, film, fixture, openWorkshop, TRAILER, type Workshop } from './made.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** The result without the records of how its steps were done, and how many chunks there were. */
async function inChunks(
  file: string,
  seconds: number,
): Promise<{ chunks: number; result: Omit<VideoResult, 'steps'> }> {
  const { result } = await analyseVideo(file, workshop.folder(), { params: { chunk_s: seconds } });
  const { steps, ...rest } = result;
  return { chunks: steps.find((step) => step.name === 'video.chunk')?.instances ?? 0, result: rest };
}

describe('a video in chunks', () => {
  test.each([
    ['the trailer', TRAILER, 7],
    ['a webm', fixture('oa4_launch.webm'), 2],
    ['a transport stream', fixture('sintel-captions.ts'), 3],
  ])('gives the result of one pass: %s', async (_, file, seconds) => {
    const whole = await inChunks(file, 3_600);
    const parts = await inChunks(file, seconds);
    expect(whole.chunks).toBe(1);
    expect(parts.result).toEqual(whole.result);
  });

  const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', '30'];
  test.each([
    ['B-frames', 'b.mp4', h264],
    ['open groups of pictures', 'open.mp4', [...h264, '-x264-params', 'open-gop=1']],
    ['open groups in a transport stream', 'open.ts', [...h264, '-x264-params', 'open-gop=1']],
    ['matroska', 'x.mkv', h264],
    [
      'a variable frame rate',
      'vfr.mp4',
      [...h264, '-vf', "select='not(mod(n,3))+lt(mod(n,50),25)'", '-fps_mode', 'vfr'],
    ],
    ['MPEG-2', 'mpeg2.ts', ['-c:v', 'mpeg2video', '-b:v', '3M', '-bf', '2', '-g', '15']],
    ['VP9', 'vp9.webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '40']],
  ])('gives the result of one pass: %s', async (_, name, codec) => {
    const master = workshop.make('master.mkv', ...film('320x240'), '-c:v', 'ffv1');
    const file = workshop.make(name, '-i', master, ...codec);
    const whole = await inChunks(file, 3_600);
    const parts = await inChunks(file, 2);
    expect(parts.chunks).toBeGreaterThan(2);
    expect(parts.result).toEqual(whole.result);
  });

  test('finds the cuts that a film was made with, to the frame', async () => {
    const file = workshop.make('known.mp4', ...film('640x360'), ...h264);
    const { result } = await inChunks(file, 3);
    expect(result.video.shots.map((shot) => shot.start_frame)).toEqual([0, ...CUTS]);
    expect(result.video.technical.black).toMatchObject([{ start_s: 155 / 25, end_s: 185 / 25 }]);
    expect(
      result.video.technical.freeze.some((one) => one.start_s === 105 / 25 && one.end_s === 155 / 25),
    ).toBe(true);
  });
});

describe('the device that decodes', () => {
  test('a device that cannot decode leaves the work to the processor, and the result says so', async () => {
    const file = workshop.make('short.mp4', ...film('320x240'), '-frames:v', '30', '-c:v', 'libx264');
    const lock = workshop.make('lock.jpg', '-i', file, '-frames:v', '1');
    const device = { index: 0, lock, provider: 'cuda' } as const;
    const { result, children } = await analyseVideo(file, workshop.folder(), { device });
    const tries = children.filter((child) => child.title === 'ffmpeg decode');
    const { provider } = result.video;
    if (tries.length === 1) expect(provider).toEqual({ used: ['cuda'], reason: null });
    else expect(provider).toEqual({ used: ['cpu'], reason: 'the device could not decode this video' });
    expect(result.video.streams[0]?.video?.measured?.frames_decoded).toBe(30);
    expect(result.status).toBe('complete');
  });
});
