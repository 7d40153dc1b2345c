import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StepFailure } from '../../activities/step-context.ts';
import { analyseVideo } from './analyse.ts';
import { film, fixture, openWorkshop, TRAILER, type Workshop } from './made.ts';

let workshop: Workshop;
let good: string;
beforeAll(async () => {
  workshop = await openWorkshop();
  good = workshop.make(
    'good.mp4',
    ...film('320x240'),
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-movflags',
    'faststart',
  );
});
afterAll(() => workshop.close());

function write(name: string, content: string | Uint8Array): string {
  const path = join(workshop.directory, name);
  writeFileSync(path, content);
  return path;
}

/** The good video with other dimensions in its sample entry. */
function withSampleEntry(name: string, width: number, height: number): string {
  const bytes = readFileSync(good);
  const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'));
  bytes.writeUInt16BE(width, entry + 28);
  bytes.writeUInt16BE(height, entry + 30);
  return write(name, bytes);
}

async function failureOf(path: string): Promise<StepFailure> {
  const error = await analyseVideo(path, workshop.folder()).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StepFailure);
  return error as StepFailure;
}

describe('files that are refused', () => {
  test.each<[string, () => string, string]>([
    ['nothing', () => write('empty.mp4', ''), 'EMPTY_FILE'],
    ['text', () => write('text.mp4', 'hello\nworld\n'), 'NOT_A_VIDEO'],
    ['noise', () => write('noise.mp4', Buffer.from('9b00fe13880211', 'hex')), 'NOT_A_VIDEO'],
    ['a still image', () => workshop.make('still.jpg', '-i', good, '-frames:v', '1'), 'IMAGE_NOT_VIDEO'],
    [
      'an HLS playlist',
      () => write('hls.mp4', `#EXTM3U\n#EXTINF:5,\n${good}\n#EXT-X-ENDLIST\n`),
      'PLAYLIST_REFUSED',
    ],
    [
      'an ffconcat list',
      () => write('concat.mp4', `ffconcat version 1.0\nfile '${good}'\n`),
      'PLAYLIST_REFUSED',
    ],
    ['sound alone', () => fixture('jfk.mp3'), 'NO_VIDEO_STREAM'],
    ['no dimensions', () => withSampleEntry('zero.mp4', 0, 0), 'INVALID_DIMENSIONS'],
    [
      'a missing index',
      () => write('moovless.mp4', readFileSync(TRAILER).subarray(0, 500_000)),
      'UNDECODABLE',
    ],
  ])('%s', async (_, make, code) => {
    const failure = await failureOf(make());
    expect(failure).toMatchObject({ code, retry: 'never' });
    expect(failure.hint).not.toBe('');
    expect(failure.message).not.toContain(workshop.directory);
  });
});

test('sound with a cover is not said to hold a video', async () => {
  const cover = workshop.make('cover.jpg', '-f', 'lavfi', '-i', 'testsrc=s=64x64', '-frames:v', '1');
  const tagged = ['-c:v', 'copy', '-disposition:v', 'attached_pic'];
  const song = ['-f', 'lavfi', '-i', 'sine=d=1', '-i', cover, '-map', '0', '-map', '1', ...tagged];
  const failure = await failureOf(workshop.make('song.m4a', ...song));
  expect(failure).toMatchObject({ code: 'NO_VIDEO_STREAM', retry: 'never' });
  expect(failure.message).toContain('only audio, a cover');
});

describe('files that are analysed, with warnings', () => {
  const codesOf = async (path: string): Promise<{ status: string; frames: number; codes: string[] }> => {
    const { result } = await analyseVideo(path, workshop.folder());
    const frames = result.video.streams[result.video.analysed_stream]?.video?.measured?.frames_decoded ?? 0;
    return { status: result.status, frames, codes: result.alerts.map((alert) => alert.code) };
  };

  test('a truncated video gives what its start holds', async () => {
    const bytes = readFileSync(good);
    const found = await codesOf(write('cut.mp4', bytes.subarray(0, Math.floor(bytes.length * 0.6))));
    expect(found.status).toBe('partial');
    expect(found.codes).toContain('TRUNCATED');
    expect(found.frames).toBeGreaterThan(50);
    expect(found.frames).toBeLessThan(255);
  });

  test('absurd dimensions in the header of a small video', async () => {
    const found = await codesOf(withSampleEntry('huge.mp4', 65_535, 65_535));
    expect(found).toMatchObject({ frames: 255 });
    expect(found.codes).toContain('DIMENSION_MISMATCH');
  });

  test.each([
    ['h264', 'libx264', 6],
    ['h265', 'libx265', 0x4e],
  ])('a raw stream in .%s that begins with a message', async (extension, codec, unit) => {
    const raw = readFileSync(workshop.make(`raw.${extension}`, '-i', good, '-t', '1', '-c:v', codec));
    // User data, not registered, that consists of an id alone.
    const message = [5, 16, ...Buffer.alloc(16, 1), 0x80];
    const header = extension === 'h264' ? [unit] : [unit, 1];
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 1, ...header, ...message]), raw]);
    expect((await codesOf(write(`message.${extension}`, bytes))).frames).toBe(25);
  });

  test('a wrong extension on good content', async () => {
    const path = join(workshop.directory, 'wrong.avi');
    copyFileSync(good, path);
    expect((await codesOf(path)).codes).toContain('EXTENSION_MISMATCH');
  });

  test.each(['new\nline.mp4', `quo'te".mp4`, '-dash.mp4', '😀.mp4', 'a:b%03d,[x];.mp4'])(
    'the name %j',
    async (name) => {
      const path = join(workshop.directory, name);
      copyFileSync(good, path);
      expect(await codesOf(path)).toMatchObject({ status: 'complete', frames: 255 });
    },
  );
});
