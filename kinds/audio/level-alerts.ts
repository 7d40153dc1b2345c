/** Alerts about levels, channels and spectrum. */
import { alert } from '../alert.ts';
import type { Rule } from './alerts.ts';
import { STEREO } from './stereo.ts';

const LIMITS = {
  /** A shorter sound need not swing around anything. */
  dcOffsetSeconds: 0.1,
  dcOffset: 0.01,
  /** Share of a track that is silent through and through. */
  silentShare: 0.99,
  longSilenceSeconds: 5,
} as const;

export const LEVEL_RULES: readonly Rule[] = [
  ({ audio: { levels } }) => {
    const { clipped_runs: runs, clipped_samples: samples, longest_clipped_run: longest } = levels.overall;
    return runs > 0
      ? alert(
          'CLIPPING',
          'warning',
          `${samples} samples stand at full scale or above, up to ${longest} in a row.`,
          { value: runs, threshold: 0 },
        )
      : null;
  },
  ({ audio: { levels, track } }) => {
    const offset = levels.overall.dc_offset;
    const worst = levels.channels.findIndex((one) => one.dc_offset === offset);
    return Math.abs(offset) > LIMITS.dcOffset && track.duration_measured_s >= LIMITS.dcOffsetSeconds
      ? alert(
          'DC_OFFSET',
          'warning',
          'The sound does not swing around zero: it clips early and clicks at cuts.',
          {
            where: `channel ${Math.max(0, worst)}`,
            value: offset,
            threshold: LIMITS.dcOffset,
          },
        )
      : null;
  },
  ({ audio }) =>
    isSilent(audio)
      ? alert('SILENT', 'warning', 'The track is silent.', {
          value: audio.silence_ratio,
          threshold: LIMITS.silentShare,
        })
      : null,
  ({ audio }) => {
    const longest = audio.silence.toSorted((a, b) => b.duration_s - a.duration_s)[0];
    if (!longest || longest.duration_s < LIMITS.longSilenceSeconds || isSilent(audio)) return null;
    return alert('LONG_SILENCE', 'info', `Nothing is heard for ${longest.duration_s.toFixed(1)} s.`, {
      where: `${longest.start_s} s`,
      value: longest.duration_s,
      threshold: LIMITS.longSilenceSeconds,
    });
  },
  ({ audio: { levels } }) =>
    levels.dead_channels.map((channel) =>
      alert('DEAD_CHANNEL', 'warning', `Channel ${channel} is silent while others sound.`, {
        where: `channel ${channel}`,
        value: levels.channels[channel]?.rms_db ?? null,
        threshold: STEREO.dead_below_db,
      }),
    ),
  ({ audio: { stereo } }) =>
    stereo?.phase_inverted
      ? alert('PHASE_INVERTED', 'warning', 'The channels are opposites: played in mono the sound vanishes.', {
          value: stereo.mid_db ?? stereo.correlation,
          threshold: STEREO.inverted_below_db,
        })
      : null,
  ({ audio: { stereo } }) =>
    stereo?.dual_mono
      ? alert('DUAL_MONO', 'info', 'Both channels are the same: it is mono in two channels.', {
          value: stereo.side_db ?? stereo.correlation,
          threshold: STEREO.dual_mono_below_db,
        })
      : null,
  ({ audio: { spectrum, track } }) => {
    const { hint, edge } = spectrum;
    if (!hint || !edge) return null;
    const where = { value: edge.frequency_hz, threshold: track.rate_hz / 2 };
    return hint.is === 'upsampled'
      ? alert(
          'UPSAMPLED',
          'info',
          `The spectrum ends at ${edge.frequency_hz} Hz, as that of sound of ${hint.from_rate_hz} Hz does.`,
          where,
        )
      : alert(
          'LOSSY_TRANSCODE',
          'warning',
          `The spectrum ends at ${edge.frequency_hz} Hz, as lossy encoders cut it; the file is lossless.`,
          where,
        );
  },
];

function isSilent({ levels, silence_ratio }: Parameters<Rule>[0]['audio']): boolean {
  return levels.overall.peak_db === null || silence_ratio >= LIMITS.silentShare;
}
