import {
  analyse,
  inFlight,
  markOutput,
  orFailure,
  type Outcome,
  type OutputMark,
  type Run,
  type RunInput,
  type StepAnswer,
} from 'onceflow/workflow';
import { definition } from './definition.ts';
import type { FrontierInput, FrontierValue, PageInput, ResultInput, RobotsInput } from './flow.ts';
import type { ScanParams } from './schemas.ts';

const PAGES_IN_FLIGHT = 4;

export function domainScan(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    const params = run.params as unknown as ScanParams;
    run.phase('robots', 'asks what the site allows');
    const robots = markOutput(await run.step<unknown, RobotsInput>('domain-scan.robots', { params }));

    const frontiers: OutputMark[] = [];
    const pages: OutputMark[] = [];
    const failed: Extract<PageOutcome, { code: string }>[] = [];
    let ofRoundBefore: OutputMark[] = [];
    // One round more than is fetched: what it finds is counted as left out.
    for (let round = 0; round <= params.depth_max + 1; round += 1) {
      run.phase('page', `round ${round}, ${pages.length} pages fetched`);
      const asked = { params, round, robots, before: [...frontiers], pages: ofRoundBefore };
      const next = await run.step<FrontierValue, FrontierInput>(
        'domain-scan.frontier',
        asked,
        `round-${round}`,
      );
      frontiers.push(markOutput(next));
      if (next.value.pages === 0) break;
      const outcomes = await fetchPages(run, params, next, round);
      ofRoundBefore = outcomes.flatMap((outcome) => ('code' in outcome ? [] : [outcome.output]));
      pages.push(...ofRoundBefore);
      failed.push(...outcomes.filter((outcome) => 'code' in outcome));
    }

    run.phase('result', 'joins the pages');
    const result = { params, robots, frontiers, pages, failed };
    return run.step<unknown, ResultInput>('domain-scan.result', result);
  });
}

type PageOutcome =
  | { readonly output: OutputMark }
  | {
      readonly frontier: OutputMark;
      readonly index: number;
      readonly code: string;
      readonly message: string;
    };

function fetchPages(
  run: Run,
  params: ScanParams,
  next: StepAnswer<FrontierValue>,
  round: number,
): Promise<readonly PageOutcome[]> {
  const frontier = markOutput(next);
  const indices = Array.from({ length: next.value.pages }, (_, index) => index);
  return inFlight(PAGES_IN_FLIGHT, indices, async (index): Promise<PageOutcome> => {
    const input = { params, frontier, index };
    const instance = `round-${round}-${index}`;
    const { answer, failure } = await orFailure(
      run.step<null, PageInput>('domain-scan.page', input, instance),
    );
    if (answer) return { output: markOutput(answer) };
    return { frontier, index, code: failure.code, message: failure.message };
  });
}
