import type { VideoResult } from '../../client/index.ts';
import { clock, number, plain, rebin, size, sparkline, table } from '../text.ts';
import { inferenceLines } from './video-inference.ts';

const mostShots = 40;
const sparkWidth = 72;

/** Shots with their timecodes, what is black or frozen, and how loud it is. */
export function videoSection(document: VideoResult): string {
  const { video } = document;
  const parts = [
    containerLine(document),
    shots(video),
    timeline(video),
    technical(video),
    audio(video),
    inferenceLines(video),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

type Video = VideoResult['video'];

/** What the headline does not say: what the file is made of, and what decoded it. */
function containerLine({ resource, video }: VideoResult): string {
  const stream = video.streams.find((one) => one.index === video.analysed_stream);
  const sound = video.streams.find((one) => one.index === video.audio?.stream_index);
  const tracks = video.streams.filter((one) => one.audio).length;
  const rate = video.container.bitrate_bps;
  return [
    video.container.format,
    size(resource.bytes),
    rate === null ? '' : `${(rate / 1e6).toFixed(2)} Mb/s`,
    stream?.video?.pix_fmt ?? '',
    sound ? [sound.codec, sound.audio?.layout].filter(Boolean).join(' ') : 'no sound',
    tracks > 1 ? `1 of ${tracks} audio tracks` : '',
    `decoded on ${video.provider.used.join(', ') || 'nothing'}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function shots(video: Video): string {
  const rows = video.shots
    .slice(0, mostShots)
    .map((shot) => [
      String(shot.index + 1),
      shot.start_timecode,
      shot.end_timecode,
      `${shot.duration_s.toFixed(2)} s`,
      `${shot.start_frame}–${shot.end_frame}`,
      shot.transition === 'start' ? '' : shot.transition,
      shot.score === null ? '' : number(shot.score),
    ]);
  const head = ['shot', 'from', 'to', 'length', 'frames', 'by', 'score'];
  const more = video.shots.length > mostShots ? `\n  … and ${video.shots.length - mostShots} more` : '';
  return `\nShots (${video.shot_detector.name})\n${table([head, ...rows], [0, 3, 6])}${more}`;
}

function timeline(video: Video): string {
  const points = video.timeline.points;
  if (!points || points.length < 2) return '';
  const motion = rebin(
    points.map((point) => point.motion),
    sparkWidth,
  );
  const luma = rebin(
    points.map((point) => point.luma_mean),
    sparkWidth,
  );
  return `\nluma    ${sparkline(luma)}\nmotion  ${sparkline(motion)}`;
}

function spans(name: string, list: readonly { start_s: number; end_s: number }[]): string {
  if (list.length === 0) return '';
  const shown = list.slice(0, 8).map((one) => `${clock(one.start_s)}–${clock(one.end_s)}`);
  return `${name.padEnd(11)} ${shown.join('  ')}${list.length > 8 ? `  … ${list.length} in all` : ''}`;
}

function technical(video: Video): string {
  const { black, freeze, fades, letterbox, interlacing } = video.technical;
  const crop = letterbox.detected && letterbox.crop;
  const lines = [
    spans('black', black),
    spans('frozen', freeze),
    spans('fades', fades),
    crop ? `letterbox   picture is ${crop.width_px}x${crop.height_px} at ${crop.x_px},${crop.y_px}` : '',
    interlacing ? `scan        ${interlacing.verdict.replaceAll('_', ' ')}` : '',
  ].filter((line) => line !== '');
  return lines.length === 0 ? '' : `\n${lines.join('\n')}`;
}

function audio(video: Video): string {
  const { audio: track } = video;
  if (!track) return '\nno audio track';
  const { loudness } = track;
  const level =
    loudness.integrated_lufs === null
      ? `no loudness: ${plain(loudness.integrated_reason ?? 'silence')}`
      : `${loudness.integrated_lufs.toFixed(1)} LUFS, range ${number(loudness.lra_lu)} LU${loudness.lra_reliable ? '' : ' (short: unreliable)'}`;
  const peak =
    loudness.true_peak_dbtp === null ? '' : `, true peak ${loudness.true_peak_dbtp.toFixed(1)} dBTP`;
  const quiet = spans('silence', track.silence);
  return `\nloudness    ${level}${peak}${quiet === '' ? '' : `\n${quiet}`}`;
}
