/** Videos that are to be turned or mirrored before they are shown: stills look as players show the picture. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';
import { analyseVideo } from './analyse.ts';
import { openWorkshop, type Workshop } from './made.ts';

let workshop: Workshop;
let ffmpeg: string;
beforeAll(async () => {
  workshop = await openWorkshop();
  ffmpeg = (await findMediaTools()).ffmpeg.path;
});
afterAll(() => workshop.close());

/** The first picture as ffmpeg shows it, grey. */
function shown(path: string, size: string): Buffer {
  const pixels = ['-frames:v', '1', '-vf', `scale=${size.replace('x', ':')}`, '-pix_fmt', 'gray'];
  return execFileSync(ffmpeg, ['-v', 'error', '-i', path, ...pixels, '-f', 'rawvideo', '-']);
}

function meanDifference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}

test.each([
  [['-display_hflip'], { rotation_deg: 0, mirrored: true }],
  [['-display_vflip'], { rotation_deg: 180, mirrored: true }],
  [['-display_rotation', '180'], { rotation_deg: 180, mirrored: false }],
  [['-display_rotation', '90'], { rotation_deg: 270, mirrored: false }],
  [['-display_rotation', '90', '-display_hflip'], { rotation_deg: 270, mirrored: true }],
  [['-display_rotation', '-90', '-display_hflip'], { rotation_deg: 90, mirrored: true }],
])('a keyframe of a video with %j is upright', async (options, orientation) => {
  const still = ['-f', 'lavfi', '-i', 'testsrc=s=320x180:r=10:d=0.1,loop=20:1', '-c:v', 'libx264'];
  const plain = workshop.make('plain.mp4', ...still);
  const file = workshop.make(`${options.join('')}.mp4`, ...options, '-i', plain, '-c', 'copy');
  const { result, artefact } = await analyseVideo(file, workshop.folder());
  expect(result.video.streams[0]?.video).toMatchObject(orientation);
  const [keyframe] = result.video.keyframes;
  if (!keyframe) throw new Error('there is no keyframe');
  const size = `${keyframe.width_px}x${keyframe.height_px}`;
  const image = shown(artefact('video.keyframes', keyframe.uri), size);
  expect(meanDifference(image, shown(file, size))).toBeLessThan(4);
});
