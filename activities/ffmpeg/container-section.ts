/** Container and streams of the result, from what ffprobe and the packet scan said. */
import type { Container } from '../../kinds/container/sniff.ts';
import type { ContainerSection, StreamSection } from '../../kinds/container/schema.ts';
import { rounded } from '../../kinds/segment.ts';
import type { Mp4Outline } from '../../media/video/mp4-boxes.ts';
import {
  number,
  orientationOf,
  type Probed,
  type ProbedFrame,
  type ProbedStream,
  quarterTurn,
  ratio,
} from './probed.ts';

export interface ProbedFile {
  readonly sniffed: Container;
  readonly outline: Mp4Outline | null;
  readonly probed: Probed;
}

export function containerSection(plan: ProbedFile, measuredSeconds: number): ContainerSection {
  const { format, chapters } = plan.probed;
  return {
    format: plan.sniffed.container,
    format_names: format.format_name ?? null,
    duration_declared_s: number(format.duration),
    duration_header_s: plan.outline?.duration_s ?? null,
    duration_measured_s: rounded(measuredSeconds),
    bitrate_bps: number(format.bit_rate),
    start_s: number(format.start_time),
    faststart: plan.outline?.faststart ?? null,
    tags: { ...format.tags },
    created_at: createdAt(format.tags?.['creation_time']),
    chapters: chapters.map((chapter) => ({
      start_s: number(chapter.start_time) ?? 0,
      end_s: number(chapter.end_time) ?? 0,
      title: chapter.tags?.['title'] ?? null,
    })),
  };
}

/** A year of 1970 is what encoders write that know no time. */
function createdAt(text: string | undefined): string | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) || new Date(time).getUTCFullYear() <= 1970 ? null : new Date(time).toISOString();
}

type Picture = NonNullable<StreamSection['video']>;

/** What is known of the pictures of a stream that was decoded, beyond what it declares. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string | null;
  readonly frame: ProbedFrame | undefined;
  readonly measured: NonNullable<Picture['measured']>;
}

export function streamSection(stream: ProbedStream, decoded: DecodedPicture | null): StreamSection {
  const frames = number(stream.nb_frames);
  return {
    index: stream.index,
    type: stream.codec_type ?? 'unknown',
    codec: stream.codec_name ?? null,
    profile: stream.profile ?? null,
    level: stream.level ?? null,
    language: stream.tags?.['language'] ?? null,
    tags: { ...stream.tags },
    default: stream.disposition?.['default'] === 1,
    cover: stream.disposition?.['attached_pic'] === 1,
    start_s: number(stream.start_time),
    duration_declared_s: number(stream.duration),
    bitrate_bps: number(stream.bit_rate),
    frames_declared: frames !== null && frames >= 0 ? frames : null,
    video: stream.codec_type === 'video' ? pictureSection(stream, decoded) : null,
    audio:
      stream.codec_type === 'audio'
        ? {
            rate_hz: number(stream.sample_rate),
            channels: stream.channels ?? null,
            layout: stream.channel_layout ?? null,
            sample_format: stream.sample_fmt ?? null,
          }
        : null,
  };
}

function pictureSection(stream: ProbedStream, decoded: DecodedPicture | null): Picture {
  const { width, height } = decoded ?? { width: stream.width ?? 0, height: stream.height ?? 0 };
  const { degrees: rotation, mirrored } = orientationOf(stream, decoded?.frame);
  const shownWidth = Math.round(width * (ratio(stream.sample_aspect_ratio) ?? 1));
  const turned = quarterTurn(rotation) === 90 || quarterTurn(rotation) === 270;
  const pixelFormat = (decoded ? decoded.pixelFormat : stream.pix_fmt) ?? null;
  return {
    width_px: width,
    height_px: height,
    coded_width_px: stream.coded_width ?? null,
    coded_height_px: stream.coded_height ?? null,
    display_width_px: turned ? height : shownWidth,
    display_height_px: turned ? shownWidth : height,
    sar: stream.sample_aspect_ratio ?? null,
    dar: stream.display_aspect_ratio ?? null,
    rotation_deg: rotation,
    mirrored,
    fps_avg: roundedOrNull(ratio(stream.avg_frame_rate)),
    fps_avg_ratio: stream.avg_frame_rate ?? null,
    fps_r: roundedOrNull(ratio(stream.r_frame_rate)),
    fps_r_ratio: stream.r_frame_rate ?? null,
    pix_fmt: pixelFormat,
    bit_depth: bitDepth(pixelFormat, number(stream.bits_per_raw_sample)),
    chroma: chromaOf(pixelFormat),
    color: {
      space: stream.color_space ?? null,
      transfer: stream.color_transfer ?? null,
      primaries: stream.color_primaries ?? null,
      range: stream.color_range ?? null,
    },
    hdr: hdrOf(stream, decoded?.frame?.side_data_list ?? []),
    field_order: stream.field_order ?? null,
    b_frames: stream.has_b_frames ?? null,
    measured: decoded?.measured ?? null,
  };
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

function bitDepth(pixelFormat: string | null, declared: number | null): number | null {
  if (!pixelFormat) return declared;
  const named = /(?:p|gray|gbrp|gbrap|p0)(9|10|12|14|16)(?:le|be)?$/.exec(pixelFormat);
  return named ? Number(named[1]) : (declared ?? 8);
}

function chromaOf(pixelFormat: string | null): string | null {
  const named = /^yuv[aj]?(4[0-4][0-4])/.exec(pixelFormat ?? '');
  if (named?.[1]) return `${named[1][0]}:${named[1][1]}:${named[1][2]}`;
  if (/^(nv12|nv21|p01)/.test(pixelFormat ?? '')) return '4:2:0';
  return /^(gbr|rgb|bgr)/.test(pixelFormat ?? '')
    ? '4:4:4'
    : /^gray/.test(pixelFormat ?? '')
      ? '4:0:0'
      : null;
}

const HDR_TRANSFER: Readonly<Record<string, string>> = { smpte2084: 'HDR10', 'arib-std-b67': 'HLG' };

function hdrOf(stream: ProbedStream, ofFrame: readonly Readonly<Record<string, unknown>>[]): Picture['hdr'] {
  const sideData = [...(stream.side_data_list ?? []), ...ofFrame];
  const dolby = sideData.some((one) => /DOVI|Dolby Vision/.test(String(one['side_data_type'])));
  const format = dolby ? 'Dolby Vision' : HDR_TRANSFER[stream.color_transfer ?? ''];
  if (!format) return null;
  const light = sideData.find((one) => /Content light level/.test(String(one['side_data_type'])));
  const mastering = sideData.find((one) => /Mastering display/.test(String(one['side_data_type'])));
  const entries = Object.entries(mastering ?? {}).filter(([key]) => key !== 'side_data_type');
  return {
    format,
    maxcll_nits: number(light?.['max_content'] as number | undefined),
    maxfall_nits: number(light?.['max_average'] as number | undefined),
    mastering: mastering ? Object.fromEntries(entries.map(([key, value]) => [key, String(value)])) : null,
  };
}
