import type { AudioResult } from '../../client/index.ts';
import { clock, number, plain, rebin, size, sparkline, table } from '../text.ts';
import { transcriptLine } from './transcript.ts';

const sparkWidth = 72;
const mostSpans = 8;
const mostChannels = 8;

/** How loud it is, what it looks like, where it is silent and where somebody speaks. */
export function audioSection(document: AudioResult): string {
  const { audio } = document;
  const parts = [
    formatLine(document),
    waveform(audio),
    loudness(audio),
    channels(audio),
    spans('silence', audio.silence, audio.silence_count),
    speech(audio),
    transcriptLine(audio.transcript),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

type Audio = AudioResult['audio'];

function formatLine({ resource, audio }: AudioResult): string {
  const rate = audio.container.bitrate_bps;
  const { bandwidth_hz } = audio.spectrum;
  return [
    audio.container.format,
    size(resource.bytes),
    rate === null ? '' : `${Math.round(rate / 1000)} kb/s`,
    bandwidth_hz === null ? '' : `sound up to ${(bandwidth_hz / 1000).toFixed(1)} kHz`,
    audio.track.of > 1 ? `track ${audio.track.number + 1} of ${audio.track.of}` : '',
    title(audio),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function title({ container }: Audio): string {
  const tag = (name: string): string | undefined =>
    Object.entries(container.tags).find(([key]) => key.toLowerCase() === name)?.[1];
  return [tag('artist'), tag('title')].flatMap((text) => (text ? plain(text, 40) : [])).join(': ');
}

function waveform({ waveform: { overview } }: Audio): string {
  if (overview.length < 2) return '';
  return `\nwaveform    ${sparkline(rebin(overview, sparkWidth))}`;
}

function loudness({ loudness: loud }: Audio): string {
  if (loud.integrated_lufs === null) {
    return `loudness    none: ${plain(loud.integrated_reason ?? 'silence')}`;
  }
  const range = `range ${number(loud.lra_lu)} LU${loud.lra_reliable ? '' : ' (short: unreliable)'}`;
  const peak = loud.true_peak_dbtp === null ? '' : `, true peak ${loud.true_peak_dbtp.toFixed(1)} dBTP`;
  const targets = Object.entries(loud.targets ?? {}).map(
    ([name, { gain_db, pass }]) =>
      `${name.replaceAll('_', ' ')} ${pass ? 'met' : `${gain_db > 0 ? '+' : ''}${gain_db.toFixed(1)} dB`}`,
  );
  return [
    `loudness    ${loud.integrated_lufs.toFixed(1)} LUFS, ${range}${peak}`,
    `targets     ${targets.join('  ')}`,
  ].join('\n');
}

function channels({ levels, stereo }: Audio): string {
  const head = ['channel', 'rms dB', 'peak dB', 'noise dB', 'DC', 'clipped'];
  const rows = levels.channels
    .slice(0, mostChannels)
    .map((one) => [
      String(one.channel),
      number(one.rms_db),
      number(one.peak_db),
      number(one.noise_floor_db),
      number(one.dc_offset),
      number(one.clipped_samples),
    ]);
  const more = levels.channels.length > mostChannels ? `\n… ${levels.channels.length} channels in all` : '';
  const correlation = stereo?.correlation ?? null;
  const both = correlation === null ? '' : `\ncorrelation ${correlation.toFixed(2)}`;
  return `\n${table([head, ...rows], [1, 2, 3, 4, 5])}${more}${both}\n`;
}

function spans(
  name: string,
  list: readonly { readonly start_s: number; readonly end_s: number }[],
  count: number,
): string {
  if (list.length === 0) return `${name.padEnd(11)} none`;
  const shown = list.slice(0, mostSpans).map((one) => `${clock(one.start_s)}–${clock(one.end_s)}`);
  return `${name.padEnd(11)} ${shown.join('  ')}${count > mostSpans ? `  … ${count} in all` : ''}`;
}

function speech({ speech: found }: Audio): string {
  if (found.status === 'skipped')
    return `speech      not looked for: ${plain(found.reason ?? '', 60).replaceAll('_', ' ')}`;
  const share = `${number(found.speech_s)} s, ${Math.round((found.ratio ?? 0) * 100)} % of the track`;
  const where = spans('speech', found.segments ?? [], found.segment_count ?? 0);
  return `${where}${found.segment_count === 0 ? '' : ` (${share})`}`;
}
