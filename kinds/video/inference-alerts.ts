/** Alerts about speech and on-screen text. */
import { alert, type Judged, type Rule, THRESHOLDS } from './alert-rule.ts';
import type { VideoAlert } from './result.ts';

export const INFERENCE_RULES: readonly Rule[] = [
  ({ video }) => skipped('video.speech', 'Nobody listened for speech', video.speech),
  ({ video }) => skipped('video.text', 'The text on the keyframes was not read', video.text),
  ({ video }) => skipped('video.transcript', 'What is said was not written down', video.transcript),
  ({ video }) => skipped('video.objects', 'Nothing was looked for on the keyframes', video.objects),
  ({ video }) => unreadable('video.text', video.text),
  ({ video }) => unreadable('video.objects', video.objects),
  ({ video }, { speechCutShortSeconds }) =>
    speechCutShortSeconds === null
      ? null
      : alert('SPEECH_CUT_SHORT', 'warning', 'The audio track is longer than what was searched for speech.', {
          where: 'video.speech',
          value: video.audio?.duration_measured_s ?? null,
          threshold: speechCutShortSeconds,
        }),
  persistentText,
];

type Section = Judged['video']['speech' | 'text' | 'transcript' | 'objects'];

function skipped(step: string, what: string, section: Section): VideoAlert | null {
  return section?.status === 'skipped'
    ? alert('STEP_SKIPPED', 'warning', `${what}: ${section.hint}`, { where: step, value: section.reason })
    : null;
}

function unreadable(step: string, section: Judged['video']['text' | 'objects']): VideoAlert | null {
  const count = section?.status === 'ok' ? section.keyframes_unreadable : 0;
  if (count === 0) return null;
  const message = `${count} keyframes could not be opened to ${step === 'video.text' ? 'read' : 'look at'} them.`;
  return alert('KEYFRAMES_UNREADABLE', 'warning', message, { where: step, value: count, threshold: 0 });
}

/** Judged by what stands inline: a video with more than 300 texts is not one with a logo alone. */
function persistentText({ video }: Judged): VideoAlert | null {
  if (video.text?.status !== 'ok') return null;
  const { spans, keyframes_read: keyframes } = video.text;
  const longest = spans?.toSorted((a, b) => b.sightings - a.sightings)[0];
  const limit = Math.max(THRESHOLDS.persistentKeyframes, keyframes * THRESHOLDS.persistentShare);
  if (!longest || longest.sightings < limit) return null;
  return alert(
    'PERSISTENT_TEXT',
    'info',
    `One text stays over ${longest.sightings} of ${keyframes} keyframes, as a logo or a watermark does.`,
    { where: `${longest.first_seen_s} s`, value: longest.sightings, threshold: Math.ceil(limit) },
  );
}
