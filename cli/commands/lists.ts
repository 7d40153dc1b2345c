import type { RunState } from '../../client/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { recordOfRun } from '../record.ts';
import { duplicatesText, eventsText, listText, runsText, stepsText } from '../report/status.ts';
import { type GlobalOptions, withClient } from '../session.ts';
import { refOf, viewOf } from './analyses.ts';

export interface ListOptions extends GlobalOptions {
  readonly kind?: string;
  readonly state?: RunState;
  readonly limit?: number;
  readonly cursor?: string;
}

export function list(options: ListOptions): Promise<number> {
  return withClient(options, async (client, output) => {
    const page = await client.list({
      limit: options.limit ?? 100,
      ...(options.kind === undefined ? {} : { kind: options.kind }),
      ...(options.state === undefined ? {} : { state: options.state }),
      ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    });
    for (const view of page.items) {
      output.record({ ...recordOfRun(view.run, view.state), stale: view.result?.stale ?? [] });
    }
    output.text(listText(page.items));
    if (page.cursor !== null) output.note(`There is more: onceflow list --cursor ${page.cursor}`);
    return exitCodes.completed;
  });
}

export interface RunsOptions extends GlobalOptions {
  readonly steps?: boolean;
  readonly events?: boolean;
  readonly duplicates?: boolean;
}

export function runs(target: string, options: RunsOptions): Promise<number> {
  return withClient(options, async (client, output) => {
    const ref = refOf(target);
    const all = await client.runs(ref);
    if (all.length === 0) await viewOf(client, ref);
    for (const run of all) output.record(recordOfRun(run, run.state));
    output.text(runsText(all));
    if (options.steps) {
      const steps = await client.steps(ref);
      for (const step of steps) output.record({ type: 'step', ...step });
      output.text(`\n${stepsText(steps)}`);
    }
    if (options.events) {
      const events = await client.events(ref);
      for (const { type, ...event } of events) output.record({ type: 'event', event: type, ...event });
      output.text(`\n${eventsText(events)}`);
    }
    if (options.duplicates) {
      const duplicates = await client.duplicates(ref);
      for (const call of duplicates) output.record({ type: 'duplicate', ...call });
      output.text(`\n${duplicatesText(duplicates)}`);
    }
    return exitCodes.completed;
  });
}
