/** Measures the text in a sandboxed child. What it leaves names neither the resource nor its file. */
import type { MeasureInput, MeasureValue } from '../../kinds/text/flow.ts';
import { measuredSchema } from '../../kinds/text/measured.ts';
import { textSettings } from '../../kinds/text/params.ts';
import { MEBIBYTE, type TextJob } from '../../media/text/job.ts';
import { type Program, runProgram } from '../program.ts';
import type { StepImplementation } from '../step-context.ts';

const PROGRAM: Program = {
  title: 'text measure',
  module: 'text/measure',
  limits: {
    wallMs: 2 * 3_600_000,
    // Resident, because V8 reserves more addresses than that. A log with a million different words takes 600 MB.
    memory: 'resident',
    memoryBytes: 1536 * MEBIBYTE,
    stdoutBytes: MEBIBYTE,
    fileBytes: 16 * MEBIBYTE,
    processes: 32,
  },
  heapMebibytes: 1024,
  code: 'TEXT',
  name: 'The text reader',
  hint: 'If it happens again, split the text and analyse its parts.',
  outcomeBytes: 4 * MEBIBYTE,
};

export const measure: StepImplementation<MeasureInput, MeasureValue> = async (context, { params }) => {
  const job: TextJob = { inputPath: context.input.path, ...textSettings(params) };
  const measured = measuredSchema.parse(await runProgram(context, PROGRAM, job));
  const value = { words: measured.counts.words, language: measured.main_language };
  return { value, document: measured };
};
