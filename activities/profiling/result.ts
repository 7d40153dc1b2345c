/** Judges the profile and joins it with the resource. Reads nothing of the file itself. */
import { composeResult } from '../../kinds/profiling/compose.ts';
import { profiling as definition } from '../../kinds/profiling/definition.ts';
import type { ResultInput, ResultValue } from '../../kinds/profiling/flow.ts';
import type { TableProfile } from '../../kinds/profiling/profile.ts';
import { profilingResultSchema } from '../../kinds/profiling/result.ts';
import { stepRecords } from '../result-envelope.ts';
import type { StepImplementation } from '../step-context.ts';

export const result: StepImplementation<ResultInput, ResultValue> = async (context, input) => {
  const table = await context.output(input.table);
  const profile = table.document as TableProfile;
  const { resourceId: id, sha256, bytes, name } = context.input;
  const { engine } = profile;
  const steps = stepRecords(definition, [table], () => ({ tool: `${engine.name} ${engine.version}` }));
  const document = profilingResultSchema.parse(composeResult({ id, sha256, bytes, name }, profile, steps));
  const { n_rows: rows, n_columns: columns } = profile.dataset;
  const value = { headline: document.summary.headline, rows, columns, alerts: document.alerts.length };
  return { value, document };
};
