/**
 * Alerts about loudness. Targets differ by 9 LU, so that no track meets all of them: one is said to be loud or quiet
 * where that holds for every target. What each of them makes of it stands in `loudness.targets`.
 */
import { alert } from '../alert.ts';
import { LOUDNESS_TARGETS } from '../sound/loudness.ts';
import type { Rule } from './alerts.ts';

const TRUE_PEAK_DBTP = -1;

type Target = keyof typeof LOUDNESS_TARGETS;

/** The target that is nearest among those on one side of which all of them lie; null where one is met, or between two. */
function beyondAll(integrated: number): { readonly target: Target; readonly above: number } | null {
  const distances = (Object.keys(LOUDNESS_TARGETS) as Target[]).map((target) => ({
    target,
    above: integrated - LOUDNESS_TARGETS[target].target_lufs,
  }));
  const beyond = ({ target, above }: (typeof distances)[number]): boolean =>
    Math.abs(above) > LOUDNESS_TARGETS[target].tolerance_lu;
  const sides = new Set(distances.map(({ above }) => Math.sign(above)));
  if (sides.size !== 1 || !distances.every(beyond)) return null;
  return distances.toSorted((a, b) => Math.abs(a.above) - Math.abs(b.above))[0] ?? null;
}

export const LOUDNESS_RULES: readonly Rule[] = [
  ({ audio: { loudness } }) => {
    const integrated = loudness.integrated_lufs;
    if (integrated === null) return null;
    const found = beyondAll(integrated);
    if (found === null) return null;
    const { target, above } = found;
    const { target_lufs, tolerance_lu } = LOUDNESS_TARGETS[target];
    const [code, more, threshold] =
      above > 0
        ? (['LOUD', 'more', target_lufs + tolerance_lu] as const)
        : (['QUIET', 'less', target_lufs - tolerance_lu] as const);
    const message = `${integrated.toFixed(1)} LUFS are ${Math.abs(above).toFixed(1)} LU ${more} than the nearest delivery target asks for.`;
    return alert(code, 'info', message, { where: target, value: integrated, threshold });
  },
  ({ audio: { loudness } }) => {
    const peak = loudness.true_peak_dbtp;
    return peak !== null && peak > TRUE_PEAK_DBTP
      ? alert(
          'TRUE_PEAK',
          'warning',
          `The true peak of ${peak.toFixed(1)} dBTP will clip in players and encoders.`,
          {
            value: peak,
            threshold: TRUE_PEAK_DBTP,
          },
        )
      : null;
  },
];
