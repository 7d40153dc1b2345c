/** A worker process of the suite: the product's own worker, whose attempts can be held. */
import { loadConfig } from '../config/config.ts';
import { builtIn } from '../workers/built-in.ts';
import { runWorker } from '../workers/worker.ts';
import { holdWork } from './hold-work.ts';

const [queue, directory = ''] = process.argv.slice(2);
holdWork(directory);
process.exitCode = await runWorker(queue, builtIn, {
  usage: 'conformance/worker control|cpu|io|gpu DIRECTORY',
  config: loadConfig,
});
