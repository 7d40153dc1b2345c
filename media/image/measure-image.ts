/** Everything that is measured of one image: headers, metadata, pixels, hashes, thumbnails. Judges nothing. */
import { open } from 'node:fs/promises';
import type { RawPixels } from '../inference/decode-image.ts';
import type { Report } from '../program/run.ts';
import { ProgramFailure } from '../program/outcome.ts';
import { appearanceOf } from './appearance.ts';
import { type ExifFound, readExif } from './exif.ts';
import { refusals } from './failures.ts';
import type { Gps } from './gps.ts';
import { type Icc, readIcc } from './icc.ts';
import { readIptc } from './iptc.ts';
import { type ImageJob, type ImageLimits, MEBIBYTE } from './job.ts';
import { isOrientation, ORIENTATIONS, swapsSides } from './orientation.ts';
import type { Outline } from './outline.ts';
import { outlineOf } from './outlines.ts';
import { makePictures } from './pictures.ts';
import { decodePixels, type Pixels, type Rows } from './pixels.ts';
import { sniff, TYPES } from './sniff.ts';
import { rounded } from './statistics.ts';
import { writeViews } from './views-file.ts';
import { placeInXmp, readXmp } from './xmp.ts';

const STAGES = 4;

/** `onShown` is given the pixels where they are as they are shown, so that nobody need decode them again. */
export async function measureImage(
  job: ImageJob,
  report: Report,
  onShown: (pixels: RawPixels) => void = () => {},
) {
  const stage = (done: number): void => report({ done, total: STAGES, unit: 'stages' });
  const file = await readWhole(job.inputPath, job.limits);
  const format = sniff(file);
  if (format === null) throw refusals.unknown();
  if (typeof format !== 'string') throw refusals.unsupported(format.unsupported);
  const outline = await outlineOf(file, format, job.limits);
  stage(1);
  const metadata = metadataOf(outline, format === 'tiff');
  const decoded = await pixelsOf(file, format, outline, job.limits);
  stage(2);
  const { pixels, rows } = decoded;
  if (pixels && areShown(pixels, metadata)) {
    onShown({ width: pixels.width, height: pixels.height, data: pixels.rgb });
  }
  const seen = pixels && (await look(pixels, rows, { file, outline, job, ...metadata }, () => stage(3)));
  return {
    format,
    mime: TYPES[format].mime,
    extensions: TYPES[format].extensions,
    file: fileFacts(outline, pixels, metadata.orientation),
    truncated: outline.truncated,
    trailing_bytes: outline.trailingBytes,
    damage: outline.damage,
    exif_damage: metadata.found.damage,
    undecoded: decoded.reason,
    complaint: pixels?.complaint ?? null,
    icc: metadata.icc && { name: metadata.icc.name, space: metadata.icc.space, bytes: metadata.icc.bytes },
    exif: metadata.found.exif,
    gps: placeOf(metadata.found.gps, outline.xmp),
    iptc: readIptc(outline.iptc),
    xmp: readXmp(outline.xmp),
    texts: outline.texts,
    seen,
  };
}

