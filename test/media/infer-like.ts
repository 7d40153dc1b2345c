/** A process that infers as a worker does: uses the device until it is ended, and says `using` when it has begun. */
import { text } from 'node:stream/consumers';
import { openInference } from '../../activities/inference/infer.ts';
import { createSandbox, type SandboxSettings } from '../../media/sandbox.ts';

interface Asked {
  readonly sandbox: SandboxSettings;
  readonly directory: string;
  readonly lock: string;
}

const { sandbox, directory, lock } = JSON.parse(await text(process.stdin)) as Asked;
const inference = await openInference({
  sandbox: createSandbox(sandbox),
  node: process.execPath,
  scratch: directory,
  modelsDirectory: directory,
  device: { index: 0, lock, provider: 'cpu' },
});
const infer = inference.during(new AbortController().signal);
const model = await infer.model('silero-vad');
await infer.use(async (use) => {
  await use.ask('load', { model: { path: model?.modelPath as string } });
  process.stdout.write('using\n');
  await new Promise(() => {
    setInterval(() => {}, 1_000);
  });
});
