/** Texts of one test file, analysed as the steps do it: the real sandbox, and a result that its schema takes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { StepFailure } from '../../activities/step-context.ts';
import { measure } from '../../activities/text/measure.ts';
import { judged } from '../../kinds/text/compose.ts';
import { detectedType } from '../../kinds/text/detected-type.ts';
import { type MeasuredText, measuredSchema } from '../../kinds/text/measured.ts';
import type { TextParams } from '../../kinds/text/params.ts';
import { type TextResult, textResultSchema } from '../../kinds/text/result.ts';
import { runStep } from '../../tools/step-runner.ts';

let directory = '';

export function withTexts(): void {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'onceflow-texts-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
}

export async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

export interface Analysed {
  readonly text: MeasuredText;
  readonly result: TextResult;
  readonly codes: readonly string[];
}

async function analyseText(path: string, params: TextParams = {}): Promise<Analysed> {
  const run = await runStep(measure, path, { params });
  const document = JSON.stringify(run.document);
  expect(document).not.toMatch(/\\u0000|\\ud[89a-f]/);
  const text = measuredSchema.parse(JSON.parse(document));
  const { mime, container, by } = detectedType(text.structure, 'txt');
  const resource = {
    id: 'resource',
    sha256: null,
    bytes: text.sample.of_bytes,
    name: 'resource.txt',
    detectedType: { mime, container, by },
    declaredType: 'txt',
    mismatch: false,
  };
  const result = textResultSchema.parse({
    schema: 'analysis.text/1',
    resource,
    steps: [],
    ...judged(text, resource),
  });
  return { text, result, codes: result.alerts.map(({ code }) => code) };
}

export async function analysed(
  name: string,
  content: string | Uint8Array,
  params?: TextParams,
): Promise<Analysed> {
  return analyseText(await file(name, content), params);
}

/** The typed failure of a file that is no text. */
export async function failureOf(path: string, params: TextParams = {}): Promise<StepFailure> {
  try {
    await runStep(measure, path, { params });
  } catch (error) {
    if (error instanceof StepFailure) return error;
    throw error;
  }
  throw new Error('it was measured');
}
