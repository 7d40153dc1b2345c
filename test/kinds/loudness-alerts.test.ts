import { expect, test } from 'vitest';
import { LOUDNESS_RULES } from '../../kinds/audio/loudness-alerts.ts';
import type { AudioResult } from '../../kinds/audio/result.ts';

/** Codes with the target that they are about, for a track as loud as that. */
function codesAt(integrated_lufs: number | null): readonly string[] {
  const loudness = { integrated_lufs, true_peak_dbtp: -3 };
  const evidence = { cutOff: false, complaints: [] };
  const result = { audio: { loudness } } as AudioResult;
  return LOUDNESS_RULES.flatMap((rule) => rule(result, evidence) ?? []).map(
    ({ code, where }) => `${code} ${where}`,
  );
}

test('an ordinary song or recording is neither loud nor quiet, whichever target it was made for', () => {
  for (const lufs of [-13.5, -14, -15.4, -16, -17.7, -20, -22.8, -23]) expect(codesAt(lufs)).toEqual([]);
});

test('a track beyond every target is said to be so once, against the nearest', () => {
  expect(codesAt(-8)).toEqual(['LOUD streaming']);
  expect(codesAt(-26.1)).toEqual(['QUIET ebu_r128']);
  expect(codesAt(null)).toEqual([]);
});
