/**
 * A worker of the product that serves the benchmarks' kinds beside its own: `node bench/kind/worker.ts cpu`. Steps that
 * are named after the queue have a higher version than they say.
 */
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config/config.ts';
import { withRaised } from '../../test/support/raised-steps.ts';
import { builtIn } from '../../workers/built-in.ts';
import { runWorker } from '../../workers/worker.ts';
import { benchKinds } from './definition.ts';
import { benchImplementations } from './steps.ts';

const [queue, ...raised] = process.argv.slice(2);
const kinds = {
  definitions: withRaised([...builtIn.definitions, ...benchKinds], raised),
  implementations: { ...builtIn.implementations, ...benchImplementations },
  workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
};
process.exitCode = await runWorker(queue, kinds, {
  usage: 'node bench/kind/worker.ts control|cpu|io|gpu',
  config: loadConfig,
});
