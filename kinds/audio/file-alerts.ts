/** Alerts about the file: what it declares, and what it holds. */
import { alert } from '../alert.ts';
import type { Alert } from '../envelope.ts';
import type { AlertEvidence, Judged, Rule } from './alerts.ts';

const LIMITS = {
  /** Share and seconds by which what was measured may differ from what was declared. */
  durationShare: 0.02,
  durationSeconds: 0.25,
  /** Of a sample rate that carries no more than a telephone. */
  lowRateHz: 8_000,
} as const;

export const FILE_RULES: readonly Rule[] = [
  ({ resource }) =>
    resource.mismatch
      ? alert(
          'EXTENSION_MISMATCH',
          'warning',
          `The name ends in .${resource.declaredType}, the content is ${resource.detectedType.container}.`,
          { value: resource.declaredType ?? '', threshold: resource.detectedType.container },
        )
      : null,
  truncated,
  ({ audio: { track, container } }) => {
    const measured = track.duration_measured_s;
    const declared = Math.max(track.duration_declared_s ?? 0, container.duration_header_s ?? 0);
    if (declared === 0) return null;
    const far = declared > 2 * (measured + track.start_s) + 10;
    // A film's header tells of its pictures too: only a track's own length can be too short.
    const short = measured - (track.duration_declared_s ?? measured) > allowed(declared);
    return far || short
      ? alert(
          'DURATION_MISMATCH',
          'warning',
          'The header declares a duration that the track does not have.',
          {
            value: declared,
            threshold: measured,
          },
        )
      : null;
  },
  ({ audio }) =>
    audio.track.decode_errors > 0
      ? alert(
          'DECODE_ERRORS',
          'warning',
          `The decoder reported ${audio.track.decode_errors} errors; parts may be missing or damaged.`,
          { value: audio.track.decode_errors, threshold: 0 },
        )
      : null,
  ({ audio: { loudness, track } }) =>
    loudness.threshold_lufs !== null &&
    track.duration_measured_s - loudness.measured_s > allowed(track.duration_measured_s)
      ? alert(
          'FORMAT_CHANGES',
          'warning',
          'The sound changes its format on the way: the loudness is that of its last part alone.',
          { value: loudness.measured_s, threshold: track.duration_measured_s },
        )
      : null,
  ({ audio: { levels } }) => {
    const { nans, infinities } = levels.odd_samples;
    return nans + infinities > 0
      ? alert(
          'NOT_FINITE_SAMPLES',
          'warning',
          `${nans + infinities} samples are no finite numbers; their levels were measured as silence.`,
          { value: nans + infinities, threshold: 0 },
        )
      : null;
  },
  ({ audio: { track } }) =>
    track.rate_hz < LIMITS.lowRateHz
      ? alert('LOW_SAMPLE_RATE', 'info', `The sample rate of ${track.rate_hz} Hz carries little sound.`, {
          value: track.rate_hz,
          threshold: LIMITS.lowRateHz,
        })
      : null,
  ({ audio: { cover } }) =>
    cover.length > 0
      ? alert('COVER_ART', 'info', `The file carries ${cover.length === 1 ? 'a picture' : 'pictures'}.`, {
          where: `stream ${cover[0]?.stream_index}`,
          value: cover.length,
          threshold: 0,
        })
      : null,
  ({ audio: { speech } }) =>
    speech.status === 'skipped'
      ? alert('SPEECH_SKIPPED', 'warning', `Speech was not looked for: ${speech.reason}.`, {
          value: speech.reason,
        })
      : null,
  ({ audio: { transcript } }) =>
    transcript?.status === 'skipped'
      ? alert('TRANSCRIPT_SKIPPED', 'warning', `What is said was not written down: ${transcript.hint}`, {
          value: transcript.reason,
        })
      : null,
];

function allowed(seconds: number): number {
  return Math.max(LIMITS.durationSeconds, seconds * LIMITS.durationShare);
}

function truncated({ audio }: Judged, { cutOff, complaints }: AlertEvidence): Alert | null {
  const { duration_declared_s: declared, duration_measured_s: measured, start_s } = audio.track;
  const says = complaints.some((line) => /partial file|[Tt]runcat|ended prematurely/.test(line));
  const missing = (declared ?? 0) - measured - start_s;
  if (!cutOff && !says && missing <= allowed(declared ?? 0)) return null;
  return alert(
    'TRUNCATED',
    'warning',
    'The file ends before the sound that it declares: only what is there was analysed.',
    { value: measured, threshold: declared },
  );
}
