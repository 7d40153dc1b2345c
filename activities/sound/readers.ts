/** Reads what ffmpeg's loudness and silence filters say: metadata of 100 ms blocks, and a log. */
import { rounded, type Segment, segment } from '../../kinds/segment.ts';
import { integratedOf } from '../../kinds/sound/loudness.ts';
import { finite } from '../ffmpeg/metadata-file.ts';

/** Under this a linear peak of three decimals is coarser than a tenth of a decibel. */
const FINE_LINEAR_PEAK = 0.1;

/** So many values over 3 s there must be for a loudness range: of fewer ffmpeg takes the gate for the lowest. */
const LEAST_RANGE_BLOCKS = 5;
const GATE_LUFS = -70;

/** What only the summary at the end says. */
export interface Summary {
  readonly threshold: number | null;
  readonly true_peak: number | null;
  readonly sample_peak: number | null;
}

/** Follows the metadata of the 100 ms blocks: keeps the last values, the largest ones, and a series at 1 Hz. */
export function loudnessReader(origin: number, onSecond: (seconds: number) => void) {
  const last = new Map<string, number>();
  const series: (number | null)[] = [];
  let [time, momentaryMax, shortTermMax] = [0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [start, rangeBlocks, restarted] = [null as number | null, 0, false];
  const block = (seconds: number): void => {
    time = seconds;
    start ??= seconds;
    if (Math.floor(seconds) > series.length - 1) {
      series.push(lufs(last.get('S')));
      onSecond(seconds);
    }
  };
  return {
    line(line: string): void {
      const frame = /^frame:(\d+)\s+pts:\S+\s+pts_time:(\S+)/.exec(line);
      // Where the format of the sound changes, the filters begin anew.
      if (frame?.[1] === '0' && start !== null) [start, restarted] = [null, true];
      if (frame) return block((finite(frame[2]) ?? time + origin) - origin);
      const entry = /^lavfi\.r128\.([A-Za-z_.]+)=(.+)$/.exec(line);
      const value = entry ? finite(entry[2]) : null;
      if (!entry || value === null) return;
      last.set(entry[1] as string, value);
      if (entry[1] === 'M') momentaryMax = Math.max(momentaryMax, value);
      if (entry[1] !== 'S') return;
      shortTermMax = Math.max(shortTermMax, value);
      if (value > GATE_LUFS) rangeBlocks++;
    },
    end: (): number => (start === null ? 0 : time + BLOCK_S),
    /** Whether the sound changed its format on the way: loudness is that of what came after. */
    restarted: (): boolean => restarted,
    series: (): readonly (number | null)[] => series,
    result: (summary: Summary) =>
      programmeOf(last, { start, time, momentaryMax, shortTermMax, rangeBlocks }, summary),
  };
}

export const BLOCK_S = 0.1;

/** Loudness of a whole programme; null for what there was nothing to measure of. */
export interface Programme {
  readonly integrated_lufs: number | null;
  readonly threshold_lufs: number | null;
  readonly lra_lu: number | null;
  readonly lra_low_lufs: number | null;
  readonly lra_high_lufs: number | null;
  readonly momentary_max_lufs: number | null;
  readonly short_term_max_lufs: number | null;
  readonly true_peak_dbtp: number | null;
  readonly sample_peak_dbfs: number | null;
}

/** The values of the whole programme are those of its last block. */
function programmeOf(
  last: ReadonlyMap<string, number>,
  seen: Readonly<Record<'time' | 'momentaryMax' | 'shortTermMax' | 'rangeBlocks', number>> & {
    readonly start: number | null;
  },
  summary: Summary,
): Programme & { readonly end_s: number; readonly measured_s: number } {
  const integrated = integratedOf(last.get('I') ?? null);
  const ranged = integrated !== null && seen.rangeBlocks >= LEAST_RANGE_BLOCKS;
  const range = (name: string): number | null => (ranged ? (last.get(name) ?? null) : null);
  return {
    end_s: rounded(seen.start === null ? 0 : seen.time + BLOCK_S),
    measured_s: rounded(seen.start === null ? 0 : Math.max(0, seen.time + BLOCK_S - seen.start)),
    integrated_lufs: integrated,
    lra_lu: range('LRA'),
    lra_low_lufs: range('LRA.low'),
    lra_high_lufs: range('LRA.high'),
    threshold_lufs: integrated === null ? null : summary.threshold,
    momentary_max_lufs: lufs(seen.momentaryMax),
    short_term_max_lufs: lufs(seen.shortTermMax),
    true_peak_dbtp: decibels(last.get('true_peak'), summary.true_peak),
    sample_peak_dbfs: decibels(last.get('sample_peak'), summary.sample_peak),
  };
}

/** ffmpeg's floor of -120.7 means that there was nothing to measure. */
function lufs(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) || value <= -120 ? null : rounded(value, 3);
}

function decibels(linear: number | undefined, printed: number | null): number | null {
  if (linear !== undefined && linear >= FINE_LINEAR_PEAK) return rounded(20 * Math.log10(linear), 3);
  return printed;
}

export type LogReader = ReturnType<typeof logReader>;

/**
 * Reads ffmpeg's log: silences, the summary at the end, errors. The log also shows the file's own tags, so a line
 * counts only with the name of the filter before it, or after the heading of the summary.
 */
export function logReader(origin: number) {
  const starts: number[] = [];
  const silences: Segment[] = [];
  const found: { -readonly [Key in keyof Summary]: Summary[Key] } = {
    threshold: null,
    true_peak: null,
    sample_peak: null,
  };
  let [errors, section, inSummary, unplaced] = [0, '', false, false];
  return {
    line(line: string): void {
      const silence = /^\[silencedetect @ \S+\] silence_(start|end): (-?[\d.]+)/.exec(line);
      const at = Number(silence?.[2]) - origin;
      if (silence?.[1] === 'start') starts.push(at);
      else if (silence) silences.push(segment(starts.pop() ?? 0, at));
      if (/^\[Parsed_ebur128_\d+ @ \S+\] Summary:/.test(line)) inSummary = true;
      const peak = /^\[Parsed_astats_\d+ @ \S+\] Peak level dB: (\S+)/.exec(line);
      if (peak) found.sample_peak = finite(peak[1]);
      if (/^\[\S+ @ \S+\] Cannot select channel layout/.test(line)) unplaced = true;
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
    /** False where nothing came out of the decoder: then the filters have nothing to sum up. */
    heard: (): boolean => inSummary || found.sample_peak !== null,
    /** The filters refused the sound: of more channels than one they want to know where they stand. */
    unplaced: (): boolean => unplaced,
    summary: (): Summary => found,
    /** A silence that lasts to the end is closed by ffmpeg; if it was cut off, the end of the track closes it. */
    silence: (end: number): readonly Segment[] => [
      ...silences,
      ...starts.map((start) => segment(start, Math.max(start, end))),
    ],
  };
}
