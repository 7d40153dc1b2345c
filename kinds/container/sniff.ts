/**
 * What a file is, told by its first bytes and never by its name. The demuxer is pinned by this, so that no decoder
 * probes the content itself: playlists (HLS, ffconcat, DASH, SDP) would make it open other files.
 */
export interface Container {
  readonly is: 'container';
  readonly container: string;
  readonly mime: string;
  /** ffmpeg's demuxer. */
  readonly demuxer: string;
  /** Usual extensions, lower case. */
  readonly extensions: readonly string[];
}

export type Sniffed =
  | Container
  | { readonly is: 'playlist'; readonly format: string }
  | { readonly is: 'image'; readonly format: string }
  | { readonly is: 'text' }
  | { readonly is: 'empty' }
  | { readonly is: 'unknown' };

const define = (container: string, mime: string, demuxer: string, extensions: string): Container => ({
  is: 'container',
  container,
  mime,
  demuxer,
  extensions: extensions.split(' '),
});

const MP4 = define('mp4', 'video/mp4', 'mov', 'mp4 m4v m4a mov qt 3gp 3g2 m4b f4v');
const MOV = define('mov', 'video/quicktime', 'mov', 'mov qt mp4 m4v');
const MATROSKA = define('matroska', 'video/x-matroska', 'matroska', 'mkv mka mk3d webm');
const WEBM = define('webm', 'video/webm', 'matroska', 'webm mkv');
const AVI = define('avi', 'video/x-msvideo', 'avi', 'avi divx');
const WAV = define('wav', 'audio/wav', 'wav', 'wav wave');
const MPEGTS = define('mpegts', 'video/mp2t', 'mpegts', 'ts m2ts mts m2t tsv tsa');
const MPEG = define('mpeg', 'video/mpeg', 'mpeg', 'mpg mpeg vob m2p ps');
const MPEG_VIDEO = define('mpegvideo', 'video/mpeg', 'mpegvideo', 'm1v m2v mpv mpg mpeg');
const FLV = define('flv', 'video/x-flv', 'flv', 'flv f4v');
const ASF = define('asf', 'video/x-ms-asf', 'asf', 'wmv wma asf');
const OGG = define('ogg', 'video/ogg', 'ogg', 'ogv ogg oga ogx opus');
const IVF = define('ivf', 'video/x-ivf', 'ivf', 'ivf');
const Y4M = define('yuv4mpeg', 'video/x-yuv4mpeg', 'yuv4mpegpipe', 'y4m');
const H264 = define('h264', 'video/h264', 'h264', 'h264 264 avc');
const HEVC = define('hevc', 'video/h265', 'hevc', 'h265 265 hevc');
const FLAC = define('flac', 'audio/flac', 'flac', 'flac');
const MP3 = define('mp3', 'audio/mpeg', 'mp3', 'mp3');
const AAC = define('aac', 'audio/aac', 'aac', 'aac');
const MXF = define('mxf', 'application/mxf', 'mxf', 'mxf');

/** Demuxers that may open a file, for ffmpeg's format whitelist. */
export const DEMUXERS: readonly string[] = [
  ...new Set(
    [
      MP4,
      MATROSKA,
      AVI,
      WAV,
      MPEGTS,
      MPEG,
      MPEG_VIDEO,
      FLV,
      ASF,
      OGG,
      IVF,
      Y4M,
      H264,
      HEVC,
      FLAC,
      MP3,
      AAC,
      MXF,
    ].map((one) => one.demuxer),
  ),
];

/** How many bytes of the file's beginning `sniff` wants. */
export const SNIFF_BYTES = 4_096;

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)));

const MP4_BOXES = ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'uuid', 'styp', 'sidx', 'moof'];

const BY_START: readonly (readonly [string, Sniffed])[] = [
  ['OggS', OGG],
  ['FLV\x01', FLV],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', ASF],
  ['DKIF', IVF],
  ['YUV4MPEG2', Y4M],
  ['fLaC', FLAC],
  ['ID3', MP3],
  ['\x00\x00\x01\xba', MPEG],
  ['\x00\x00\x01\xb3', MPEG_VIDEO],
  ['\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02', MXF],
  ['\x89PNG', { is: 'image', format: 'PNG' }],
  ['\xff\xd8\xff', { is: 'image', format: 'JPEG' }],
  ['GIF8', { is: 'image', format: 'GIF' }],
  ['BM', { is: 'image', format: 'BMP' }],
  ['II*\x00', { is: 'image', format: 'TIFF' }],
  ['MM\x00*', { is: 'image', format: 'TIFF' }],
  ['\x00\x00\x01\x00', { is: 'image', format: 'ICO' }],
  ['8BPS', { is: 'image', format: 'PSD' }],
  ['\x00\x00\x00\x0cJXL ', { is: 'image', format: 'JPEG XL' }],
  ['\xff\x0a', { is: 'image', format: 'JPEG XL' }],
];

