import type { Onceflow } from '../client/index.ts';
import { startEmbedded } from '../dev/embedded.ts';
import { enterStack, waitForGuests } from '../dev/guests.ts';
import type { ProgressDisplay } from './progress.ts';
import { configOf, type GlobalOptions, openClient } from './session.ts';

export interface JobSettings {
  readonly options: GlobalOptions & { readonly keep?: boolean };
  /** Directories that the job's files lie in. */
  readonly roots: readonly string[];
  readonly display: ProgressDisplay;
  readonly signal: AbortSignal;
}

type Job = (client: Onceflow, signal: AbortSignal) => Promise<number>;

/**
 * Does one job on the configured ledger, else on the stack that runs, else on one of its own, which others may use
 * until all are done. Throws WORKER_FAILED when a worker of its own stack does not stay up.
 */
export async function withStack(settings: JobSettings, job: Job): Promise<number> {
  const config = configOf(settings.options);
  if (config.databaseUrl !== undefined) return withOpenClient(settings, settings.signal, job);
  const { leave } = await enterStack(config.dataDirectory);
  const failure = new AbortController();
  try {
    const embedded = await startEmbedded(config, {
      roots: settings.roots,
      onProgress: (line) => settings.display.say(line),
      onFailure: (error) => failure.abort(error),
    });
    try {
      return await withOpenClient(settings, AbortSignal.any([settings.signal, failure.signal]), job);
    } finally {
      if (!embedded.attached && !failure.signal.aborted) await outlast(embedded, settings);
      await embedded.stop();
      if (!embedded.attached && !settings.signal.aborted && !failure.signal.aborted) {
        settings.display.say('The stack has stopped; what it knows is kept. To ask it again: onceflow up');
      }
    }
  } catch (error) {
    throw failure.signal.aborted && !settings.signal.aborted ? failure.signal.reason : error;
  } finally {
    await leave();
  }
}

async function withOpenClient({ options }: JobSettings, signal: AbortSignal, job: Job): Promise<number> {
  const client = await openClient(options);
  try {
    return await job(client, signal);
  } finally {
    await client.close();
  }
}

/** Keeps our own stack up: with `--keep` until Ctrl-C, else until nobody who found it running needs it any more. */
async function outlast(
  embedded: { readonly dataDirectory: string; readonly temporalUiUrl?: string | undefined },
  { options, display, signal }: JobSettings,
): Promise<void> {
  if (options.keep) return keepRunning(embedded, display);
  await waitForGuests(embedded.dataDirectory, {
    signal,
    onWait: () =>
      display.say('Another onceflow uses this stack: it stops when that has ended. Ctrl-C stops it now.'),
  });
}

async function keepRunning(
  embedded: { readonly temporalUiUrl?: string | undefined },
  display: ProgressDisplay,
): Promise<void> {
  display.say(`The stack stays up. Temporal UI: ${embedded.temporalUiUrl ?? 'off'}\nCtrl-C stops it.`);
  await new Promise<void>((done) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => done());
  });
}
