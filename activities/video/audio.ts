/**
 * Loudness (EBU R128), peaks and silence of the audio track, in one pass over it; it is one chunk.
 *
 * ffmpeg's summary has one decimal, its frame metadata three: the metadata of the last 100 ms block holds the values
 * of the whole programme. Peaks are linear there, with three decimals, so quiet ones come from the summary.
 */
import { writeFile } from 'node:fs/promises';
import type { AudioInput, AudioValue } from '../../kinds/video/flow.ts';
import { rounded, type Segment, segment } from '../../kinds/video/frames.ts';
import { integratedOf } from '../../kinds/video/loudness.ts';
import { DEMUXERS } from '../../kinds/video/sniff.ts';
import {
  decoderArguments,
  demuxerArguments,
  ffmpegArguments,
  fileArgument,
} from '../../media/video/ffmpeg-input.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { DECODER_LIMITS, throwIfKilled } from './child-exit.ts';
import { ARTEFACTS, type AudioDocument, type ProbeDocument } from './documents.ts';
import { finite } from './metadata-file.ts';
import { number } from './probe-parse.ts';

const SILENCE = 'silencedetect=noise=-50dB:duration=0.5';
const LOUDNESS = 'ebur128=metadata=1:peak=true+sample:framelog=quiet';
/** Under this a linear peak of three decimals is coarser than a tenth of a decibel. */
const FINE_LINEAR_PEAK = 0.1;

export const audio: StepImplementation<AudioInput, AudioValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  if (plan.audioIndex === null) throw new RangeError('the probe found no audio track');
  const origin = number(plan.probed.format.start_time) ?? 0;
  const programme = loudnessReader(origin, (seconds) =>
    context.progress({ done: Math.round(seconds), total: Math.round(plan.durationSeconds), unit: 's' }),
  );
  const log = logReader(origin);
  await decodeAudio(context, plan, plan.audioIndex, programme.line, log.line);
  const silence = log.silence(programme.duration());
  const measured = programme.result(log.summary());
  const document: AudioDocument = {
    streamIndex: plan.audioIndex,
    ...measured,
    // The last block of less than 100 ms is not reported; a silence to the end tells where that is.
    duration_s: Math.max(measured.duration_s, silence.at(-1)?.end_s ?? 0),
    silence,
    decodeErrors: log.errors(),
  };
  const path = context.artefact(ARTEFACTS.loudness.name, ARTEFACTS.loudness.mediaType);
  await writeFile(path, JSON.stringify({ interval_s: 1, short_term_lufs: programme.series() }));
  return { value: { integrated_lufs: document.integrated_lufs }, document };
};

async function decodeAudio(
  context: StepContext,
  plan: ProbeDocument,
  streamIndex: number,
  onMetadata: (line: string) => void,
  onLog: (line: string) => void,
): Promise<void> {
  const input = { path: context.input.path, demuxer: plan.sniffed.demuxer, demuxers: DEMUXERS };
  let rest = '';
  const exit = await context.child({
    title: 'ffmpeg loudness',
    pipeline: [
      {
        argv: [
          ...([context.tools.ffmpeg, ...ffmpegArguments('info')] as const),
          ...[
            '-vn',
            '-sn',
            '-dn',
            ...decoderArguments(),
            ...demuxerArguments(input),
            '-copyts',
            '-i',
            fileArgument(input),
          ],
          ...[
            '-map',
            `0:${streamIndex}`,
            '-af',
            `${SILENCE},${LOUDNESS},ametadata=mode=print:file=pipe\\\\:1`,
          ],
          ...['-f', 'null', '-'],
        ],
      },
    ],
    directory: context.directory,
    readable: [context.input.path],
    limits: DECODER_LIMITS,
    onStdout: (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onMetadata);
    },
    onStderrLine: onLog,
  });
  throwIfKilled(exit, 'ffmpeg');
  onMetadata(rest);
}

/** What only the summary at the end says. */
interface Summary {
  readonly threshold: number | null;
  readonly true_peak: number | null;
  readonly sample_peak: number | null;
}

