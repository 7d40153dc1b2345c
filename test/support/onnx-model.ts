/**
 * Writes small ONNX models: protocol buffers by hand, since only a few fields are needed. Numbers of fields and of
 * types are those of onnx.proto (IR version 8, opset 13).
 */
type Bytes = readonly number[] | Uint8Array;

export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[] | Initializer>>;
}

export interface Value {
  readonly name: string;
  readonly type: 'float32' | 'int64';
  /** A name stands for a number that the caller chooses. */
  readonly dims: readonly (number | string)[];
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers?: readonly Initializer[];
}

const FLOAT = 1;
const INT64 = 7;
const OPSET = 13;
const IR_VERSION = 8;

export function onnxModel({ nodes, inputs, outputs, initializers = [] }: Graph): Buffer {
  const graph = [
    ...nodes.map((node) => field(1, encodeNode(node))),
    text(2, 'made by a test'),
    ...initializers.map((one) => field(5, encodeTensor(one))),
    ...inputs.map((value) => field(11, encodeValue(value))),
    ...outputs.map((value) => field(12, encodeValue(value))),
  ];
  const opset = [text(1, ''), number(2, OPSET)];
  return Buffer.concat([number(1, IR_VERSION), field(8, opset), field(7, graph)]);
}

function encodeNode({ op, inputs, outputs, attributes = {} }: Node): Buffer[] {
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => field(5, encodeAttribute(name, value))),
  ];
}

function encodeAttribute(name: string, value: number | readonly number[] | Initializer): Buffer[] {
  // Types of attributes: 2 is a whole number, 4 a tensor, 7 whole numbers.
  if (typeof value === 'number') return [text(1, name), number(3, value), number(20, 2)];
  if ('data' in value) return [text(1, name), field(5, encodeTensor(value)), number(20, 4)];
  return [text(1, name), ...value.map((one) => number(8, one)), number(20, 7)];
}

function encodeTensor({ name, dims, data }: Initializer): Buffer[] {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const type = data instanceof Float32Array ? FLOAT : INT64;
  return [...dims.map((dim) => number(1, dim)), number(2, type), text(8, name), field(9, [raw])];
}

function encodeValue({ name, type, dims }: Value): Buffer[] {
  const shape = dims.map((dim) => field(1, [typeof dim === 'number' ? number(1, dim) : text(2, dim)]));
  const tensor = [number(1, type === 'float32' ? FLOAT : INT64), field(2, shape)];
  return [text(1, name), field(2, [field(1, tensor)])];
}

function number(id: number, value: number): Buffer {
  return Buffer.from([...varint(id << 3), ...varint(value)]);
}

function text(id: number, value: string): Buffer {
  return field(id, [Buffer.from(value)]);
}

function field(id: number, parts: readonly Bytes[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([...varint((id << 3) | 2), ...varint(content.length)]), content]);
}

/** Negative numbers stand as 64 bits. */
function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return bytes;
}
