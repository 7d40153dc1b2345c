/** From what was measured to the parts of the result that people and programs read. */
import { alertsOf } from './alerts.ts';
import { CONVENTIONS } from './conventions.ts';
import type { MeasuredText } from './measured.ts';
import type { TextResult } from './result.ts';
import { summaryOf } from './summary.ts';

type Judged = Pick<TextResult, 'status' | 'summary' | 'alerts' | 'coverage' | 'text'>;

export function judged(measured: MeasuredText, resource: TextResult['resource']): Judged {
  const { sample, encoding } = measured;
  const misnamed = resource.mismatch
    ? `The name ends in .${resource.declaredType} but the content looks like ${resource.detectedType.mime}.`
    : null;
  return {
    // Places that could not be read are lost.
    status: encoding.invalid_sequences > 0 ? 'partial' : 'complete',
    summary: summaryOf(measured),
    alerts: alertsOf(measured, misnamed),
    coverage: {
      bytes: resource.bytes,
      of: resource.bytes,
      sampled: !sample.whole,
      sampled_bytes: sample.bytes,
      method: sample.whole
        ? 'every byte'
        : 'counts, entities, readability and signature: every byte; languages, keywords, n-grams, segmented words, structure and summary: the first 2 MiB and 32 blocks of 64 KiB evenly over the rest',
    },
    text: { ...measured, conventions: { ...CONVENTIONS }, left_out: leftOut(measured) },
  };
}

function leftOut({
  readability,
  summary,
  main_language,
  structure,
  counts,
}: MeasuredText): Record<string, string> {
  return {
    ...(readability
      ? {}
      : {
          readability: `the formulas are for English, the text is in ${main_language === 'und' ? 'no known language' : main_language}`,
        }),
    ...(summary
      ? {}
      : { summary: `too few sentences to choose from, or none in a text of this sort (${structure.kind})` }),
    ...(counts.distinct_exact ? {} : { hapax: 'more different words than are kept: rare ones were dropped' }),
  };
}
