import { configOf, createOutput, type GlobalOptions, reportError } from '../session.ts';

/** Runs one worker in this process until SIGINT or SIGTERM, then lets it drain. */
export async function worker(
  queue: string,
  options: GlobalOptions & { readonly device?: string },
): Promise<number> {
  const output = createOutput(options);
  try {
    // Loaded here alone: it brings the native part of the Temporal SDK.
    const [{ runWorker }, { builtIn }] = await Promise.all([
      import('../../workers/worker.ts'),
      import('../../workers/built-in.ts'),
    ]);
    return await runWorker(queue, builtIn, {
      usage: 'usage: onceflow worker control|cpu|io|gpu [--device N]',
      config: () =>
        configOf(options, options.device === undefined ? {} : { gpuDevice: Number(options.device) }),
    });
  } catch (error) {
    return reportError(error, output);
  }
}
