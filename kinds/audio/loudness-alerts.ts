/** Alerts about loudness, for each place that a track may be delivered to. */
import { alert } from '../alert.ts';
import { LOUDNESS_TARGETS } from '../sound/loudness.ts';
import type { Rule } from './alerts.ts';

const TRUE_PEAK_DBTP = -1;

type Target = keyof typeof LOUDNESS_TARGETS;
const NAMES: Readonly<Record<Target, string>> = {
  ebu_r128: 'broadcast',
  streaming: 'streaming',
  podcast: 'podcasts',
};

export const LOUDNESS_RULES: readonly Rule[] = [
  ({ audio: { loudness } }) => {
    const integrated = loudness.integrated_lufs;
    if (integrated === null) return null;
    return (Object.keys(LOUDNESS_TARGETS) as Target[]).flatMap((target) => {
      const { target_lufs, tolerance_lu } = LOUDNESS_TARGETS[target];
      const above = integrated - target_lufs;
      if (Math.abs(above) <= tolerance_lu) return [];
      const code = above > 0 ? 'LOUD' : 'QUIET';
      const message = `${integrated} LUFS are ${Math.abs(above).toFixed(1)} LU ${above > 0 ? 'more' : 'less'} than ${NAMES[target]} asks for.`;
      const threshold = above > 0 ? target_lufs + tolerance_lu : target_lufs - tolerance_lu;
      return [alert(code, 'info', message, { where: target, value: integrated, threshold })];
    });
  },
  ({ audio: { loudness } }) => {
    const peak = loudness.true_peak_dbtp;
    return peak !== null && peak > TRUE_PEAK_DBTP
      ? alert('TRUE_PEAK', 'warning', `The true peak of ${peak} dBTP will clip in players and encoders.`, {
          value: peak,
          threshold: TRUE_PEAK_DBTP,
        })
      : null;
  },
];
