/** Joins what was measured with the resource, judges it and writes the result. */
import { extname } from 'node:path';
import { judged } from '../../kinds/text/compose.ts';
import { text as definition } from '../../kinds/text/definition.ts';
import { detectedType } from '../../kinds/text/detected-type.ts';
import type { ResultInput } from '../../kinds/text/flow.ts';
import { measuredSchema } from '../../kinds/text/measured.ts';
import { textSettings } from '../../kinds/text/params.ts';
import { textResultSchema } from '../../kinds/text/result.ts';
import { resourceSection, stepRecords } from '../result-envelope.ts';
import type { StepImplementation } from '../step-context.ts';

export interface ResultValue {
  readonly headline: string;
  readonly alerts: number;
}

export const result: StepImplementation<ResultInput, ResultValue> = async (context, input) => {
  const measure = await context.output(input.measure);
  const measured = measuredSchema.parse(measure.document);
  const declared = extname(context.input.name).slice(1).toLowerCase() || null;
  const resource = resourceSection(context.input, detectedType(measured.structure, declared));
  const document = textResultSchema.parse({
    schema: 'analysis.text/1',
    resource,
    ...judged(measured, resource),
    steps: stepRecords(definition, [measure], () => ({
      tool: 'Node with ICU, iconv-lite, tinyld, CMU pronouncing dictionary, Dale-Chall list',
      params: { ...textSettings(input.params) },
    })),
  });
  return { value: { headline: document.summary.headline, alerts: document.alerts.length }, document };
};
