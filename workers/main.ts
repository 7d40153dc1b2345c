import { parseArgs } from 'node:util';
import { loadConfig } from '../config/config.ts';
import { builtIn } from './built-in.ts';
import { runWorker } from './worker.ts';

const USAGE = 'usage: node workers/main.ts control|cpu|io|gpu [--device N]';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { device: { type: 'string' } },
});
process.exitCode = await runWorker(positionals[0], builtIn, {
  usage: USAGE,
  config: () =>
    loadConfig(values.device === undefined ? {} : { overrides: { gpuDevice: Number(values.device) } }),
});