/** Never throws; what nothing is known about is `unknown`. */
export function sniff(head: Uint8Array): Sniffed {
  if (head.length === 0) return { is: 'empty' };
  const start = latin1(head, 0, 16);
  return (
    sniffBoxes(head) ??
    sniffRiff(start) ??
    sniffEbml(head) ??
    BY_START.find(([magic]) => start.startsWith(magic))?.[1] ??
    sniffTransportStream(head) ??
    sniffText(head) ??
    sniffJoinedStream(head) ??
    sniffElementary(head) ?? { is: 'unknown' }
  );
}

function sniffBoxes(head: Uint8Array): Sniffed | null {
  const type = latin1(head, 4, 8);
  if (!MP4_BOXES.includes(type)) return null;
  const brand = type === 'ftyp' ? latin1(head, 8, 12) : '';
  if (['avif', 'avis', 'heic', 'heix', 'mif1', 'msf1'].includes(brand))
    return { is: 'image', format: brand.startsWith('av') ? 'AVIF' : 'HEIF' };
  return type === 'ftyp' && brand !== 'qt  ' ? MP4 : MOV;
}

function sniffRiff(start: string): Sniffed | null {
  if (!start.startsWith('RIFF') && !start.startsWith('RF64')) return null;
  const form = start.slice(8, 12);
  if (form === 'WEBP') return { is: 'image', format: 'WebP' };
  return form === 'AVI ' ? AVI : form === 'WAVE' ? WAV : null;
}

function sniffEbml(head: Uint8Array): Sniffed | null {
  if (latin1(head, 0, 4) !== '\x1a\x45\xdf\xa3') return null;
  return latin1(head, 0, 64).includes('webm') ? WEBM : MATROSKA;
}

/** Sync bytes at packet distance: 188 bytes, or 192 with a time stamp before each packet. */
function sniffTransportStream(head: Uint8Array): Sniffed | null {
  const synced = (offset: number, size: number): boolean =>
    head.length >= size && [0, 1, 2, 3, 4].every((packet) => (head[offset + packet * size] ?? 0x47) === 0x47);
  return synced(0, 188) || synced(4, 192) ? MPEGTS : null;
}

/** In a whole beginning there are at least 15 of them after a packet that is cut. */
const LEAST_PACKETS = 15;

/** Who joins a broadcast that runs records from the middle of a packet on. */
function sniffJoinedStream(head: Uint8Array): Sniffed | null {
  const packetsFrom = (start: number, size: number): number => {
    let at = start;
    while (at < head.length && head[at] === 0x47) at += size;
    return at < head.length ? 0 : Math.ceil((head.length - start) / size);
  };
  for (let start = 1; start < 192; start++) {
    if (Math.max(packetsFrom(start, 188), packetsFrom(start, 192)) >= LEAST_PACKETS) return MPEGTS;
  }
  return null;
}

/** Raw streams: a start code and the first units of H.264 or H.265, or an ADTS or MPEG audio header. */
function sniffElementary(head: Uint8Array): Sniffed | null {
  const [a = 0, b = 0] = head;
  const code =
    head[0] === 0 && head[1] === 0 ? (head[2] === 1 ? 3 : head[2] === 0 && head[3] === 1 ? 4 : 0) : 0;
  if (code > 0) {
    const unit = head[code] ?? 0;
    // Messages (SEI) of H.264 are always of reference 0: other units with these five bits are of H.265.
    if ((unit & 0x1f) === 7 || (unit & 0x1f) === 9 || unit === 6) return H264;
    if ([32, 35, 39].includes((unit >> 1) & 0x3f)) return HEVC;
  }
  if (a === 0xff && (b & 0xf6) === 0xf0) return AAC;
  return a === 0xff && (b & 0xe0) === 0xe0 && (b & 0x06) !== 0 ? MP3 : null;
}

function sniffText(head: Uint8Array): Sniffed | null {
  const sample = head.subarray(0, SNIFF_BYTES);
  // A multi-byte character may be cut in two at the end of the sample.
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
  } catch {
    return null;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what text does not hold
  if (/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text)) return null;
  const playlist = PLAYLISTS.find(([pattern]) => pattern.test(text));
  return playlist ? { is: 'playlist', format: playlist[1] } : { is: 'text' };
}

const PLAYLISTS: readonly (readonly [RegExp, string])[] = [
  [/^\ufeff?\s*#EXTM3U/, 'HLS'],
  [/^\ufeff?\s*ffconcat version/, 'ffconcat'],
  [/^\ufeff?\s*file\s+\S/m, 'ffconcat'],
  [/<MPD[\s>]/, 'DASH'],
  [/^\ufeff?\s*v=0\r?\n[a-z]=/, 'SDP'],
  [/<SmoothStreamingMedia[\s>]/, 'Smooth Streaming'],
];
