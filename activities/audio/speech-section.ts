import type { AudioSections } from '../../kinds/audio/result.ts';
import { CANCELLED_BELOW_DB } from '../../kinds/audio/speech-mix.ts';
import { rounded } from '../../kinds/segment.ts';
import { ARTEFACTS, type ProbeDocument, type SpeechDocument } from './documents.ts';

const INLINE_SEGMENTS = 300;

type Speech = AudioSections['speech'];

/** Times of the detector begin at the first sample; those of the result at the container's start. */
export function speechSection(
  { outcome, mix, threshold }: SpeechDocument,
  { start_s }: ProbeDocument,
  durationSeconds: number,
): Speech {
  const channels: Speech['channels'] = mix && { ...mix, cancelled_below_db: CANCELLED_BELOW_DB };
  const detector = { name: 'silero-vad', params: { threshold, rate_hz: 16_000 } };
  if (outcome.status === 'skipped') {
    const { status, reason, hint } = outcome;
    return { ...NOTHING, status, reason, hint, channels, detector };
  }
  const segments = outcome.segments.map((one) => ({
    start_s: rounded(one.start_s + start_s, 3),
    end_s: rounded(one.end_s + start_s, 3),
    probability: Number.isFinite(one.probability) ? one.probability : null,
  }));
  return {
    status: 'ok',
    reason: null,
    hint: null,
    segments: segments.length > INLINE_SEGMENTS ? null : segments,
    segment_count: segments.length,
    uri: ARTEFACTS.speech.name,
    speech_s: rounded(outcome.speech_s, 3),
    ratio: durationSeconds > 0 ? rounded(Math.min(1, outcome.speech_s / durationSeconds), 4) : 0,
    channels,
    detector,
    model: outcome.model,
    provider: outcome.provider,
    provider_reason: outcome.provider_note,
    inference_s: rounded(outcome.inference_s, 3),
  };
}

const NOTHING = {
  segments: null,
  segment_count: null,
  uri: null,
  speech_s: null,
  ratio: null,
  model: null,
  provider: null,
  provider_reason: null,
  inference_s: null,
} as const;