/** Follows the metadata of the 100 ms blocks: keeps the last values, the largest ones, and a series at 1 Hz. */
function loudnessReader(origin: number, onSecond: (seconds: number) => void) {
  const last = new Map<string, number>();
  const series: (number | null)[] = [];
  let [time, momentaryMax, shortTermMax] = [0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const block = (seconds: number): void => {
    time = seconds;
    if (Math.floor(seconds) > series.length - 1) {
      series.push(lufs(last.get('S')));
      onSecond(seconds);
    }
  };
  return {
    line(line: string): void {
      const frame = /^frame:\d+\s+pts:\S+\s+pts_time:(\S+)/.exec(line);
      if (frame) return block((finite(frame[1]) ?? time + origin) - origin);
      const entry = /^lavfi\.r128\.([A-Za-z_.]+)=(.+)$/.exec(line);
      const value = entry ? finite(entry[2]) : null;
      if (!entry || value === null) return;
      last.set(entry[1] as string, value);
      if (entry[1] === 'M') momentaryMax = Math.max(momentaryMax, value);
      if (entry[1] === 'S') shortTermMax = Math.max(shortTermMax, value);
    },
    duration: (): number => (last.size > 0 ? time + BLOCK_S : 0),
    series: (): readonly (number | null)[] => series,
    result(summary: Summary) {
      const integrated = integratedOf(last.get('I') ?? null);
      const range = integrated === null ? () => null : (name: string) => last.get(name) ?? null;
      return {
        duration_s: rounded(last.size > 0 ? time + BLOCK_S : 0),
        integrated_lufs: integrated,
        lra_lu: range('LRA'),
        lra_low_lufs: range('LRA.low'),
        lra_high_lufs: range('LRA.high'),
        threshold_lufs: integrated === null ? null : summary.threshold,
        momentary_max_lufs: lufs(momentaryMax),
        short_term_max_lufs: lufs(shortTermMax),
        true_peak_dbtp: decibels(last.get('true_peak'), summary.true_peak),
        sample_peak_dbfs: decibels(last.get('sample_peak'), summary.sample_peak),
      };
    },
  };
}

const BLOCK_S = 0.1;

/** ffmpeg's floor of -120.7 means that there was nothing to measure. */
function lufs(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) || value <= -120 ? null : rounded(value, 3);
}

function decibels(linear: number | undefined, printed: number | null): number | null {
  if (linear !== undefined && linear >= FINE_LINEAR_PEAK) return rounded(20 * Math.log10(linear), 3);
  return printed;
}

/**
 * Reads ffmpeg's log: silences, the summary at the end, errors. The log also shows the file's own tags, so a line
 * counts only with the name of the filter before it, or after the heading of the summary.
 */
function logReader(origin: number) {
  const starts: number[] = [];
  const silences: Segment[] = [];
  const found: { -readonly [Key in keyof Summary]: Summary[Key] } = {
    threshold: null,
    true_peak: null,
    sample_peak: null,
  };
  let [errors, section, inSummary] = [0, '', false];
  return {
    line(line: string): void {
      const silence = /^\[silencedetect @ \S+\] silence_(start|end): (-?[\d.]+)/.exec(line);
      const at = Number(silence?.[2]) - origin;
      if (silence?.[1] === 'start') starts.push(at);
      else if (silence) silences.push(segment(starts.pop() ?? 0, at));
      if (/^\[Parsed_ebur128_\d+ @ \S+\] Summary:/.test(line)) inSummary = true;
      if (/Error submitting packet|[Ee]rror while decoding|Invalid data found/.test(line)) errors++;
      if (!inSummary) return;
      section =
        /^\s*(Integrated loudness|Loudness range|Sample peak|True peak):\s*$/.exec(line)?.[1] ?? section;
      const entry = /^\s*(Threshold|Peak):\s+(\S+)/.exec(line);
      if (entry?.[1] === 'Threshold' && section === 'Integrated loudness') found.threshold = finite(entry[2]);
      if (entry?.[1] === 'Peak')
        found[section === 'True peak' ? 'true_peak' : 'sample_peak'] = finite(entry[2]);
    },
    errors: (): number => errors,
    summary: (): Summary => found,
    /** A silence that lasts to the end is closed by ffmpeg; if it was cut off, the end of the track closes it. */
    silence: (end: number): readonly Segment[] => [
      ...silences,
      ...starts.map((start) => segment(start, end)),
    ],
  };
}
