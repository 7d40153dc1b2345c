/** A process that runs one child, given as JSON on stdin, in a sandbox: what a worker is to its children. */
import { text } from 'node:stream/consumers';
import type { ChildSpec } from '../../media/child.ts';
import { createSandbox, type SandboxSettings } from '../../media/sandbox.ts';

const { settings, spec } = JSON.parse(await text(process.stdin)) as {
  settings: SandboxSettings;
  spec: ChildSpec;
};
const say = (line: string): void => void process.stdout.write(`${line}\n`);
await createSandbox(settings)
  .run(spec, new AbortController().signal)
  .then(
    (exit) => say(`exit ${JSON.stringify(exit)}`),
    (error: Error & { code?: string }) => say(`error ${error.code ?? error.message}`),
  );
