import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { digest } from '../../../activities/digest.ts';
import type { Implementations } from '../../../activities/frame/step-activities.ts';
import { stepRecords } from '../../../activities/result-envelope.ts';
import { detectSpeech } from '../../../activities/inference/speech.ts';
import { type StepContext, StepFailure, type StepImplementation } from '../../../activities/step-context.ts';
import type { AnalysisDefinition } from '../../../kinds/define.ts';
import { alone, chain } from './definition.ts';

/**
 * Steps that a test holds and fails by files in its gates directory, and that testify what they did there:
 * `NAME.hold` waits with progress, `NAME.stall` without, `NAME.child` in a child process, without progress if it holds `quiet`, `NAME.deaf` waits and does
 * not heed its signal, `NAME.infer` listens to so many seconds of silence, `NAME.fail` fails with what the file holds, `NAME.break` does so after it has waited. NAME is
 * the part, or `result`.
 */
interface WorkInput {
  readonly part: string;
}

interface ResultInput {
  readonly parts: readonly number[];
}

export interface Testimony {
  readonly name: string;
  readonly event: 'started' | 'ended';
  readonly pid: number;
}

const work: StepImplementation<WorkInput, { part: string }> = async (context, { part }) => {
  await pass(context, part);
  writeFileSync(context.artefact(`${part}.txt`, 'text/plain'), `made by ${part}\n`);
  return { value: { part }, document: { part, bytes: context.input.bytes } };
};

const result: StepImplementation<ResultInput, null> = async (context, { parts }) => {
  await pass(context, 'result');
  const outputs = await Promise.all(parts.map((fence) => context.output(fence)));
  return { value: null, document: { status: 'complete', parts: outputs.map((output) => output.document) } };
};

/** Left and right of a chain: says what `NAME.says` holds, and what it was told of the resource. */
const side =
  (part: string): StepImplementation<object, { part: string }> =>
  async (context) => {
    await pass(context, part);
    writeFileSync(context.artefact(`${part}.txt`, 'text/plain'), `made by ${part}\n`);
    const says = join(gatesOf(context), `${part}.says`);
    const said = existsSync(says) ? readFileSync(says, 'utf8') : '';
    return { value: { part }, document: { part, said, name: context.input.name } };
  };

interface JoinInput {
  readonly sides: readonly number[];
}

const joinSides: StepImplementation<JoinInput, null> = async (context, { sides }) => {
  const outputs = await Promise.all(sides.map((fence) => context.output(fence)));
  return { value: null, document: outputs.map((output) => output.document) };
};

interface ChainResultInput extends JoinInput {
  readonly join: number;
}

const chainResult =
  (definition: AnalysisDefinition): StepImplementation<ChainResultInput, null> =>
  async (context, { sides, join: joined }) => {
    const outputs = await Promise.all([...sides, joined].map((fence) => context.output(fence)));
    const { resourceId: id, name } = context.input;
    const steps = stepRecords(definition, outputs, () => ({ tool: 'probe' }));
    const document = { status: 'complete', resource: { id, name }, steps, joined: outputs.at(-1)?.document };
    return { value: null, document };
  };

/** Beside the input, not among the params: a run that somebody started by hand has none of these. */
const gatesOf = (context: StepContext) => context.input.path.replace(/\.txt$/, '.gates');

async function pass(context: StepContext, name: string): Promise<void> {
  const gates = gatesOf(context);
  const at = (gate: string) => join(gates, `${name}.${gate}`);
  testify(gates, { name, event: 'started', pid: process.pid });
  const failIf = (gate: string) => {
    if (existsSync(at(gate))) throw new StepFailure(JSON.parse(readFileSync(at(gate), 'utf8')));
  };
  failIf('fail');
  if (existsSync(at('child'))) await sleepInChild(context, readFileSync(at('child'), 'utf8') !== 'quiet');
  if (existsSync(at('infer'))) await listenForSpeech(context, Number(readFileSync(at('infer'), 'utf8')));
  let done = 0;
  while (existsSync(at('hold')) || existsSync(at('stall')) || existsSync(at('deaf'))) {
    done += 1;
    if (!existsSync(at('stall'))) context.progress({ done, unit: 'looks' });
    if (!existsSync(at('deaf'))) context.signal.throwIfAborted();
    await delay(20);
  }
  failIf('break');
  testify(gates, { name, event: 'ended', pid: process.pid });
}

async function sleepInChild(context: StepContext, progresses: boolean): Promise<void> {
  const { directory, device } = context;
  const limits = {
    wallMs: 60_000,
    memoryBytes: 1e9,
    memory: 'address-space',
    stdoutBytes: 1_000,
    fileBytes: 1_000,
    processes: 20,
  } as const;
  const report = () => progresses && context.progress({ done: performance.now(), unit: 'ms' });
  const timer = setInterval(report, 500);
  const sleep = ['/usr/bin/sleep', '54.321'] as const;
  await context
    .child({
      title: 'sleep',
      pipeline: [{ argv: [...sleep] }],
      directory,
      readable: [],
      limits,
      ...(device && { deviceLock: device.lock }),
    })
    .finally(() => clearInterval(timer));
}

/** To so many seconds of silence. */
async function listenForSpeech(context: StepContext, seconds: number): Promise<void> {
  const pcmPath = join(context.directory, 'silence.f32');
  writeFileSync(pcmPath, Buffer.alloc(seconds * 16_000 * 4));
  await detectSpeech(context, { pcmPath, sampleRate: 16_000 });
}

function testify(gates: string, testimony: Testimony): void {
  appendFileSync(join(gates, 'witness.ndjson'), `${JSON.stringify(testimony)}\n`);
}

export const implementations: Implementations = Object.fromEntries([
  ...['once', 'again'].flatMap((kind) => [
    [`${kind}.digest`, digest],
    [`${kind}.work`, work],
    [`${kind}.result`, result],
  ]),
  ...[chain, alone].flatMap((definition) => [
    [`${definition.kind}.digest`, digest],
    [`${definition.kind}.left`, side('left')],
    [`${definition.kind}.right`, side('right')],
    [`${definition.kind}.join`, joinSides],
    [`${definition.kind}.result`, chainResult(definition)],
  ]),
]);
