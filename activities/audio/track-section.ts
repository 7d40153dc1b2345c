import { isLossless } from '../../kinds/audio/bandwidth.ts';
import type { AudioSections } from '../../kinds/audio/result.ts';
import { layoutOf } from '../sound/layout.ts';
import type { LevelsDocument, ProbeDocument } from './documents.ts';

export function trackSection(
  plan: ProbeDocument,
  levels: LevelsDocument,
  number: number,
): AudioSections['track'] {
  const { stream, decoded } = plan;
  const codec = stream.codec_name ?? null;
  return {
    stream_index: stream.index,
    number,
    of: plan.tracks,
    codec,
    lossless: isLossless(codec),
    start_s: plan.start_s,
    duration_declared_s: plan.declared_s,
    duration_measured_s: levels.duration_s,
    rate_hz: decoded.rate_hz,
    channels: decoded.channels,
    layout: layoutOf(decoded),
    sample_format: decoded.sample_format,
    decode_errors: levels.decodeErrors,
  };
}
