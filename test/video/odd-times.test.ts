/** Videos whose times are unusual but whole: what is measured is what players show, and nothing is called damaged. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Analysed, analyseVideo } from './analyse.ts';
import { openWorkshop, type Workshop } from './made.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast'] as const;

/** What an analysis says of times. */
function found({ result }: Analysed) {
  const { measured } = result.video.streams[result.video.analysed_stream]?.video ?? {};
  return {
    status: result.status,
    codes: result.alerts.map((alert) => alert.code),
    frames: measured?.frames_decoded,
    seconds: measured?.duration_s ?? Number.NaN,
    /** As the packets have it. */
    declared: result.coverage.of,
  };
}

const analysed = async (path: string) => found(await analyseVideo(path, workshop.folder()));

test('a rate that changes on the way is no damage', async () => {
  const slower = "settb=1/90000,setpts='90000*if(lt(N,60),N/60,1+(N-60)/10)'";
  const times = ['-fps_mode', 'passthrough', '-enc_time_base', '1/90000'];
  const source = ['-f', 'lavfi', '-i', 'testsrc2=r=60:s=160x120', '-t', '2', '-vf', slower];
  const made = workshop.make('vfr.mp4', ...source, ...times, ...H264);
  const { status, codes } = await analysed(workshop.make('vfr.mkv', '-i', made, '-c', 'copy'));
  expect(codes).toContain('VFR');
  expect(codes).not.toContain('DECODE_ERRORS');
  expect(status).toBe('complete');
});

test('what an edit list leaves out before the first picture shown is not missing', async () => {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120', '-t', '10', '-g', '250', ...H264];
  const long = workshop.make('long.mp4', ...source);
  const found = await analysed(workshop.make('trimmed.mp4', '-ss', '4', '-i', long, '-t', '3', '-c', 'copy'));
  expect(found).toMatchObject({ status: 'complete', codes: expect.not.arrayContaining(['TRUNCATED']) });
  expect(found.seconds).toBeCloseTo(3.12, 2);
  expect(found.declared).toBeCloseTo(3.12, 2);
});

test('packets that hold no picture are not missing pictures', async () => {
  const fifth = ['-vf', "select='not(mod(n,5))'", '-fps_mode', 'vfr', '-c:v', 'mpeg4'];
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120', '-t', '4'];
  const found = await analysed(workshop.make('gaps.avi', ...source, ...fifth));
  expect(found).toMatchObject({ status: 'complete', frames: 20 });
  expect(found.codes).not.toContain('TRUNCATED');
});

test.each([
  ['begins before it', ['-itsoffset', '2'], []],
  ['lasts longer', [], ['-t', '3']],
])('a picture is whole whose sound %s', async (name, offset, length) => {
  const picture = [...offset, ...length, '-f', 'lavfi', '-i', 'testsrc2=s=160x120'];
  const made = [...picture, '-f', 'lavfi', '-i', 'sine=r=48000', '-t', '6', ...H264, '-c:a', 'aac'];
  const tagged = workshop.make(`${name}.mkv`, ...made);
  expect(await analysed(tagged)).toMatchObject({
    status: 'complete',
    codes: expect.not.arrayContaining(['TRUNCATED']),
  });
  // Other writers note no length of single streams.
  const bytes = readFileSync(tagged);
  for (let at = bytes.indexOf('DURATION'); at >= 0; at = bytes.indexOf('DURATION'))
    bytes.write('SOMETIME', at);
  writeFileSync(tagged, bytes);
  expect(await analysed(tagged)).toMatchObject({
    status: 'complete',
    codes: expect.not.arrayContaining(['TRUNCATED']),
  });
  const half = join(workshop.directory, `half ${name}.mkv`);
  writeFileSync(half, bytes.subarray(0, bytes.length / 2));
  expect((await analysed(half)).codes).toContain('TRUNCATED');
});

test('the last picture stays as long as its packet says', async () => {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120', '-t', '2', ...H264, '-bf', '0'];
  const short = workshop.make('short.mp4', ...source);
  const eightSeconds = 'setts=duration=if(eq(N\\,49)\\,8/TB\\,DURATION)';
  const found = await analysed(
    workshop.make('end-card.mp4', '-i', short, '-c', 'copy', '-bsf:v', eightSeconds),
  );
  expect(found).toMatchObject({ status: 'complete', frames: 50 });
  expect(found.codes).not.toContain('TRUNCATED');
  expect(found.seconds).toBeCloseTo(9.96, 2);
});

test.each([
  ['back', 0],
  ['a thousand seconds forth', 1000],
])('times of joined MPEG-TS that jump %s are counted on', async (_, offset) => {
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120', '-f', 'lavfi', '-i', 'sine=r=48000'];
  const first = workshop.make('first.ts', ...sources, '-t', '3', ...H264, '-c:a', 'aac');
  const later = ['-c', 'copy', '-output_ts_offset', String(offset)];
  const second = workshop.make('second.ts', '-i', first, ...later);
  const path = join(workshop.directory, `jump-${offset}.ts`);
  writeFileSync(path, Buffer.concat([readFileSync(first), readFileSync(second)]));
  const done = await analyseVideo(path, workshop.folder());
  const { codes, frames, seconds } = found(done);
  expect(codes).toContain('TIME_JUMPS');
  const wrong = ['TRUNCATED', 'DURATION_MISMATCH', 'LONG_FREEZE', 'AV_DURATION_MISMATCH'];
  expect(codes.filter((code) => wrong.includes(code))).toEqual([]);
  expect(frames).toBe(150);
  expect(seconds).toBeCloseTo(6, 1);
  const { audio, shots, keyframes } = done.result.video;
  expect(audio?.duration_measured_s).toBeCloseTo(6, 0);
  expect(shots.filter((shot) => shot.duration_s <= 0)).toEqual([]);
  expect(keyframes).toHaveLength(shots.length);
});
