/** `onceflow result`: the result that stands, or that of a generation that is named. */
import {
  type AnalysisRef,
  type AnalysisView,
  type Onceflow,
  OnceflowError,
  type RunView,
} from '../../client/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { recordOfRun } from '../record.ts';
import { printReport, sectionOf } from '../report/report.ts';
import { type GlobalOptions, shownDataDirectory, withClient } from '../session.ts';
import { refOf, viewOf } from './analyses.ts';

export function result(
  target: string,
  options: GlobalOptions & { readonly wait?: boolean; readonly generation?: number },
): Promise<number> {
  return withClient(options, async (client, output) => {
    const ref = refOf(target, options.generation);
    if (options.wait) await client.result(ref);
    const { generation } = options;
    const view =
      generation === undefined ? await viewOf(client, ref) : await viewOfGeneration(client, ref, generation);
    const standing = 'standing' in view ? view.standing : view.result?.generation;
    if (!view.result) {
      output.record(recordOfRun(view.run, view.run.state));
      output.note(noResult(view.run));
      return exitCodes.failed;
    }
    output.record({
      ...recordOfRun(view.run, view.run.state, view.result as never),
      standingGeneration: standing ?? null,
      stale: view.result.stale,
    });
    const dataDirectory = shownDataDirectory(options);
    const section = sectionOf(client, view.run.kind);
    printReport({
      item: null,
      answer: null,
      run: view.run,
      result: view.result,
      dataDirectory,
      output,
      ...section,
    });
    return exitCodes.completed;
  });
}

/** A run that was named, with what it committed: the result of another generation is never given in its place. */
async function viewOfGeneration(
  client: Onceflow,
  ref: AnalysisRef,
  generation: number,
): Promise<Pick<AnalysisView, 'run' | 'result'> & { readonly standing: number | null }> {
  const view = await viewOf(client, ref);
  const standing = view.result?.generation ?? null;
  const run = (await client.runs(ref)).find((one) => one.generation === generation);
  if (!run) {
    throw new OnceflowError({
      code: 'NEVER_SUBMITTED',
      message: `this analysis has no generation ${generation}`,
      hint: `see which there are with: onceflow runs ${view.workflowId}`,
    });
  }
  const found = run.state === 'completed' ? await client.result({ runId: run.runId }) : null;
  const result = found?.generation === generation ? (found as AnalysisView['result']) : null;
  return { run, result, standing };
}

function noResult({ state, generation }: RunView): string {
  return state === 'completed'
    ? `the result of generation ${generation} is not kept any more`
    : `no result yet: generation ${generation} is ${state}`;
}
