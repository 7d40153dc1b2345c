/** Bad input: typed and final, or analysed with the right alert; numbers are finite and nothing is left anywhere. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StepFailure } from '../../activities/step-context.ts';
import { audioResultSchema } from '../../kinds/audio/result.ts';
import { expectFinite, expectPlain } from '../support/hostile/verdicts.ts';
import { openWorkshop, type Workshop } from '../video/made.ts';
import { analyseAudio } from './analyse.ts';
import { analysable } from './odd-inputs.ts';
import { CANARY, type HostileInput, refused } from './refused-inputs.ts';

let workshop: Workshop;
let inputs: string;
beforeAll(async () => {
  workshop = await openWorkshop();
  inputs = join(workshop.directory, 'inputs');
  mkdirSync(inputs);
});
afterAll(() => workshop.close());

function made({ name, make }: HostileInput): string {
  const path = join(inputs, name);
  make(path, workshop);
  return path;
}

describe('is refused', () => {
  test.each(refused)('$title', async (input) => {
    const path = made(input);
    const before = readdirSync(inputs);
    const error = await analyseAudio(path, workshop.folder()).then(
      ({ result }) => new Error(`completed: ${JSON.stringify(result.audio.track)}`),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StepFailure);
    const failure = error as StepFailure;
    expect(failure, failure.message).toMatchObject({ code: input.code, retry: 'never' });
    expectPlain(failure);
    expect(`${failure.message} ${failure.hint}`).not.toContain(CANARY);
    expect(readdirSync(inputs)).toEqual(before);
  });
});

describe('is analysed', () => {
  test.each(analysable)('$title', async (input) => {
    const path = made(input);
    const before = readdirSync(inputs);
    const { result, codes } = await analyseAudio(path, workshop.folder());
    audioResultSchema.parse(result);
    expectFinite(result);
    expect(codes).toEqual(expect.arrayContaining([...input.says]));
    const unexpected = WARNINGS.filter((code) => codes.includes(code) && !input.says.includes(code));
    expect(unexpected).toEqual([]);
    expect(input.also?.(result.audio) ?? true, JSON.stringify(result.audio).slice(0, 4_000)).toBe(true);
    if (input.status) expect(result.status).toBe(input.status);
    expect(readdirSync(inputs)).toEqual(before);
  });
});

/** Alerts that say something of a file which only some of these have. */
const WARNINGS: readonly string[] = [
  ...['TRUNCATED', 'DURATION_MISMATCH', 'DECODE_ERRORS', 'FORMAT_CHANGES', 'NOT_FINITE_SAMPLES'],
  ...['DC_OFFSET', 'LONG_SILENCE', 'PHASE_INVERTED', 'UPSAMPLED', 'LOSSY_TRANSCODE', 'COVER_ART'],
  ...['EXTENSION_MISMATCH', 'LOW_SAMPLE_RATE'],
];
