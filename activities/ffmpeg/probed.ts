/** What ffprobe prints, and how its numbers are read. */
/** ffprobe's own JSON, as far as it is read here; every field may be missing. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly profile?: string;
  readonly level?: number;
  readonly width?: number;
  readonly height?: number;
  readonly coded_width?: number;
  readonly coded_height?: number;
  readonly sample_aspect_ratio?: string;
  readonly display_aspect_ratio?: string;
  readonly pix_fmt?: string;
  readonly has_b_frames?: number;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly field_order?: string;
  readonly r_frame_rate?: string;
  readonly avg_frame_rate?: string;
  readonly time_base?: string;
  readonly start_time?: string;
  readonly duration?: string;
  readonly bit_rate?: string;
  readonly bits_per_raw_sample?: string;
  readonly nb_frames?: string;
  readonly sample_rate?: string;
  readonly sample_fmt?: string;
  readonly channels?: number;
  readonly channel_layout?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly Readonly<Record<string, unknown>>[];
}

export interface ProbedFrame {
  readonly stream_index?: number;
  readonly width?: number;
  readonly height?: number;
  readonly pix_fmt?: string;
  readonly color_range?: string;
  readonly side_data_list?: readonly Readonly<Record<string, unknown>>[];
}

export interface Probed {
  readonly format: {
    readonly format_name?: string;
    readonly format_long_name?: string;
    readonly start_time?: string;
    readonly duration?: string;
    readonly bit_rate?: string;
    readonly nb_streams?: number;
    readonly tags?: Readonly<Record<string, string>>;
  };
  readonly streams: readonly ProbedStream[];
  readonly frames: readonly ProbedFrame[];
  readonly chapters: readonly {
    readonly start_time?: string;
    readonly end_time?: string;
    readonly tags?: Readonly<Record<string, string>>;
  }[];
}

export function parseProbed(json: string): Probed {
  const parsed = JSON.parse(json) as Partial<Probed>;
  // Its file name is a path, and the output is taken over for equal bytes elsewhere.
  const { filename: _path, ...format } = (parsed.format ?? {}) as Probed['format'] & { filename?: string };
  return {
    format,
    streams: parsed.streams ?? [],
    frames: parsed.frames ?? [],
    chapters: parsed.chapters ?? [],
  };
}

/** `30000/1001` as a number; null for 0/0 and nonsense. */
export function ratio(text: string | undefined): number | null {
  const match = /^(-?\d+)[/:](\d+)$/.exec(text ?? '');
  if (!match || Number(match[2]) === 0 || Number(match[1]) === 0) return null;
  return Number(match[1]) / Number(match[2]);
}

/** A printed number; null for N/A, infinities and nothing. */
export function number(text: string | number | undefined): number | null {
  if (text === undefined || text === '' || text === 'N/A') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** What is done with a picture before it is shown: it is turned clockwise, and then mirrored from left to right. */
export interface Orientation {
  readonly degrees: number;
  readonly mirrored: boolean;
}

/** -90 in a display matrix is a turn to the right; of one that mirrors, the turn that ffprobe names is none. */
export function orientationOf(stream: ProbedStream, frame: ProbedFrame | undefined): Orientation {
  const sideData = [...(stream.side_data_list ?? []), ...(frame?.side_data_list ?? [])];
  const found = sideData.find(
    (one) => typeof one['rotation'] === 'number' || typeof one['rotation'] === 'string',
  );
  const [a, b, c, d] = displayMatrix(found?.['displaymatrix']) ?? [1, 0, 0, 1];
  const mirrored = a * d - b * c < 0;
  const turn = found ? -Number(found['rotation']) : Number(stream.tags?.['rotate'] ?? 0);
  const degrees = mirrored ? (Math.atan2(b, -a) * 180) / Math.PI : turn;
  return { degrees: Number.isFinite(degrees) ? ((Math.round(degrees) % 360) + 360) % 360 : 0, mirrored };
}

/** Its four numbers that turn and mirror, as ffprobe prints it: three rows, each after its position. */
function displayMatrix(printed: unknown): readonly [number, number, number, number] | null {
  const rows = [...String(printed).matchAll(/^\d{8}: +(-?\d+) +(-?\d+) +-?\d+\s*$/gm)];
  const [first, second] = rows.map(([, x, y]) => [Number(x), Number(y)] as const);
  return first && second ? [...first, ...second] : null;
}

export type QuarterTurn = 0 | 90 | 180 | 270;

/** The turn that stills are given: odd angles are left as they are. */
export function quarterTurn(degrees: number): QuarterTurn {
  return degrees === 90 || degrees === 180 || degrees === 270 ? degrees : 0;
}
