import { exitCodes } from './exit-codes.ts';

/** Runs `work` until it ends, or until Ctrl-C or SIGTERM, which gives exit code 130. A second Ctrl-C ends at once. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new DOMException('interrupted', 'AbortError'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    process.stderr.write(
      'Interrupted. What was accepted goes on: now, if a stack runs on, else when one runs again.\n',
    );
    return exitCodes.interrupted;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
