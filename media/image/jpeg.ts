/** Reads the segments of a JPEG file, to its end: what is coded how, and where the picture ends. */
import { refusals } from './failures.ts';
import { chromaName, qualityOf } from './jpeg-quality.ts';
import { EXIF_PREFIX, XMP_PREFIX } from './blocks.ts';
import { MOST_TEXT_ENTRIES, textEntry } from './text-entry.ts';
import { EMPTY_OUTLINE, type Density, type JpegFacts, type Outline, type TextEntry } from './outline.ts';

export interface Segment {
  readonly marker: number;
  /** Of the 0xFF before the marker. */
  readonly at: number;
  /** Of the content, after its length. */
  readonly from: number;
  readonly to: number;
}

interface Frame {
  readonly process: number;
  readonly bits: number;
  readonly height: number;
  readonly width: number;
  readonly components: readonly { readonly id: number; readonly h: number; readonly v: number }[];
}

const [SOI, EOI, SOS, DQT, APP0, APP1, APP2, APP13, APP14, COM] = [
  0xd8, 0xd9, 0xda, 0xdb, 0xe0, 0xe1, 0xe2, 0xed, 0xee, 0xfe,
];
/** Scans of a progressive picture are about ten, segments of a large profile or depth map some hundreds. */
const MOST_SEGMENTS = 100_000;
const MOST_DAMAGE = 5;
/** The frame of another format, whose other segments are those of JPEG. */
const JPEG_LS = 0xf7;
const NO_FRAMES = new Set([0xc4, 0xc8, 0xcc]);

export function readJpeg(file: Buffer): Outline {
  const { segments, end, broken } = segmentsOf(file);
  if (segments.some(({ marker }) => marker === JPEG_LS)) throw refusals.unsupported('a JPEG-LS image');
  const sof = segments.find(({ marker }) => marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker));
  const frame = sof && frameOf(file, sof);
  if (!frame) throw refusals.header('JPEG', 'it describes no picture');
  const adobe = adobeTransform(file, segments);
  const colour = colourOf(file, segments, frame, adobe);
  return {
    ...EMPTY_OUTLINE,
    width: frame.width,
    height: frame.height,
    bitDepth: frame.bits,
    channels: frame.components.length,
    hasAlpha: false,
    colour,
    progressive: frame.process === 2,
    truncated: end === null ? 'the end marker is missing' : null,
    trailingBytes: end === null ? 0 : file.length - end,
    damage: broken,
    density: densityOf(file, segments),
    jpeg: factsOf(file, segments, frame, colour === 'ycbcr'),
    exif: payload(file, segments, APP1, EXIF_PREFIX),
    xmp: payload(file, segments, APP1, XMP_PREFIX),
    iptc: payload(file, segments, APP13, 'Photoshop 3.0\0'),
    icc: joinedIcc(file, segments),
    texts: commentsOf(file, segments),
  };
}

/** Segments up to the first end marker. `end` is null when there is none. */
export function segmentsOf(file: Buffer): {
  readonly segments: readonly Segment[];
  readonly end: number | null;
  readonly broken: readonly string[];
} {
  const segments: Segment[] = [];
  const broken: string[] = [];
  let at = 2;
  while (at + 2 <= file.length) {
    if (file[at] !== 0xff) {
      if (broken.length < MOST_DAMAGE) broken.push(`bytes that belong to no segment at ${at}`);
      at = nextMarker(file, at);
      continue;
    }
    const marker = file[at + 1] as number;
    if (marker === EOI) return { segments, end: at + 2, broken };
    // Fill bytes, restarts and stuffing carry no length.
    if (marker === 0xff) at += 1;
    else if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= SOI)) at += 2;
    else {
      const length = at + 4 <= file.length ? file.readUInt16BE(at + 2) : 0;
      const to = at + 2 + Math.max(2, length);
      if (segments.length === MOST_SEGMENTS) throw refusals.parts('JPEG');
      if (length < 2 || to > file.length) return { segments, end: null, broken };
      segments.push({ marker, at, from: at + 4, to });
      at = marker === SOS ? nextMarker(file, to) : to;
    }
  }
  return { segments, end: null, broken };
}

