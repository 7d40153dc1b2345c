import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../../config/config.ts';
import { runWorker } from '../../../workers/worker.ts';
import { again, once } from './definition.ts';
import { implementations } from './steps.ts';

const workflowsPath = fileURLToPath(new URL('workflows.ts', import.meta.url));
const kinds = { definitions: [once, again], implementations, workflowsPath };
process.exitCode = await runWorker(process.argv[2], kinds, {
  usage: 'a worker of a test',
  config: loadConfig,
});
