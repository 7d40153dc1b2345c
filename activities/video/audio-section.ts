import type { AudioResult } from '../../kinds/video/result.ts';
import { loudnessSection, silenceSection } from '../sound/section.ts';
import { ARTEFACTS, type AudioDocument } from './documents.ts';

export function audioSection(audio: AudioDocument): AudioResult {
  return {
    stream_index: audio.streamIndex,
    duration_measured_s: audio.duration_s,
    loudness: loudnessSection(audio, audio.duration_s, ARTEFACTS.loudness.name),
    ...silenceSection(audio.silence, { start_s: 0, end_s: audio.duration_s }, SILENCE),
  };
}

export const SILENCE = { noise_db: -50, min_duration_s: 0.5 } as const;
