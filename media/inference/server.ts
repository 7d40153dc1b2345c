/**
 * The inference child: one for each worker, started at first use, models warm. It answers one request after the other,
 * in their order, and ends when its worker closes the pipe.
 */
import { createDeviceLock } from './device-lock.ts';
import { hear } from './hear.ts';
import { findObjects } from './objects.ts';
import { createFrameReader, encodeFrame, type Frame, type Tensor } from './protocol.ts';
import type { Ran, RequestName, Requests } from './requests.ts';
import { openRuntime, Refused, refusalOf, type Runtime } from './runtime.ts';
import { openSpeechStream, type SpeechStream } from './speech-loop.ts';
import { findText } from './text/find.ts';
import { readLines } from './text/read.ts';

/** What a request is done with: its own fields and its tensors. Answers fields and tensors. */
type Answered<Name extends RequestName> = Requests[Name]['answer'] & { readonly tensors?: readonly Tensor[] };
type Doing = {
  readonly [Name in RequestName]: (
    ask: Requests[Name]['ask'],
    tensors: readonly Tensor[],
  ) => Promise<Answered<Name>>;
};

function doingWith(runtime: () => Promise<Runtime>): Doing {
  const lock = createDeviceLock();
  const streams = new Map<string, SpeechStream>();
  const model = async (at: { readonly path: string }) => (await runtime()).model(at);
  return {
    async lock({ path }) {
      await lock.take(path);
      return {};
    },
    async unlock() {
      lock.release();
      return {};
    },
    async load(ask) {
      const { inputs, outputs } = await model(ask.model);
      return { inputs, outputs };
    },
    run: async (ask, tensors) => ({ tensors: [...(await (await model(ask.model)).run(tensors)).values()] }),
    async speech({ model: at, stream, first, last }, [samples]) {
      const known = first ? openSpeechStream(await model(at)) : streams.get(stream);
      if (!known) throw new Refused('STREAM_LOST', 'another child had begun with this track');
      streams.set(stream, known);
      if (last) streams.delete(stream);
      const data = await known.hear(samples?.data as Float32Array, last);
      return { tensors: [{ name: 'probabilities', type: 'float32', dims: [data.length], data }] };
    },
    findText: async (ask, tensors) => ({
      found: await findText(await model(ask.model), pixelsOf(tensors[0])),
    }),
    readLines: async (ask, tensors) => ({
      lines: await readLines(await model(ask.model), tensors.map(pixelsOf), ask),
    }),
    findObjects: async (ask, tensors) => ({
      images: await findObjects(await model(ask.model), pixelsOf(tensors[0]), ask),
    }),
    hear: async (ask, tensors) => hear(await model(ask.model), tensors[0]?.data as Float32Array, ask.blank),
  };
}

function pixelsOf(tensor: Tensor | undefined): Tensor {
  if (tensor?.type !== 'uint8') throw new TypeError('the request has no pixels');
  return tensor;
}

async function answer(
  frame: Frame,
  doing: Doing,
  { spent, where }: { readonly spent: () => Promise<Ran>; readonly where: () => Promise<Ran['provider']> },
): Promise<Frame> {
  const { id, name, ...ask } = frame.head;
  try {
    const work = doing[name as RequestName] as (
      ask: unknown,
      tensors: readonly Tensor[],
    ) => Promise<Answered<RequestName>>;
    const { tensors = [], ...fields } = await work(ask, frame.tensors);
    return { head: { id, ran: await spent(), ...fields }, tensors };
  } catch (error) {
    const { code, message } = refusalOf(error);
    return { head: { id, refused: { code, message, provider: await where() } }, tensors: [] };
  }
}

const LOCKING = new Set<unknown>(['lock', 'unlock']);

function serve(wanted: 'cuda' | 'cpu'): void {
  let opened: Promise<Runtime> | undefined;
  const runtime = (): Promise<Runtime> => {
    opened ??= openRuntime(wanted);
    return opened;
  };
  const doing = doingWith(runtime);
  const where = async (): Promise<Ran['provider']> =>
    opened?.then(
      ({ provider }) => provider(),
      () => wanted,
    ) ?? wanted;
  const nowhere: Ran = { provider: wanted, providerNote: null, inferenceMs: 0 };
  let queue: Promise<void> = Promise.resolve();
  const reader = createFrameReader((frame) => {
    // A lock is waited for without loading the runtime.
    const spent = async (): Promise<Ran> =>
      LOCKING.has(frame.head['name']) ? nowhere : (await runtime()).spent();
    queue = queue.then(async () => {
      for (const part of encodeFrame(await answer(frame, doing, { spent, where })))
        process.stdout.write(part);
    });
  });
  process.stdin.on('data', reader.push);
  process.stdin.on('end', () => process.exit(0));
}

serve(process.argv[2] === 'cuda' ? 'cuda' : 'cpu');
