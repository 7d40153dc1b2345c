/** Signals of EBU Tech 3341 (loudness) and 3342 (loudness range), and what the levels of known tones are. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from '../video/made.ts';
import { analyseAudio } from './analyse.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

type Tones = readonly (readonly [db: number, seconds: number])[];

/** Sines of 1 kHz, one after the other; `channels` gives the level of each channel against that of the part. */
function tones(name: string, parts: Tones, channels: readonly number[] = [0, 0], layout = 'stereo'): string {
  const sources = parts.flatMap(([db, seconds]) => {
    const waves = channels.map((own) => `${10 ** ((db + own) / 20)}*sin(2*PI*1000*t)`).join('|');
    return ['-f', 'lavfi', '-i', `aevalsrc=${waves}:c=${layout}:s=48000:d=${seconds}`];
  });
  const inputs = parts.map((_, index) => `[${index}]`).join('');
  const graph = `${inputs}concat=n=${parts.length}:v=0:a=1[a]`;
  return workshop.make(name, ...sources, '-filter_complex', graph, '-map', '[a]', '-c:a', 'pcm_s24le');
}

async function loudnessOf(file: string) {
  const { result } = await analyseAudio(file, workshop.folder());
  return result.audio.loudness;
}

test('the noise floor of all channels is that of the loudest', async () => {
  const file = tones('floors.wav', [[-20, 1]], [0, -12]);
  const { levels } = (await analyseAudio(file, workshop.folder())).result.audio;
  const [loud, quiet] = levels.channels.map((one) => one.noise_floor_db);
  expect(loud).toBeGreaterThan(quiet ?? 0);
  expect(levels.overall.noise_floor_db).toBe(loud);
});

test.each([
  ['wav', 'pcm_u8'],
  ['wav', 'pcm_s24le'],
  ['wav', 'pcm_s32le'],
  ['flac', 'flac'],
])('sound in .%s by %s that is cut off above alone is clipped', async (extension, codec) => {
  const above = ['-f', 'lavfi', '-i', "aevalsrc='clip(3*sin(2*PI*440*t),-0.5,1)':s=48000:d=1"];
  const bits = extension === 'flac' ? ['-sample_fmt', 's32', '-bits_per_raw_sample', '24'] : [];
  const file = workshop.make(`${codec}.${extension}`, ...above, '-c:a', codec, ...bits);
  const { codes, result } = await analyseAudio(file, workshop.folder());
  expect(codes).toContain('CLIPPING');
  expect(result.audio.levels.overall.longest_clipped_run).toBeGreaterThan(10);
});

test('sound of one channel has a loudness also where its decoder does not say where that stands', async () => {
  const source = ['-f', 'lavfi', '-i', 'sine=f=1000:r=48000:d=4'];
  const [tta, wav] = [workshop.make('mono.tta', ...source), workshop.make('mono.wav', ...source)];
  const { result } = await analyseAudio(tta, workshop.folder());
  expect(result.audio.track.layout).toBe('mono');
  expect(result.audio.loudness.integrated_lufs).toBeCloseTo(-21.07, 1);
  expect(result.audio.loudness).toEqual(await loudnessOf(wav));
});

describe('EBU Tech 3341', () => {
  test.each<[string, Tones, number]>([
    ['case 1', [[-23, 20]], -23],
    ['case 2', [[-33, 20]], -33],
    [
      'case 3',
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -23,
    ],
    [
      'case 4',
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
      'case 5',
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      -23,
    ],
  ])('%s', async (name, parts, lufs) => {
    const loudness = await loudnessOf(tones(`3341-${name}.wav`, parts));
    expect(Math.abs((loudness.integrated_lufs ?? 0) - lufs)).toBeLessThanOrEqual(0.1);
  });

  test('case 6: five channels, the centre and the surrounds at levels of their own', async () => {
    const surround = tones('3341-case-6.wav', [[-28, 20]], [0, 0, 4, -200, -2, -2], '5.1');
    const loudness = await loudnessOf(surround);
    expect(Math.abs((loudness.integrated_lufs ?? 0) + 23)).toBeLessThanOrEqual(0.1);
  });
});

describe('EBU Tech 3342', () => {
  test.each<[string, Tones, number]>([
    [
      'case 1',
      [
        [-20, 20],
        [-30, 20],
      ],
      10,
    ],
    [
      'case 2',
      [
        [-20, 20],
        [-15, 20],
      ],
      5,
    ],
    [
      'case 3',
      [
        [-40, 20],
        [-20, 20],
      ],
      20,
    ],
    [
      'case 4',
      [
        [-50, 20],
        [-35, 20],
        [-20, 20],
        [-35, 20],
        [-50, 20],
      ],
      15,
    ],
  ])('%s', async (name, parts, lra) => {
    const loudness = await loudnessOf(tones(`3342-${name}.wav`, parts));
    expect(Math.abs((loudness.lra_lu ?? 0) - lra)).toBeLessThanOrEqual(1);
  });
});

test.each([2, 3, 3.3])('a tone of %d s is too short for a loudness range', async (seconds) => {
  const { integrated_lufs, ...loudness } = await loudnessOf(tones(`range-${seconds}.wav`, [[-20, seconds]]));
  expect(integrated_lufs).toBeCloseTo(-20, 0);
  expect(loudness).toMatchObject({ lra_lu: null, lra_low_lufs: null, lra_high_lufs: null });
});

describe('a tone of -6 dBFS', () => {
  test('has the levels, peaks and gains that one can compute', async () => {
    const { result, artefact } = await analyseAudio(tones('tone.wav', [[-6.0206, 4]]), workshop.folder());
    const { loudness, levels, stereo, spectrum, waveform } = result.audio;
    expect(levels.overall.peak_db).toBeCloseTo(-6.02, 2);
    expect(levels.overall.rms_db).toBeCloseTo(-9.03, 2);
    expect(levels.overall.crest_factor_db).toBeCloseTo(3.01, 2);
    expect(levels.overall.dc_offset).toBeCloseTo(0);
    expect(levels.overall.bit_depth).toBe(24);
    expect(levels.overall.zero_crossings).toBeGreaterThan(2 * 7_990);
    expect(loudness.true_peak_dbtp).toBeCloseTo(-6.02, 1);
    expect(loudness.targets?.streaming).toMatchObject({ target_lufs: -14, pass: false });
    expect(stereo).toMatchObject({ correlation: 1, balance_db: 0, dual_mono: true, phase_inverted: false });
    expect(spectrum.centroid_hz).toBeGreaterThan(950);
    expect(spectrum.centroid_hz).toBeLessThan(1_100);
    expect(spectrum.hint).toBeNull();
    expect(waveform.overview.every((peak) => Math.abs(peak - 0.5) < 0.01)).toBe(true);
    expect(waveform.points).toBeLessThanOrEqual(2_000);
    expect(artefact('audio.spectrum', 'spectrogram.png')).toMatch(/png$/);
  });
});
