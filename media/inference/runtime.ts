/** onnxruntime inside the inference child: sessions by file and threads, kept warm, all on one provider. */
import { statSync } from 'node:fs';
import type { InferenceSession, Tensor as RuntimeTensor, TensorConstructor } from 'onnxruntime-node';
import type { Refusal, Tensor, TensorType } from './protocol.ts';
import type { ModelAt, Ran } from './requests.ts';

export interface Model {
  readonly inputs: readonly { readonly name: string; readonly dims: readonly (number | string)[] }[];
  readonly outputs: readonly string[];
  /** Outputs by name. Counts the time it takes. */
  readonly run: (feeds: readonly Tensor[]) => Promise<ReadonlyMap<string, Tensor>>;
}

export interface Runtime {
  readonly model: (at: ModelAt) => Promise<Model>;
  readonly provider: () => Ran['provider'];
  /** Where models run, and milliseconds in models since the last call. */
  readonly spent: () => Ran;
}

export class Refused extends Error {
  readonly code: Refusal;

  constructor(code: Refusal, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.code = code;
  }
}

/** What allocators of the runtime, of CUDA and of the C++ library say. */
const NO_MEMORY =
  /out of memory|failed to allocate|bad[_ ]alloc|bad allocation|ALLOC_FAILED|cudaErrorMemoryAllocation|length_error|invalid array (buffer )?length|Array buffer allocation/i;

/** Throws RUNTIME_MISSING where onnxruntime is not installed or does not load. */
export async function openRuntime(wanted: 'cuda' | 'cpu'): Promise<Runtime> {
  const onnx = await import('onnxruntime-node').catch((error: unknown) => {
    throw new Refused('RUNTIME_MISSING', withoutPaths(error));
  });
  const sessions = new Map<string, Session>();
  const clock = { ms: 0 };
  const choice = chooseProvider(onnx.InferenceSession, wanted);
  const load = async ({ path, threads }: ModelAt): Promise<Model> => {
    const session = await choice.create(path, threads === undefined ? {} : { intraOpNumThreads: threads });
    return modelOf(onnx, session, clock);
  };
  return {
    model(at) {
      const file = identityOf(at.path);
      const key = `${at.path}\0${at.threads ?? 'all'}`;
      const known = sessions.get(key);
      if (known?.file === file) return known.model;
      const session = { file, model: load(at) };
      sessions.set(key, session);
      session.model.catch(() => {
        if (sessions.get(key) === session) sessions.delete(key);
      });
      return session.model;
    },
    provider: () => choice.chosen().provider,
    spent() {
      const inferenceMs = clock.ms;
      clock.ms = 0;
      return { ...choice.chosen(), inferenceMs };
    },
  };
}

interface Session {
  /** What was loaded: a file that somebody has put in its place since is another model. */
  readonly file: string;
  readonly model: Promise<Model>;
}

/** Of a file that is not there nothing is known; loading it says so. */
function identityOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.size}:${found.mtimeNs}:${found.ino}` : 'absent';
}

type Create = typeof InferenceSession.create;

interface Choice {
  readonly create: (path: string, options: InferenceSession.SessionOptions) => Promise<InferenceSession>;
  readonly chosen: () => Pick<Ran, 'provider' | 'providerNote'>;
}

/**
 * The first model decides for the whole process. Asked for a provider that does not load, the runtime throws, whatever
 * else stands in its list: so CUDA is tried alone.
 */
function chooseProvider({ create }: { readonly create: Create }, wanted: 'cuda' | 'cpu'): Choice {
  let provider = wanted;
  let decided = wanted === 'cpu';
  let providerNote: string | null = null;
  const on = (path: string, options: InferenceSession.SessionOptions): Promise<InferenceSession> =>
    create(path, {
      ...options,
      // The worker has chosen the device by CUDA_VISIBLE_DEVICES: here it is the first and only one.
      executionProviders: provider === 'cuda' ? [{ name: 'cuda', deviceId: 0 }] : ['cpu'],
      // Threads that wait by spinning take the processor from the children of other steps.
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    });
  return {
    async create(path, options) {
      try {
        const session = await on(path, options);
        decided = true;
        return session;
      } catch (error) {
        if (decided || NO_MEMORY.test(String(error))) throw refusalOf(error);
        decided = true;
        provider = 'cpu';
        providerNote = `CUDA did not load: ${withoutPaths(error)}`;
        return on(path, options).catch((again: unknown) => {
          throw refusalOf(again);
        });
      }
    },
    chosen: () => ({ provider, providerNote }),
  };
}

/** Of the runtime, which is loaded when it is needed. */
type Onnx = { readonly Tensor: TensorConstructor };

function modelOf(onnx: Onnx, session: InferenceSession, clock: { ms: number }): Model {
  return {
    inputs: session.inputMetadata.map((input) => ({
      name: input.name,
      dims: input.isTensor ? input.shape : [],
    })),
    outputs: session.outputNames,
    async run(feeds) {
      const given = Object.fromEntries(
        feeds.map(({ name, type, dims, data }) => [name, new onnx.Tensor(type, data as never, dims)]),
      );
      const began = performance.now();
      try {
        const answered = await session.run(given);
        clock.ms += performance.now() - began;
        return new Map(Object.entries(answered).map(([name, value]) => [name, tensorOf(name, value)]));
      } catch (error) {
        throw refusalOf(error);
      }
    },
  };
}

const TYPES: ReadonlySet<string> = new Set<TensorType>(['float32', 'int64', 'int32', 'uint8']);

function tensorOf(name: string, value: RuntimeTensor): Tensor {
  if (!TYPES.has(value.type))
    throw new Refused('MODEL_BROKEN', `an output has the unexpected type ${value.type}`);
  return {
    name,
    type: value.type as TensorType,
    dims: value.dims,
    data: value.data as Tensor['data'],
  };
}

export function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const code = NO_MEMORY.test(String(error)) ? 'OUT_OF_MEMORY' : 'MODEL_BROKEN';
  return new Refused(code, withoutPaths(error));
}

function withoutPaths(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/(?:file:\/\/)?\/[^\s'":,)]+/g, 'file').slice(0, 300);
}
