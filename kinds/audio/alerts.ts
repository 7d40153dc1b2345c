/** What deserves attention in a track. Each alert says its value and the threshold that it crossed. */
import type { Alert } from '../envelope.ts';
import { FILE_RULES } from './file-alerts.ts';
import { LEVEL_RULES } from './level-alerts.ts';
import { LOUDNESS_RULES } from './loudness-alerts.ts';
import type { AudioResult } from './result.ts';

/** What alerts are judged by, beyond the result itself. */
export interface AlertEvidence {
  /** The file ends before what its header says. */
  readonly cutOff: boolean;
  readonly complaints: readonly string[];
}

export type Judged = Pick<AudioResult, 'resource' | 'audio'>;
export type Rule = (result: Judged, evidence: AlertEvidence) => Alert | null | readonly Alert[];

export function alertsOf(result: Judged, evidence: AlertEvidence): readonly Alert[] {
  return [...FILE_RULES, ...LEVEL_RULES, ...LOUDNESS_RULES].flatMap((rule) => rule(result, evidence) ?? []);
}

const PARTIAL: readonly string[] = [
  'TRUNCATED',
  'DECODE_ERRORS',
  'FORMAT_CHANGES',
  'SPEECH_SKIPPED',
  'TRANSCRIPT_SKIPPED',
];

/** Alerts that make a result partial: something that the file should hold was not analysed. */
export function isPartial(alerts: readonly Alert[]): boolean {
  return alerts.some(({ code }) => PARTIAL.includes(code));
}
