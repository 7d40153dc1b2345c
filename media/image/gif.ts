/** Reads the blocks of a GIF file without unpacking a picture. */
import { refusals } from './failures.ts';
import { MOST_TEXT_ENTRIES, textEntry } from './text-entry.ts';
import { EMPTY_OUTLINE, type Outline, type TextEntry } from './outline.ts';

const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b];
const [CONTROL, COMMENT, APPLICATION] = [0xf9, 0xfe, 0xff];
const MOST_COMMENT_BYTES = 4_096;
/** What browsers make of a delay that is too short to be meant: a tenth of a second. */
const SHORT_DELAY_S = 0.011;
const USUAL_DELAY_S = 0.1;

interface Blocks {
  readonly frames: number;
  readonly duration_s: number;
  readonly loop: number | null;
  readonly transparent: boolean;
  /** Of the largest frame. */
  readonly extent: readonly [number, number];
  readonly end: number | null;
  readonly stray: boolean;
  readonly texts: readonly TextEntry[];
  /** Those without text among them. */
  readonly comments: number;
}

export function readGif(file: Buffer, mostFrames: number): Outline {
  if (file.length < 13) throw refusals.header('GIF', 'it is cut off');
  const [width, height] = [file.readUInt16LE(6), file.readUInt16LE(8)];
  const flags = file[10] as number;
  const blocks = blocksOf(file, 13 + tableBytes(flags), mostFrames);
  if (blocks.frames === 0) throw refusals.header('GIF', 'it holds no picture');
  const animated = blocks.frames > 1;
  return {
    ...EMPTY_OUTLINE,
    width: Math.max(width, blocks.extent[0]),
    height: Math.max(height, blocks.extent[1]),
    bitDepth: 8,
    channels: blocks.transparent ? 4 : 3,
    hasAlpha: blocks.transparent,
    colour: 'palette',
    progressive: false,
    animation: {
      frames: blocks.frames,
      pages: 1,
      duration_s: animated ? blocks.duration_s : null,
      loop: animated ? (blocks.loop ?? 1) : null,
    },
    truncated: blocks.end === null && blocks.frames < mostFrames ? 'the end mark is missing' : null,
    trailingBytes: blocks.end === null ? 0 : file.length - blocks.end,
    damage: blocks.stray ? ['a block of no known type'] : [],
    texts: blocks.texts,
  };
}

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

function blocksOf(file: Buffer, start: number, mostFrames: number): Blocks {
  let at = start;
  let found: Blocks = {
    frames: 0,
    duration_s: 0,
    loop: null,
    transparent: false,
    extent: [0, 0],
    end: null,
    stray: false,
    texts: [],
    comments: 0,
  };
  while (at < file.length && found.frames < mostFrames) {
    const kind = file[at];
    if (kind === TRAILER) return { ...found, end: at + 1 };
    if (kind === EXTENSION) {
      found = withExtension(found, file, at);
      at = afterSubBlocks(file, at + 2);
    } else if (kind === IMAGE && at + 10 <= file.length) {
      const extent = [
        Math.max(found.extent[0], file.readUInt16LE(at + 1) + file.readUInt16LE(at + 5)),
        Math.max(found.extent[1], file.readUInt16LE(at + 3) + file.readUInt16LE(at + 7)),
      ] as const;
      found = { ...found, frames: found.frames + 1, extent };
      at = afterSubBlocks(file, at + 10 + tableBytes(file[at + 9] as number) + 1);
    } else {
      return { ...found, stray: true };
    }
  }
  return found;
}

function withExtension(found: Blocks, file: Buffer, at: number): Blocks {
  const label = file[at + 1];
  if (label === CONTROL && at + 8 <= file.length) {
    const delay = file.readUInt16LE(at + 4) / 100;
    return {
      ...found,
      duration_s: found.duration_s + (delay < SHORT_DELAY_S ? USUAL_DELAY_S : delay),
      transparent: found.transparent || ((file[at + 3] as number) & 1) === 1,
    };
  }
  if (label === COMMENT && found.comments < MOST_TEXT_ENTRIES) {
    const texts = [...found.texts, ...textEntry(null, commentAt(file, at + 2))];
    return { ...found, texts, comments: found.comments + 1 };
  }
  const name = file.toString('latin1', at + 3, at + 14);
  if (label === APPLICATION && (name === 'NETSCAPE2.0' || name === 'ANIMEXTS1.0') && at + 18 <= file.length) {
    const times = file.readUInt16LE(at + 16);
    // The file says how often it is repeated after the first time.
    return { ...found, loop: times === 0 ? 0 : times + 1 };
  }
  return found;
}

/** As much of a comment as is told. */
function commentAt(file: Buffer, from: number): Buffer {
  const joined = Buffer.alloc(MOST_COMMENT_BYTES);
  let length = 0;
  for (let at = from; at < file.length && file[at] !== 0 && length < joined.length; ) {
    const next = at + 1 + (file[at] as number);
    length += file.copy(joined, length, at + 1, next);
    at = next;
  }
  return joined.subarray(0, length);
}

function afterSubBlocks(file: Buffer, from: number): number {
  let at = from;
  while (at < file.length && file[at] !== 0) at += 1 + (file[at] as number);
  return at + 1;
}
