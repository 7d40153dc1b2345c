import type { AudioResult } from '../../kinds/video/result.ts';
import { rounded } from '../../kinds/segment.ts';
import { loudnessSection, silenceSection } from '../sound/section.ts';
import { ARTEFACTS, type AudioDocument, type ProbeDocument } from './documents.ts';
import { startOfTrack } from './loudest-channel.ts';

export function audioSection(audio: AudioDocument, plan: ProbeDocument): AudioResult {
  const start_s = Math.max(0, startOfTrack(plan, audio.streamIndex));
  const end_s = audio.duration_s;
  const duration = rounded(Math.max(0, end_s - start_s));
  return {
    stream_index: audio.streamIndex,
    duration_measured_s: duration,
    loudness: loudnessSection(audio, duration, ARTEFACTS.loudness.name, audio.unweighted),
    ...silenceSection(audio.silence, { start_s, end_s }, SILENCE),
  };
}

export const SILENCE = { noise_db: -50, min_duration_s: 0.5 } as const;
