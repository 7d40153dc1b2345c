import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sniff } from '../../kinds/container/sniff.ts';
import { fixture, TRAILER } from '../video/made.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const head = (path: string): Uint8Array => readFileSync(path).subarray(0, 4096);

describe('what a file is', () => {
  test('containers are known by their content', () => {
    expect(sniff(head(TRAILER))).toMatchObject({ container: 'mp4', demuxer: 'mov' });
    expect(sniff(head(fixture('oa4_launch.webm')))).toMatchObject({ container: 'webm', demuxer: 'matroska' });
    expect(sniff(head(fixture('sintel-captions.ts')))).toMatchObject({
      container: 'mpegts',
      demuxer: 'mpegts',
    });
  });

  test('playlists are told from videos and from other text', () => {
    expect(sniff(text('#EXTM3U\n#EXTINF:5,\n/etc/passwd\n'))).toEqual({ is: 'playlist', format: 'HLS' });
    expect(sniff(text("ffconcat version 1.0\nfile 'x.mp4'\n"))).toEqual({
      is: 'playlist',
      format: 'ffconcat',
    });
    expect(sniff(text('<?xml version="1.0"?><MPD xmlns="x">'))).toEqual({ is: 'playlist', format: 'DASH' });
    expect(sniff(text('v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n'))).toEqual({ is: 'playlist', format: 'SDP' });
    expect(sniff(text('just words'))).toEqual({ is: 'text' });
  });

  test('a transport stream is known from the middle of a packet on', () => {
    const stream = readFileSync(fixture('sintel-captions.ts'));
    for (const start of [1, 100, 187]) {
      expect(sniff(stream.subarray(start, start + 4096))).toMatchObject({ demuxer: 'mpegts' });
    }
    const stamped = Buffer.concat(
      Array.from({ length: 30 }, (_, packet) =>
        Buffer.concat([Buffer.alloc(4, 0x80), stream.subarray(packet * 188, (packet + 1) * 188)]),
      ),
    );
    expect(sniff(stamped.subarray(50, 50 + 4096))).toMatchObject({ demuxer: 'mpegts' });
    expect(sniff(stream.subarray(1, 1_000))).not.toMatchObject({ demuxer: 'mpegts' });
  });

  test('images, nothing and noise are no videos', () => {
    expect(sniff(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toEqual({ is: 'image', format: 'JPEG' });
    expect(sniff(new Uint8Array())).toEqual({ is: 'empty' });
    expect(sniff(Uint8Array.of(0x9b, 0x00, 0xfe, 0x13, 0x88, 0x02))).toEqual({ is: 'unknown' });
  });
});
