import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../../config/config.ts';
import { builtIn } from '../../../workers/built-in.ts';
import { runWorker } from '../../../workers/worker.ts';
import { withRaised } from '../raised-steps.ts';
import { probeKinds } from './definition.ts';
import { implementations } from './steps.ts';

/** `worker.ts cpu chain.left chain.left`: a later deployment, in which the version of that step was raised twice. */
const [queue, ...raised] = process.argv.slice(2);
const kinds = {
  definitions: withRaised([...builtIn.definitions, ...Object.values(probeKinds)], raised),
  implementations: { ...builtIn.implementations, ...implementations },
  workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
};
process.exitCode = await runWorker(queue, kinds, { usage: 'a worker of a test', config: loadConfig });
