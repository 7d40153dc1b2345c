/** What a file is whose first bytes are of no film: formats that hold sound alone, and sound behind other bytes. */
import { type Container, DEMUXERS, type Sniffed, sniff } from './sniff.ts';

const define = (container: string, mime: string, demuxer: string, extensions: string): Container => ({
  is: 'container',
  container,
  mime,
  demuxer,
  extensions: extensions.split(' '),
});

const AIFF = define('aiff', 'audio/aiff', 'aiff', 'aiff aif aifc');
const AMR = define('amr', 'audio/amr', 'amr', 'amr awb 3ga');
const AU = define('au', 'audio/basic', 'au', 'au snd');
const CAF = define('caf', 'audio/x-caf', 'caf', 'caf');
const W64 = define('w64', 'audio/x-w64', 'w64', 'w64');
const AC3 = define('ac3', 'audio/ac3', 'ac3', 'ac3');
const EAC3 = define('eac3', 'audio/eac3', 'eac3', 'eac3 ec3');
const DTS = define('dts', 'audio/vnd.dts', 'dts', 'dts');
const APE = define('ape', 'audio/x-ape', 'ape', 'ape mac');
const WAVPACK = define('wavpack', 'audio/x-wavpack', 'wv', 'wv');
const TTA = define('tta', 'audio/x-tta', 'tta', 'tta');
const DSF = define('dsf', 'audio/x-dsf', 'dsf', 'dsf');
const VOC = define('voc', 'audio/x-voc', 'voc', 'voc');
const MUSEPACK = define('musepack', 'audio/x-musepack', 'mpc8', 'mpc');
const MP3 = define('mp3', 'audio/mpeg', 'mp3', 'mp3 mp2 mpga');
const AAC = define('aac', 'audio/aac', 'aac', 'aac adts');
const OGG = define('ogg', 'audio/ogg', 'ogg', 'ogg oga ogx opus spx');
const M4A = define('mp4', 'audio/mp4', 'mov', 'm4a m4b m4r mp4 mov 3gp aax');
const MKA = define('matroska', 'audio/x-matroska', 'matroska', 'mka mkv webm');
const WMA = define('asf', 'audio/x-ms-wma', 'asf', 'wma asf wmv');

/** Demuxers that may open a file, for ffmpeg's format whitelist. */
export const SOUND_DEMUXERS: readonly string[] = [
  ...DEMUXERS,
  ...[AIFF, AMR, AU, CAF, W64, AC3, EAC3, DTS, APE, WAVPACK, TTA, DSF, VOC, MUSEPACK].map(
    (one) => one.demuxer,
  ),
];

/** Sound can lie behind tags or other bytes: how many of the file's beginning are wanted for `sniffSound`. */
export const SNIFF_SOUND_BYTES = 256 * 1024;

const BY_START: readonly (readonly [RegExp, Container])[] = [
  [/^FORM[^]{4}AIF[FC]/, AIFF],
  [/^#!AMR/, AMR],
  [/^\.snd/, AU],
  [/^caff/, CAF],
  [/^riff\x2e\x91\xcf\x11/, W64],
  [/^\x7f\xfe\x80\x01|^\xfe\x7f\x01\x80|^\x1f\xff\xe8\x00|^\xff\x1f\x00\xe8/, DTS],
  [/^MAC /, APE],
  [/^wvpk/, WAVPACK],
  [/^TTA[12]/, TTA],
  [/^DSD /, DSF],
  [/^Creative Voice File/, VOC],
  [/^MPCK/, MUSEPACK],
];

/** As `sniff`, for whoever looks for sound. Never throws. */
export function sniffSound(head: Uint8Array): Sniffed {
  const start = String.fromCharCode(...head.subarray(0, 64));
  const named = BY_START.find(([pattern]) => pattern.test(start))?.[1] ?? dolby(head);
  if (named) return named;
  const sniffed = sniff(head.subarray(0, 4_096));
  // Sound that begins later is still sound: only what is certainly something else is not looked into.
  if (sniffed.is === 'unknown') return behindOtherBytes(head) ?? sniffed;
  return sniffed;
}

/** A container that holds sound alone is called after it: `audio/mp4`, not `video/mp4`. */
export function asSound(container: Container): Container {
  const own = { mov: M4A, ogg: OGG, matroska: MKA, asf: WMA }[container.demuxer] ?? container;
  return container.demuxer === 'mp3' ? MP3 : container.demuxer === 'aac' ? AAC : own;
}

function dolby(head: Uint8Array): Container | null {
  if (head[0] !== 0x0b || head[1] !== 0x77) return null;
  return (head[5] ?? 0) >> 3 > 10 ? EAC3 : AC3;
}

/** Frames of MPEG audio or ADTS that follow each other by their own lengths, after whatever stands before them. */
function behindOtherBytes(head: Uint8Array): Container | null {
  for (let at = 0; at + 4 < head.length; at++) {
    if (head[at] !== 0xff) continue;
    if (followed(head, at, mpegFrameBytes)) return MP3;
    if (followed(head, at, adtsFrameBytes)) return AAC;
  }
  return null;
}

const FRAMES_IN_A_ROW = 4;

function followed(
  head: Uint8Array,
  start: number,
  bytesOf: (head: Uint8Array, at: number) => number,
): boolean {
  let at = start;
  for (let frame = 0; frame < FRAMES_IN_A_ROW; frame++) {
    const bytes = bytesOf(head, at);
    if (bytes === 0) return false;
    at += bytes;
  }
  return true;
}

const KILOBITS: Readonly<Record<string, readonly number[]>> = {
  V1L3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  V1L2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  V2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** Length of the MPEG audio frame (layer 2 or 3) that begins there; 0 where none does. */
function mpegFrameBytes(head: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0] = head.subarray(at, at + 3);
  const [version, layer] = [(b >> 3) & 3, (b >> 1) & 3];
  if (a !== 0xff || b < 0xe0 || version === 1 || layer === 0 || layer === 3) return 0;
  const table = version === 3 ? (layer === 1 ? KILOBITS['V1L3'] : KILOBITS['V1L2']) : KILOBITS['V2'];
  const kilobits = table?.[c >> 4] ?? 0;
  const rate = ([44_100, 48_000, 32_000][(c >> 2) & 3] ?? 0) / ([4, 1, 2, 1][version] ?? 1);
  if (kilobits === 0 || rate === 0) return 0;
  const samples = layer === 1 && version !== 3 ? 576 : 1_152;
  return Math.floor((samples / 8) * ((kilobits * 1000) / rate)) + ((c >> 1) & 1);
}

/** Length of the ADTS frame that begins there; 0 where none does. */
function adtsFrameBytes(head: Uint8Array, at: number): number {
  const [a = 0, b = 0, , d = 0, e = 0, f = 0] = head.subarray(at, at + 6);
  if (a !== 0xff || (b & 0xf6) !== 0xf0) return 0;
  const bytes = ((d & 3) << 11) | (e << 3) | (f >> 5);
  return bytes >= 7 ? bytes : 0;
}
