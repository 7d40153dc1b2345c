/** A worker process of the fault run: the product's own worker, with windows in which it can be held. */
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config/config.ts';
import { runWorker } from '../../workers/worker.ts';
import { holdAtWindows } from './hold.ts';
import { repeated, single } from './kind/definition.ts';
import { implementations } from './kind/steps.ts';

holdAtWindows();
const workflowsPath = fileURLToPath(new URL('kind/workflows.ts', import.meta.url));
process.exitCode = await runWorker(
  process.argv[2],
  { definitions: [single, repeated], implementations, workflowsPath },
  { usage: 'node tools/chaos/worker.ts control|cpu', config: loadConfig },
);
