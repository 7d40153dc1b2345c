import { expect, test } from 'vitest';
import { detectedType } from '../../kinds/text/detected-type.ts';

test('subtitles are WebVTT where they say so, else SubRip', () => {
  const told = detectedType({ kind: 'subtitle', by: 'begins with WEBVTT' }, 'vtt');
  const timed = detectedType({ kind: 'subtitle', by: 'time codes' }, 'srt');
  expect([told.mime, timed.mime]).toEqual(['text/vtt', 'application/x-subrip']);
});
