/** Alerts about the sound. */
import { alert, type Rule, THRESHOLDS } from './alert-rule.ts';
import type { AudioResult } from './result.ts';

/** Not by the loudness: sound that is too short for one may be heard well. */
export function isSilent({ duration_measured_s, loudness, silence_ratio }: AudioResult): boolean {
  const peak = loudness.sample_peak_dbfs;
  // What does not decode may sound elsewhere.
  if (duration_measured_s === 0) return false;
  return silence_ratio >= THRESHOLDS.silentShare || peak === null || peak < THRESHOLDS.silentPeakDbfs;
}

export const SOUND_RULES: readonly Rule[] = [
  ({ video }) => (video.audio ? null : alert('NO_AUDIO', 'info', 'The file has no audio track.')),
  ({ video }) => {
    if (!video.audio) return null;
    return isSilent(video.audio)
      ? alert('SILENT_AUDIO', 'warning', 'The audio track is silent.', {
          value: video.audio.silence_ratio,
          threshold: THRESHOLDS.silentShare,
        })
      : null;
  },
  ({ video }, { sound }) => {
    if (!sound || (sound.decodes && sound.errors === 0)) return null;
    const message = sound.decodes
      ? `The decoder reported ${sound.errors} errors in the sound; parts may be missing or damaged.`
      : 'Nothing of the audio track decodes: it was not analysed.';
    const where = `stream ${video.audio?.stream_index}`;
    return alert('DECODE_ERRORS', 'warning', message, { where, value: sound.errors, threshold: 0 });
  },
  ({ video }, { sound }) => {
    const last = sound?.lastPartSeconds ?? null;
    return video.audio && last !== null
      ? alert(
          'FORMAT_CHANGES',
          'warning',
          'The sound changes its format on the way: the loudness is that of its last part alone.',
          { value: last, threshold: video.audio.duration_measured_s },
        )
      : null;
  },
  ({ video }) => {
    const integrated = video.audio?.loudness.integrated_lufs ?? null;
    if (integrated === null) return null;
    if (integrated > THRESHOLDS.loudLufs) {
      return alert(
        'LOUD',
        'info',
        `The sound is louder (${integrated.toFixed(1)} LUFS) than streaming platforms play it.`,
        {
          value: integrated,
          threshold: THRESHOLDS.loudLufs,
        },
      );
    }
    return integrated < THRESHOLDS.quietLufs
      ? alert(
          'QUIET',
          'info',
          `The sound is quieter (${integrated.toFixed(1)} LUFS) than broadcasters ask for.`,
          {
            value: integrated,
            threshold: THRESHOLDS.quietLufs,
          },
        )
      : null;
  },
  ({ video }) => {
    const peak = video.audio?.loudness.true_peak_dbtp ?? null;
    return peak !== null && peak > THRESHOLDS.truePeakDbtp
      ? alert(
          'TRUE_PEAK',
          'warning',
          `The true peak of ${peak.toFixed(1)} dBTP will clip in players and encoders.`,
          {
            value: peak,
            threshold: THRESHOLDS.truePeakDbtp,
          },
        )
      : null;
  },
  ({ video }) => {
    if (!video.audio) return null;
    const difference = Math.abs(video.audio.duration_measured_s - video.container.duration_measured_s);
    return difference > THRESHOLDS.audioVideoSeconds
      ? alert(
          'AV_DURATION_MISMATCH',
          'warning',
          `Sound and picture differ in length by ${difference.toFixed(2)} s.`,
          {
            value: Math.round(difference * 1000) / 1000,
            threshold: THRESHOLDS.audioVideoSeconds,
          },
        )
      : null;
  },
];