/** Read through a handle of its own, so that what was measured is one file. */
async function readWhole(path: string, limits: ImageLimits): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    if (size === 0) throw refusals.empty();
    if (size > limits.fileBytes) {
      throw refusals.tooLarge(`${Math.ceil(size / MEBIBYTE)} MiB`, `${limits.fileBytes / MEBIBYTE} MiB`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

interface Metadata {
  readonly found: ExifFound;
  readonly icc: Icc | null;
  /** 1 where none is given, or none that exists. */
  readonly orientation: number;
}

function metadataOf(outline: Outline, ofTiff: boolean): Metadata {
  const found = readExif(outline.exif, ofTiff);
  const told = outline.exifIsHidden ? null : (found.exif?.orientation ?? null);
  const exists = told !== null && isOrientation(told);
  const odd = told === null || exists ? [] : [`orientation ${told} does not exist`];
  return {
    found: { ...found, damage: [...found.damage, ...odd] },
    icc: readIcc(outline.icc),
    orientation: exists ? told : 1,
  };
}

function placeOf(told: Gps | null, xmp: Buffer | null): Gps | null {
  const known = told !== null && told.latitude_deg !== null && told.longitude_deg !== null;
  return known ? told : (placeInXmp(xmp) ?? told);
}

/** Neither turned, nor converted, nor repaired: an ordinary photo. */
function areShown({ lumaSource, complaint }: Pixels, { icc, orientation }: Metadata): boolean {
  return lumaSource === 'stored' && complaint === null && icc === null && orientation === 1;
}

interface Decoded {
  readonly pixels: Pixels | null;
  /** Those that the file had data for. */
  readonly rows: Rows;
  readonly reason: string | null;
}

/** Without any coded data the first row of blocks is noise. */
const FIRST_ROWS_PX = 16;

/** HEIC is the one format whose headers are read although its pixels cannot be: no decoder for HEVC comes along. */
async function pixelsOf(
  file: Buffer,
  format: string,
  outline: Outline,
  limits: ImageLimits,
): Promise<Decoded> {
  try {
    const pixels = await decodePixels(file, format, outline, limits);
    return { pixels, rows: pixels.held ?? rowsOf(pixels, format, outline), reason: null };
  } catch (error) {
    if (format !== 'heic' || !(error instanceof ProgramFailure)) throw error;
    return { pixels: null, rows: { from: 0, to: 0 }, reason: 'hevc_not_decodable' };
  }
}

/** A file that lacks but its end mark has all of its rows, and the decoder does not complain. */
function rowsOf(pixels: Pixels, format: string, { heldRows }: Outline): Rows {
  if (pixels.complaint === null) return { from: 0, to: Math.min(heldRows ?? pixels.height, pixels.height) };
  const rows = pixels.height - evenRowsAtEnd(pixels);
  if (rows <= FIRST_ROWS_PX) throw refusals.undecodable(format.toUpperCase(), 'its coded data is missing');
  return { from: 0, to: rows };
}

/** What a decoder makes of missing data: rows of one even colour. */
function evenRowsAtEnd({ luma, width, height }: Pixels): number {
  const last = luma[luma.length - 1];
  let at = luma.length - 1;
  while (at >= 0 && luma[at] === last) at -= 1;
  return height - Math.ceil((at + 1) / width);
}

async function look(
  pixels: Pixels,
  rows: Rows,
  source: Metadata & { readonly file: Buffer; readonly outline: Outline; readonly job: ImageJob },
  onPictured: () => void,
) {
  const { file, outline, job, orientation, icc } = source;
  const managed = icc !== null && !/sRGB/i.test(icc.name ?? '');
  const decodeAgain =
    pixels.samples === null &&
    (managed || pixels.alphaUsed === true || outline.colour === 'cmyk' || outline.colour === 'ycck');
  const { thumbnails, ...rasters } = await makePictures({ file, pixels, orientation, decodeAgain }, job);
  onPictured();
  const views = { pixels, rows, orientation, ...rasters };
  const to = job.views && isWithin(job.views, pixels) ? job.views.path : null;
  return { thumbnails, ...(to === null ? appearanceOf(views) : { views: writeViews(to, views) }) };
}

function isWithin(most: NonNullable<ImageJob['views']>, { width, height }: Pixels): boolean {
  return width * height <= most.mostPixels && Math.max(width, height) <= most.mostSide_px;
}

function fileFacts(outline: Outline, pixels: Pixels | null, orientation: number) {
  // Libraries read some headers differently (SVG's size, a HEIC's turned picture): the pixels count.
  const width = pixels?.width ?? outline.width;
  const height = pixels?.height ?? outline.height;
  const [shownWidth, shownHeight] = swapsSides(orientation) ? [height, width] : [width, height];
  return {
    coded_width_px: width,
    coded_height_px: height,
    width_px: shownWidth,
    height_px: shownHeight,
    megapixels: rounded((width * height) / 1e6),
    orientation,
    orientation_text: ORIENTATIONS[orientation - 1] ?? null,
    colour_model: outline.colour,
    channels: outline.channels,
    bit_depth: outline.bitDepth,
    has_alpha: outline.hasAlpha,
    alpha_used: outline.hasAlpha === false ? false : (pixels?.alphaUsed ?? null),
    progressive: outline.progressive,
    frames: outline.animation.frames,
    pages: outline.animation.pages,
    duration_s: outline.animation.duration_s === null ? null : rounded(outline.animation.duration_s, 3),
    loop: outline.animation.loop,
    density: outline.density,
    ...(pixels?.samples && { samples: pixels.samples }),
    jpeg: outline.jpeg && {
      sampling: outline.jpeg.sampling,
      chroma_subsampling: outline.jpeg.chroma,
      quality: outline.jpeg.quality,
      encoding_process: outline.jpeg.encodingProcess,
    },
  };
}
