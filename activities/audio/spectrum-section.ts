import { BANDWIDTH, bandwidthOf, edgeOf, hintOf, isLossless } from '../../kinds/audio/bandwidth.ts';
import type { AudioSections } from '../../kinds/audio/result.ts';
import { rounded } from '../../kinds/segment.ts';
import { ARTEFACTS, type ProbeDocument, type SpectrumDocument } from './documents.ts';

const OVERVIEW_PARTS = 100;

export function spectrumSection(
  { measured }: SpectrumDocument,
  plan: ProbeDocument,
): AudioSections['spectrum'] {
  const { rate_hz } = plan.decoded;
  const { centroid, flatness, mean_power } = measured.spectrum;
  const spectrum = { power: mean_power, rate_hz };
  const edge = edgeOf(spectrum);
  const picture = measured.spectrogram;
  return {
    bandwidth_hz: bandwidthOf(spectrum),
    edge,
    hint: hintOf(edge, rate_hz, isLossless(plan.stream.codec_name ?? null)),
    centroid_hz: centroid === null ? null : rounded((centroid * rate_hz) / measured.frame_samples, 2),
    flatness: flatness === null ? null : rounded(flatness, 6),
    detector: {
      name: 'mean power of Hann frames, all channels',
      frame_samples: measured.frame_samples,
      hop_samples: measured.hop_samples,
      ...BANDWIDTH,
    },
    spectrogram: picture && {
      uri: ARTEFACTS.spectrogram.name,
      width_px: picture.width_px,
      height_px: picture.height_px,
      column_s: rounded(picture.column_samples / rate_hz),
      min_hz: 0,
      max_hz: rate_hz / 2,
      range_db: picture.range_db,
    },
  };
}

export function waveformSection(
  { measured }: SpectrumDocument,
  plan: ProbeDocument,
): AudioSections['waveform'] {
  const { min, max, part_samples } = measured.waveform;
  const peaks = max.map((high, part) => Math.max(Math.abs(high), Math.abs(min[part] ?? 0)));
  const parts = Math.min(OVERVIEW_PARTS, peaks.length);
  return {
    uri: ARTEFACTS.waveform.name,
    interval_s: rounded(part_samples / plan.decoded.rate_hz, 9),
    points: peaks.length,
    overview: Array.from({ length: parts }, (_, part) => {
      const from = Math.floor((part * peaks.length) / parts);
      return Math.max(...peaks.slice(from, Math.floor(((part + 1) * peaks.length) / parts)));
    }),
  };
}
