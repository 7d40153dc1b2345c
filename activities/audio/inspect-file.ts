/** What the file is, by its own bytes, before any decoder sees it. */
import { type FileHandle, open } from 'node:fs/promises';
import { refusals } from '../../kinds/audio/failures.ts';
import type { Container } from '../../kinds/container/sniff.ts';
import { SNIFF_SOUND_BYTES, sniffSound } from '../../kinds/container/sniff-sound.ts';
import { readRiffOutline } from '../../media/sound/riff-outline.ts';
import { readWideOutline } from '../../media/sound/wide-outline.ts';
import { type Mp4Outline, readMp4Outline } from '../../media/video/mp4-boxes.ts';
import { refuse } from '../ffmpeg/child-exit.ts';
import type { StepContext } from '../step-context.ts';

export interface Inspected {
  readonly sniffed: Container;
  /** Of formats that say how much sound they hold. */
  readonly outline: Mp4Outline | null;
  /** False where a duration can only be guessed from the bit rate. */
  readonly declaresDuration: boolean;
}

const ID3_HEADER_BYTES = 10;
/** Raw streams have no header for the whole. */
const HEADERLESS: readonly string[] = [
  ...['aac', 'ac3', 'eac3', 'dts', 'amr', 'mpegvideo', 'h264', 'hevc'],
  // Here durations are differences of time stamps, without the last packets.
  ...['mpegts', 'mpeg'],
];

/** Throws a StepFailure for everything that holds no sound. */
export async function inspect(context: StepContext): Promise<Inspected> {
  const { path, bytes } = context.input;
  const file = await open(path);
  try {
    const head = await readPart(file, 0, bytes);
    const body = await readPart(file, tagBytes(head), bytes);
    const beginning = sniffSound(head);
    // Behind a tag in the manner of MP3 there may be AAC or FLAC.
    const sniffed = beginning.is === 'container' && body !== head ? behindTag(beginning, body) : beginning;
    switch (sniffed.is) {
      case 'empty':
        throw refuse(refusals.empty());
      case 'text':
        throw refuse(refusals.text());
      case 'playlist':
        throw refuse(refusals.playlist(sniffed.format));
      case 'image':
        throw refuse(refusals.image(sniffed.format));
      case 'unknown':
        throw refuse(refusals.unknown());
      case 'container':
        return {
          sniffed,
          outline: await outlineOf(file, bytes, sniffed),
          declaresDuration: declares(sniffed, body),
        };
    }
  } finally {
    await file.close();
  }
}

async function readPart(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const part = Buffer.alloc(Math.max(0, Math.min(SNIFF_SOUND_BYTES, bytes - at)));
  await file.read(part, 0, part.length, at);
  return part;
}

/** Length of the ID3 tag at the beginning, 0 without one. */
function tagBytes(head: Buffer): number {
  if (head.length < ID3_HEADER_BYTES || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] ?? 0) & 0x7f), 0);
  return ID3_HEADER_BYTES + size;
}

function behindTag(beginning: Container, body: Buffer): Container {
  const behind = sniffSound(body);
  return behind.is === 'container' && ['aac', 'flac', 'aiff'].includes(behind.demuxer) ? behind : beginning;
}

async function outlineOf(
  file: FileHandle,
  bytes: number,
  { demuxer }: Container,
): Promise<Mp4Outline | null> {
  if (demuxer === 'mov') return readMp4Outline(file, bytes);
  const wide = demuxer === 'w64' || demuxer === 'caf';
  if (demuxer !== 'wav' && !wide) return null;
  const riff = wide ? await readWideOutline(file, bytes, demuxer) : await readRiffOutline(file, bytes);
  return riff && { faststart: null, sample_entry: null, ...riff };
}

/** Encoders of MP3 leave a frame that says how many there are. */
function declares({ demuxer }: Container, body: Buffer): boolean {
  if (demuxer === 'mp3') return /Xing|Info|VBRI/.test(body.toString('latin1', 0, 4_096));
  return !HEADERLESS.includes(demuxer);
}
