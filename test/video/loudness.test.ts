/** Signals of EBU Tech 3341 (loudness) and 3342 (loudness range), in the sound of a small video. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyseVideo } from './analyse.ts';
import { openWorkshop, type Workshop } from './made.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** Stereo sine of 1 kHz: each part has a level in dBFS and a length in seconds. */
function withTones(name: string, tones: readonly (readonly [number, number])[]): string {
  const sources = tones.flatMap(([db, seconds]) => {
    const wave = `${10 ** (db / 20)}*sin(2*PI*1000*t)`;
    return ['-f', 'lavfi', '-i', `aevalsrc=${wave}|${wave}:s=48000:d=${seconds}`];
  });
  const seconds = tones.reduce((sum, [, part]) => sum + part, 0);
  const picture = ['-f', 'lavfi', '-i', `color=gray:s=64x64:r=5:d=${seconds}`];
  const inputs = tones.map((_, index) => `[${index}]`).join('');
  const graph = [
    '-filter_complex',
    `${inputs}concat=n=${tones.length}:v=0:a=1[a]`,
    '-map',
    `${tones.length}:v`,
    '-map',
    '[a]',
  ];
  return workshop.make(name, ...sources, ...picture, ...graph, '-c:v', 'ffv1', '-c:a', 'pcm_s16le');
}

async function soundOf(file: string) {
  const { result } = await analyseVideo(file, workshop.folder());
  return { ...result.video.audio?.loudness, codes: result.alerts.map((alert) => alert.code) };
}

describe('EBU R128', () => {
  test.each<[string, readonly (readonly [number, number])[], number]>([
    ['3341 case 1', [[-23, 20]], -23],
    ['3341 case 2', [[-33, 20]], -33],
    [
      '3341 case 3',
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -23,
    ],
    [
      '3341 case 4',
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      -23,
    ],
    [
      '3341 case 5',
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      -23,
    ],
  ])('%s', async (name, tones, lufs) => {
    const sound = await soundOf(withTones(`${name.replaceAll(' ', '-')}.mkv`, tones));
    expect(Math.abs((sound.integrated_lufs ?? 0) - lufs)).toBeLessThanOrEqual(0.1);
  });

  test.each<[string, number, number, number]>([
    ['3342 case 1', -20, -30, 10],
    ['3342 case 2', -20, -15, 5],
  ])('%s', async (name, first, second, lra) => {
    const sound = await soundOf(
      withTones(`${name.replaceAll(' ', '-')}.mkv`, [
        [first, 20],
        [second, 20],
      ]),
    );
    expect(Math.abs((sound.lra_lu ?? 0) - lra)).toBeLessThanOrEqual(1);
    expect(sound.lra_reliable).toBe(false);
  });

  test('silence has no loudness', async () => {
    const sound = await soundOf(withTones('silence.mkv', [[-120, 3]]));
    expect(sound).toMatchObject({ integrated_lufs: null, lra_lu: null, targets: null });
    expect(sound.codes).toContain('SILENT_AUDIO');
  });
});
