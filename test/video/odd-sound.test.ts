/** Sound of a video that is short, or does not last from its beginning to its end. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyseVideo } from './analyse.ts';
import { openWorkshop, type Workshop } from './made.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const picture = (seconds: number) => ['-f', 'lavfi', '-i', `testsrc2=s=64x64:r=10:d=${seconds}`];
const tone = (seconds: number) => ['-f', 'lavfi', '-i', `sine=d=${seconds}:r=48000`];
const encoded = ['-c:v', 'mpeg4', '-c:a', 'pcm_s16le'];

/** Puts other bytes in the place of some of a file. */
function changed(path: string, change: (bytes: Buffer) => void): string {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
  return path;
}

async function soundOf(path: string) {
  const { result } = await analyseVideo(path, workshop.folder());
  if (!result.video.audio) throw new Error('the video has no sound');
  const codes = result.alerts.map((alert) => alert.code);
  return { ...result.video.audio, status: result.status, codes, headline: result.summary.headline };
}

test('a loud sound too short for a loudness is not silent', async () => {
  const short = await soundOf(workshop.make('short.mov', ...picture(1), ...tone(0.3), ...encoded));
  expect(short.codes).not.toContain('SILENT_AUDIO');
  expect(short.headline).not.toContain('silent');
  expect(short.loudness.integrated_lufs).toBe(null);
  expect(short.loudness.integrated_reason).toContain('shorter than 0.4 s');
});

test('silence is told as such', async () => {
  const nothing = ['-f', 'lavfi', '-i', 'anullsrc=r=48000', '-t', '1'];
  const silent = await soundOf(workshop.make('silent.mov', ...picture(1), ...nothing, ...encoded));
  expect(silent.codes).toContain('SILENT_AUDIO');
  expect(silent.headline).toContain('silent');
  expect(silent.loudness.integrated_reason).toContain('gate');
});

test('sound that begins late is as long as it lasts', async () => {
  const late = ['-itsoffset', '1.5', ...tone(2)];
  const sound = await soundOf(workshop.make('late.mkv', ...picture(3.5), ...late, ...encoded));
  expect(sound.duration_measured_s).toBeCloseTo(2, 1);
  expect(sound.codes).toContain('AV_DURATION_MISMATCH');
});

test('silence at the end of sound that begins late counts against the sound alone', async () => {
  const late = ['-itsoffset', '1.5', '-f', 'lavfi', '-i', "aevalsrc='0.3*sin(2*PI*440*t)*lt(t,1)':d=2"];
  const sound = await soundOf(workshop.make('fading.mkv', ...picture(3.5), ...late, ...encoded));
  expect(sound.silence_ratio).toBeCloseTo(0.5, 1);
  expect(sound.trailing_silence_s).toBeCloseTo(1, 1);
});

test('mono whose decoder does not say where it stands is heard', async () => {
  const tta = ['-c:v', 'mpeg4', '-c:a', 'tta', '-ac', '1'];
  const sound = await soundOf(workshop.make('mono.mkv', ...picture(3), ...tone(3), ...tta));
  expect(sound.loudness.integrated_lufs).toBeCloseTo(-21.75, 1);
  expect(sound.loudness.true_peak_dbtp).toBeCloseTo(-18, 0);
  expect(sound.codes).not.toContain('SILENT_AUDIO');
  expect(sound.codes).not.toContain('AV_DURATION_MISMATCH');
});

test.each([
  ['of a rate too low for its filters', "aevalsrc='0.5*sin(2*PI*440*t)*lt(t,2)':s=3000:d=3", 'below 4 kHz'],
  [
    'of channels that stand nowhere',
    `aevalsrc='${Array(9).fill('0.5*sin(2*PI*440*t)*lt(t,2)').join('|')}':s=48000:d=3`,
    'not known',
  ],
])('sound %s has no loudness, but a length, a peak and silence', async (_, source, reason) => {
  const path = workshop.make(`${reason}.mkv`, ...picture(3), '-f', 'lavfi', '-i', source, ...encoded);
  const sound = await soundOf(path);
  expect(sound.loudness).toMatchObject({ integrated_lufs: null, true_peak_dbtp: null, targets: null });
  expect(sound.loudness.integrated_reason).toContain(reason);
  expect(sound.loudness.sample_peak_dbfs).toBeCloseTo(-6.02, 1);
  expect(sound.duration_measured_s).toBeCloseTo(3, 1);
  expect(sound.trailing_silence_s).toBeCloseTo(1, 1);
  expect(sound.codes).toEqual(expect.not.arrayContaining(['SILENT_AUDIO', 'LOUD']));
});

test('sound that does not decode is not called silent but damaged', async () => {
  const made = workshop.make('unknown.mkv', ...picture(2), ...tone(2), ...encoded);
  const sound = await soundOf(changed(made, (bytes) => bytes.write('A_PCM/XXX', bytes.indexOf('A_PCM/INT'))));
  expect(sound.loudness.integrated_reason).toContain('decodes');
  expect(sound.codes).toContain('DECODE_ERRORS');
  expect(sound.codes).not.toContain('SILENT_AUDIO');
  expect(sound.headline).not.toContain('silent');
  expect(sound.status).toBe('partial');
});

test('damage of the sound alone is told', async () => {
  const made = workshop.make('damaged.mkv', ...picture(4), ...tone(4), '-c:v', 'mpeg4', '-c:a', 'flac');
  const damaged = changed(made, (bytes) => {
    for (let at = bytes.indexOf(Buffer.from([0xff, 0xf8])); at >= 0; ) {
      bytes.fill(0x55, at + 2, at + 6);
      at = bytes.indexOf(Buffer.from([0xff, 0xf8]), at + 20_000);
    }
  });
  const sound = await soundOf(damaged);
  expect(sound.codes).toContain('DECODE_ERRORS');
  expect(sound.status).toBe('partial');
});

test('loudness of the last part alone is told as such where the sound changes its format', async () => {
  const part = (name: string, channels: number, start: number) => {
    const codecs = [
      '-c:v',
      'mpeg2video',
      '-c:a',
      'mp2',
      '-ac',
      `${channels}`,
      '-output_ts_offset',
      `${start}`,
    ];
    return readFileSync(workshop.make(name, ...picture(3), ...tone(3), '-r', '25', ...codecs));
  };
  const path = join(workshop.directory, 'changes.ts');
  writeFileSync(path, Buffer.concat([part('stereo.ts', 2, 0), part('mono.ts', 1, 3)]));
  const sound = await soundOf(path);
  expect(sound.duration_measured_s).toBeCloseTo(6, 0);
  expect(sound.codes).toContain('FORMAT_CHANGES');
  expect(sound.status).toBe('partial');
});
