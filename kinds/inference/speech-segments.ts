/**
 * From the probability of speech in each window to segments, as Silero's own get_speech_timestamps does it by default:
 * speech begins at `threshold` and ends when it stays below `threshold - 0.15` for 100 ms; what is shorter than 250 ms
 * is dropped; 30 ms are added on both sides, as far as neighbours leave room. Pure.
 */
export const WINDOW_SAMPLES = 512;
export const SPEECH_RATE_HZ = 16_000;

const DEFAULTS = {
  threshold: 0.5,
  hysteresis: 0.15,
  least_speech_ms: 250,
  least_silence_ms: 100,
  padding_ms: 30,
} as const;

/** What decides about segments, as results state it. */
export interface SpeechParams {
  readonly threshold: number;
  /** So much below the threshold speech ends. */
  readonly hysteresis: number;
  readonly least_speech_ms: number;
  readonly least_silence_ms: number;
  readonly padding_ms: number;
}

export function speechParams(threshold: number = DEFAULTS.threshold): SpeechParams {
  return { ...DEFAULTS, threshold };
}

export interface FoundSegment {
  readonly start_s: number;
  readonly end_s: number;
  readonly probability: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const PER_MS = SPEECH_RATE_HZ / 1_000;

/** `samples` is the length of the track. */
export function speechSegments(
  probabilities: Float32Array,
  samples: number,
  params: SpeechParams = speechParams(),
): readonly FoundSegment[] {
  return padded(spans(probabilities, samples, params), samples, params).map(({ from, to }) => ({
    start_s: seconds(from),
    end_s: seconds(to),
    probability: meanOf(probabilities, from, to),
  }));
}

function spans(probabilities: Float32Array, samples: number, params: SpeechParams): readonly Span[] {
  const { threshold } = params;
  const low = Math.max(threshold - params.hysteresis, 0.01);
  const leastSpeech = params.least_speech_ms * PER_MS;
  const leastSilence = params.least_silence_ms * PER_MS;
  const found: Span[] = [];
  let from: number | null = null;
  let quietFrom: number | null = null;
  for (const [index, probability] of probabilities.entries()) {
    const at = index * WINDOW_SAMPLES;
    if (probability >= threshold) {
      quietFrom = null;
      from ??= at;
      continue;
    }
    if (from === null || probability >= low) continue;
    quietFrom ??= at;
    if (at - quietFrom < leastSilence) continue;
    if (quietFrom - from > leastSpeech) found.push({ from, to: quietFrom });
    from = null;
    quietFrom = null;
  }
  if (from !== null && samples - from > leastSpeech) found.push({ from, to: samples });
  return found;
}

function padded(found: readonly Span[], samples: number, { padding_ms }: SpeechParams): readonly Span[] {
  const padding = padding_ms * PER_MS;
  return found.map(({ from, to }, index) => {
    const before = found[index - 1];
    const after = found[index + 1];
    const room = (gap: number): number => (gap < 2 * padding ? Math.floor(gap / 2) : padding);
    return {
      from: before ? from - room(from - before.to) : Math.max(0, from - padding),
      to: after ? to + room(after.from - to) : Math.min(samples, to + padding),
    };
  });
}

function seconds(samples: number): number {
  return Math.round((samples / SPEECH_RATE_HZ) * 1_000) / 1_000;
}

function meanOf(probabilities: Float32Array, from: number, to: number): number {
  const windows = probabilities.subarray(Math.floor(from / WINDOW_SAMPLES), Math.ceil(to / WINDOW_SAMPLES));
  let sum = 0;
  for (const probability of windows) sum += probability;
  return Math.round((sum / Math.max(1, windows.length)) * 1_000) / 1_000;
}
