/** A worker of the product that serves the benchmarks' kinds beside its own: `node bench/kind/worker.ts cpu`. */
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config/config.ts';
import { builtIn } from '../../workers/built-in.ts';
import { runWorker } from '../../workers/worker.ts';
import { benchKinds } from './definition.ts';
import { benchImplementations } from './steps.ts';

const kinds = {
  definitions: [...builtIn.definitions, ...benchKinds],
  implementations: { ...builtIn.implementations, ...benchImplementations },
  workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
};
process.exitCode = await runWorker(process.argv[2], kinds, {
  usage: 'node bench/kind/worker.ts control|cpu|io|gpu',
  config: loadConfig,
});
