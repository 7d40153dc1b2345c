/**
 * The sampled measurements against the recipe itself: every frame converted to RGB at full size by ffmpeg, reduced by
 * a linear resize with OpenCV's arithmetic, turned into HSV by OpenCV's formulas in floating point.
 */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFrames } from '../../activities/video/chunk-frames.ts';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';
import { analyseVideo } from './analyse.ts';
import { film, openWorkshop, type Workshop } from './made.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

describe('measurements on the sampling grid', () => {
  test.each([
    ['1280x720', 'one tap'],
    ['640x360', 'two taps'],
    ['406x172', 'two taps, uneven'],
    ['176x144', 'not reduced'],
    ['270x480', 'upright'],
  ])('equal those of full frames (%s, %s)', async (size) => {
    const file = workshop.make(
      `exact-${size}.mp4`,
      ...film(size),
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-frames:v',
      '110',
    );
    const { artefact } = await analyseVideo(file, workshop.folder());
    const frames = await readFrames(artefact('video.chunk', 'frames.bin'));
    const [width = 0, height = 0] = size.split('x').map(Number);
    const expected = fullFrameChanges(await rgbFrames(file), width, height);
    const actual = frames.map((frame) => [frame.hueChange, frame.saturationChange, frame.valueChange]);
    expect(actual).toEqual(expected);
  });
});

test.each([
  ['rgb.mkv', ['ffv1'], 'bgr0'],
  ['rgb.mp4', ['libx264rgb', '-qp', '0'], 'bgr24'],
  ['rgb.mov', ['png'], 'rgba'],
])('pictures that hold RGB measure as they look (%s of %j)', async (name, codec, format) => {
  const file = workshop.make(
    name,
    ...film('176x144'),
    '-c:v',
    ...codec,
    '-pix_fmt',
    format,
    '-frames:v',
    '110',
  );
  const { artefact } = await analyseVideo(file, workshop.folder());
  const frames = await readFrames(artefact('video.chunk', 'frames.bin'));
  const expected = fullFrameChanges(await rgbFrames(file), 176, 144);
  for (const [index, frame] of frames.entries()) {
    const sums = [frame.hueChange, frame.saturationChange, frame.valueChange];
    const apart = sums.map((sum, at) => Math.abs(sum - (expected[index]?.[at] ?? 0)) / (176 * 144));
    // On their way they become luma and chroma of 8 bits.
    expect(Math.max(...apart)).toBeLessThan(2);
  }
});

test('black bars are told as the turned picture shows them', async () => {
  const upright = 'testsrc2=s=320x180:r=25:d=2,pad=320:240:0:20,format=yuv420p';
  const lying = workshop.make('lying.mp4', '-f', 'lavfi', '-i', upright, '-c:v', 'libx264');
  const turned = workshop.make('turned.mp4', '-display_rotation', '90', '-i', lying, '-c', 'copy');
  const crops = async (file: string) =>
    (await analyseVideo(file, workshop.folder())).result.video.technical.letterbox;
  expect(await crops(lying)).toMatchObject({ detected: true, first_300_frames: '320:180:0:20' });
  expect(await crops(turned)).toMatchObject({
    detected: true,
    crop: { width_px: 180, height_px: 320, x_px: 20, y_px: 0 },
    first_300_frames: '180:320:20:0',
  });
});

async function rgbFrames(file: string): Promise<Buffer> {
  const { ffmpeg } = await findMediaTools();
  const args = [
    '-v',
    'error',
    '-i',
    file,
    '-sws_flags',
    'bicubic',
    '-fps_mode',
    'passthrough',
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    '-',
  ];
  return execFileSync(ffmpeg.path, args, { maxBuffer: 2 ** 31 });
}

/** Sums of absolute differences of hue, saturation and value to the frame before. */
function fullFrameChanges(rgb: Buffer, width: number, height: number): number[][] {
  const bytes = width * height * 3;
  let before: Uint8Array | null = null;
  return Array.from({ length: rgb.length / bytes }, (_, frame) => {
    const now = hsvOf(reduce(rgb.subarray(frame * bytes, (frame + 1) * bytes), width, height));
    const sums = [0, 0, 0];
    now.forEach((value, at) => {
      sums[at % 3] = (sums[at % 3] as number) + Math.abs(value - (before?.[at] ?? value));
    });
    before = now;
    return sums;
  });
}

function reduce(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const factor = Math.max(1, Math.max(width, height) / 256);
  const [w, h] = [Math.round(width / factor), Math.round(height / factor)];
  const reduced = new Uint8Array(w * h * 3);
  const tap = (i: number, from: number, to: number): readonly [number, number, number] => {
    const at = (i + 0.5) * (from / to) - 0.5;
    const first = Math.max(0, Math.floor(at));
    const weight = at < 0 || first >= from - 1 ? 0 : Math.round((at - first) * 2048);
    return [Math.min(first, from - 1), Math.min(first + 1, from - 1), weight];
  };
  for (let y = 0; y < h; y++) {
    const [top, bottom, down] = tap(y, height, h);
    for (let x = 0; x < w; x++) {
      const [left, right, across] = tap(x, width, w);
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number): number => rgb[(row * width + column) * 3 + c] as number;
        const upper = at(top, left) * (2048 - across) + at(top, right) * across;
        const lower = at(bottom, left) * (2048 - across) + at(bottom, right) * across;
        const sum = (((2048 - down) * (upper >> 4)) >> 16) + ((down * (lower >> 4)) >> 16);
        reduced[(y * w + x) * 3 + c] = (sum + 2) >> 2;
      }
    }
  }
  return reduced;
}

function hsvOf(rgb: Uint8Array): Uint8Array {
  const hsv = new Uint8Array(rgb.length);
  for (let at = 0; at < rgb.length; at += 3) {
    const [r = 0, g = 0, b = 0] = rgb.subarray(at, at + 3);
    const value = Math.max(r, g, b);
    const spread = value - Math.min(r, g, b);
    const sextant = value === r ? g - b : value === g ? b - r + 2 * spread : r - g + 4 * spread;
    const hue = spread === 0 ? 0 : (sextant * Math.round((180 * 4096) / (6 * spread)) + 2048) >> 12;
    hsv[at] = hue < 0 ? hue + 180 : hue;
    hsv[at + 1] = value === 0 ? 0 : (spread * Math.round((255 * 4096) / value) + 2048) >> 12;
    hsv[at + 2] = value;
  }
  return hsv;
}
