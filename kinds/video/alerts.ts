/** What deserves attention in a video. Each alert says its value and the threshold that it crossed. */
import type { AlertEvidence, Judged } from './alert-rule.ts';
import { FILE_RULES } from './file-alerts.ts';
import { INFERENCE_RULES } from './inference-alerts.ts';
import { PICTURE_RULES } from './picture-alerts.ts';
import type { VideoAlert } from './result.ts';
import { SOUND_RULES } from './sound-alerts.ts';

export function alertsOf(result: Judged, evidence: AlertEvidence): readonly VideoAlert[] {
  return [...FILE_RULES, ...PICTURE_RULES, ...SOUND_RULES, ...INFERENCE_RULES]
    .map((rule) => rule(result, evidence))
    .filter((alert) => alert !== null);
}

/** Alerts that make a result partial: something that the file should hold was not analysed. */
export function isPartial(alerts: readonly VideoAlert[]): boolean {
  return alerts.some(({ code }) => LEFT_OUT.includes(code));
}

const LEFT_OUT: readonly string[] = [
  'TRUNCATED',
  'DECODE_ERRORS',
  'FORMAT_CHANGES',
  'STEP_SKIPPED',
  'KEYFRAMES_UNREADABLE',
  'SPEECH_CUT_SHORT',
];
