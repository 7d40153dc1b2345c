/**
 * What a worker and its inference child say to each other, in frames over pipes:
 *
 *     4 bytes   length of the head, little endian
 *     4 bytes   length of the body
 *     head      JSON: what is asked or answered, with the type and form of each tensor
 *     body      the tensors, one after the other, each beginning at a multiple of 8 bytes
 *
 * The child receives numbers and the paths of models, never a file that somebody sent.
 */
export type TensorType = 'float32' | 'int64' | 'int32' | 'uint8';
export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

export interface Tensor {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

export type TensorForm = Omit<Tensor, 'data'>;

export interface Frame {
  readonly head: FrameHead;
  readonly tensors: readonly Tensor[];
}

export interface FrameHead {
  /** Of the request; its answer bears the same. */
  readonly id: number;
  readonly [field: string]: unknown;
}

/** An image of 4,096 x 4,096 or, elongated, 16,384 x 1,638 in three channels fits, and some text about it. */
const HEAD_BYTES = 4 * 1024 * 1024;
const BODY_BYTES = 256 * 1024 * 1024;
const LENGTHS = 8;
const ALIGNMENT = 8;

export function encodeFrame({ head, tensors }: Frame): readonly Uint8Array[] {
  const forms: readonly TensorForm[] = tensors.map(({ name, type, dims }) => ({ name, type, dims }));
  const text = Buffer.from(JSON.stringify({ ...head, tensors: forms }));
  const parts: Uint8Array[] = [];
  let body = 0;
  for (const { data } of tensors) {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const padding = aligned(bytes.length) - bytes.length;
    parts.push(bytes, ...(padding > 0 ? [Buffer.alloc(padding)] : []));
    body += bytes.length + padding;
  }
  if (text.length > HEAD_BYTES || body > BODY_BYTES) throw new RangeError('the frame is too large to send');
  const lengths = Buffer.alloc(LENGTHS);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(body, 4);
  return [lengths, text, ...parts];
}

/** Puts frames together out of what a pipe delivers. `push` throws a RangeError for what is no frame. */
export function createFrameReader(onFrame: (frame: Frame) => void): {
  readonly push: (chunk: Uint8Array) => void;
} {
  let lengths: Buffer | null = null;
  let filling: Buffer = Buffer.allocUnsafeSlow(LENGTHS);
  let filled = 0;
  const next = (bytes: number): void => {
    // Slow: memory of its own, so that tensors in it are aligned and do not keep a pool alive.
    filling = Buffer.allocUnsafeSlow(bytes);
    filled = 0;
  };
  const complete = (): void => {
    if (lengths === null) {
      lengths = filling;
      return next(contentBytes(lengths));
    }
    const frame = decode(lengths, filling);
    lengths = null;
    next(LENGTHS);
    onFrame(frame);
  };
  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; ) {
        const taken = Math.min(chunk.length - at, filling.length - filled);
        filling.set(chunk.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled === filling.length) complete();
      }
    },
  };
}

/** How many bytes follow. */
function contentBytes(lengths: Buffer): number {
  const [head, body] = [lengths.readUInt32LE(0), lengths.readUInt32LE(4)];
  if (head === 0 || head > HEAD_BYTES || body > BODY_BYTES) throw new RangeError('what came is no frame');
  return head + body;
}

function decode(lengths: Buffer, content: Buffer): Frame {
  const headBytes = lengths.readUInt32LE(0);
  const { tensors: forms, ...head } = JSON.parse(content.toString('utf8', 0, headBytes)) as FrameHead & {
    readonly tensors: readonly TensorForm[];
  };
  // Copied once, to a place where typed arrays may begin.
  const body = new Uint8Array(content.length - headBytes);
  body.set(content.subarray(headBytes));
  let at = 0;
  const tensors = forms.map((form): Tensor => {
    const bytes = elements(form.dims) * BYTES[form.type];
    if (!Number.isSafeInteger(bytes) || at + bytes > body.length)
      throw new RangeError('a tensor is cut short');
    const data = view(form.type, body.buffer, at, elements(form.dims));
    at += aligned(bytes);
    return { ...form, data };
  });
  return { head, tensors };
}

const BYTES: Readonly<Record<TensorType, number>> = { float32: 4, int64: 8, int32: 4, uint8: 1 };

function view(type: TensorType, buffer: ArrayBuffer, at: number, length: number): TensorData {
  if (type === 'float32') return new Float32Array(buffer, at, length);
  if (type === 'int64') return new BigInt64Array(buffer, at, length);
  return type === 'int32' ? new Int32Array(buffer, at, length) : new Uint8Array(buffer, at, length);
}

function elements(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Why the child did not do what it was asked. */
export type Refusal = 'OUT_OF_MEMORY' | 'MODEL_BROKEN' | 'RUNTIME_MISSING' | 'LOCK_FAILED' | 'STREAM_LOST';

export interface RefusedAnswer {
  readonly code: Refusal;
  readonly message: string;
  /** Where it was to run. */
  readonly provider: 'cuda' | 'cpu';
}
