/** The headline of a result, and what else one wants to know at once. */
import { counted } from '../counted.ts';
import type { AudioResult, AudioSections } from './result.ts';

export function summaryOf(audio: AudioSections): AudioResult['summary'] {
  const { track, loudness, speech, spectrum, transcript } = audio;
  const layout = track.layout ?? counted(track.channels, 'channel');
  const loud =
    loudness.integrated_lufs === null
      ? audio.levels.overall.peak_db === null
        ? 'silent'
        : 'no loudness'
      : `${loudness.integrated_lufs.toFixed(1)} LUFS`;
  const spoken =
    speech.speech_s === null
      ? []
      : [speech.speech_s === 0 ? 'no speech' : `${speech.speech_s.toFixed(1)} s of speech`];
  const peak = loudness.true_peak_dbtp;
  return {
    headline: [
      `${track.duration_measured_s.toFixed(1)} s`,
      `${track.codec ?? 'audio'} ${layout} at ${track.rate_hz / 1000} kHz`,
      loud,
      ...spoken,
    ].join(', '),
    facts: [
      ...(peak === null ? [] : [`true peak ${peak.toFixed(1)} dBTP`]),
      ...(loudness.lra_lu === null ? [] : [`loudness range ${loudness.lra_lu.toFixed(1)} LU`]),
      `${counted(audio.silence_count, 'silent part')}, ${Math.round(audio.silence_ratio * 100)} % of the track`,
      ...(transcript?.status === 'ok' ? [`${counted(transcript.word_count, 'word')} written down`] : []),
      ...(spectrum.bandwidth_hz === null ? [] : [`bandwidth ${Math.round(spectrum.bandwidth_hz)} Hz`]),
    ],
  };
}