/** The next 0xFF that is followed by a marker: in coded data, stuffing and restarts are passed over. */
function nextMarker(file: Buffer, from: number): number {
  let at = from;
  for (;;) {
    at = file.indexOf(0xff, at);
    if (at < 0 || at + 1 >= file.length) return file.length;
    const next = file[at + 1] as number;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += next === 0xff ? 1 : 2;
  }
}

function frameOf(file: Buffer, { marker, from, to }: Segment): Frame | null {
  if (to - from < 6) return null;
  const count = file[from + 5] as number;
  if (count === 0 || to - from < 6 + 3 * count) return null;
  const components = Array.from({ length: count }, (_, index) => {
    const at = from + 6 + 3 * index;
    const factors = file[at + 1] as number;
    return { id: file[at] as number, h: factors >> 4, v: factors & 15 };
  });
  return {
    process: marker - 0xc0,
    bits: file[from] as number,
    height: file.readUInt16BE(from + 1),
    width: file.readUInt16BE(from + 3),
    components,
  };
}

function payload(file: Buffer, segments: readonly Segment[], marker: number, prefix: string): Buffer | null {
  const found = segments.find(
    (one) => one.marker === marker && file.toString('latin1', one.from, one.from + prefix.length) === prefix,
  );
  return found ? file.subarray(found.from + prefix.length, found.to) : null;
}

function commentsOf(file: Buffer, segments: readonly Segment[]): readonly TextEntry[] {
  return segments
    .filter(({ marker }) => marker === COM)
    .slice(0, MOST_TEXT_ENTRIES)
    .flatMap(({ from, to }) => textEntry(null, file.subarray(from, to)));
}

const ICC = 'ICC_PROFILE\0';

function joinedIcc(file: Buffer, segments: readonly Segment[]): Buffer | null {
  const parts = segments
    .filter(({ marker, from, to }) => {
      return marker === APP2 && to - from > 14 && file.toString('latin1', from, from + 12) === ICC;
    })
    .toSorted((a, b) => (file[a.from + 12] as number) - (file[b.from + 12] as number));
  return parts.length === 0 ? null : Buffer.concat(parts.map(({ from, to }) => file.subarray(from + 14, to)));
}

/** -1: no Adobe marker. */
function adobeTransform(file: Buffer, segments: readonly Segment[]): number {
  const found = payload(file, segments, APP14, 'Adobe');
  return found && found.length >= 7 ? (found[6] as number) : -1;
}

/** As libjpeg decides: JFIF wins, then Adobe's marker, then the names of the components. */
function colourOf(
  file: Buffer,
  segments: readonly Segment[],
  { components }: Frame,
  adobe: number,
): Outline['colour'] {
  if (components.length === 1) return 'gray';
  if (components.length === 4) return adobe === 2 ? 'ycck' : 'cmyk';
  if (components.length !== 3) return null;
  if (payload(file, segments, APP0, 'JFIF\0')) return 'ycbcr';
  if (adobe >= 0) return adobe === 0 ? 'rgb' : 'ycbcr';
  const ids = components.map(({ id }) => id).join();
  return ids === '82,71,66' ? 'rgb' : 'ycbcr';
}

function densityOf(file: Buffer, segments: readonly Segment[]): Density | null {
  const jfif = payload(file, segments, APP0, 'JFIF\0');
  if (!jfif || jfif.length < 7) return null;
  const unit = (['none', 'inch', 'cm'] as const)[jfif[2] as number] ?? 'none';
  return { x: jfif.readUInt16BE(3), y: jfif.readUInt16BE(5), unit };
}

function factsOf(file: Buffer, segments: readonly Segment[], frame: Frame, ycc: boolean): JpegFacts {
  const [first, ...others] = frame.components;
  const sampling = first && others.length > 0 ? ([first.h, first.v] as readonly [number, number]) : null;
  return {
    sampling,
    chroma: ycc && first ? chromaName(first, others) : null,
    quality: qualityOf(
      segments.filter(({ marker }) => marker === DQT).map(({ from, to }) => file.subarray(from, to)),
    ),
    encodingProcess: frame.process,
    ycc,
  };
}
