/** Models of the families that no package brings, small enough to be made by a test, with inputs and outputs of the real form. */
import { type Graph, type Initializer, type Node, onnxModel } from './onnx-model.ts';

function floats(name: string, dims: readonly number[], values: ArrayLike<number>): Initializer {
  return { name, dims, data: Float32Array.from(values) };
}

function whole(name: string, dims: readonly number[], values: readonly number[]): Initializer {
  return { name, dims, data: BigInt64Array.from(values.map(BigInt)) };
}

/**
 * Speech to text that hears loudness: frames of 320 samples, as wav2vec2 has. A frame whose mean is above 0.5 is
 * the second unit, one below -0.5 the third, anything else the first, which is the blank.
 */
export function loudnessHearer(): Buffer {
  return onnxModel({
    inputs: [{ name: 'input_values', type: 'float32', dims: ['batch', 'samples'] }],
    outputs: [{ name: 'logits', type: 'float32', dims: ['batch', 'frames', 3] }],
    initializers: [
      whole('channel', [1], [1]),
      floats(
        'kernel',
        [3, 1, 320],
        [...Array(320).fill(0), ...Array(320).fill(1 / 32), ...Array(320).fill(-1 / 32)],
      ),
      floats('bias', [3], [5, 0, 0]),
    ],
    nodes: [
      { op: 'Unsqueeze', inputs: ['input_values', 'channel'], outputs: ['wave'] },
      {
        op: 'Conv',
        inputs: ['wave', 'kernel', 'bias'],
        outputs: ['scores'],
        attributes: { strides: [320], kernel_shape: [320] },
      },
      { op: 'Transpose', inputs: ['scores'], outputs: ['logits'], attributes: { perm: [0, 2, 1] } },
    ],
  });
}

/** How much of each colour a cell of 8 px has. */
const COLOUR_OF_CELLS: readonly Node[] = [
  {
    op: 'AveragePool',
    inputs: ['images'],
    outputs: ['cells'],
    attributes: { kernel_shape: [8, 8], strides: [8, 8] },
  },
  {
    op: 'Conv',
    inputs: ['cells', 'colours'],
    outputs: ['likeness'],
    attributes: { kernel_shape: [1, 1] },
  },
  { op: 'Reshape', inputs: ['likeness', 'flat'], outputs: ['scores'] },
];

/**
 * A detector of the form of YOLOv8 for 64 px: every 8 px cell is a candidate as large as a cell, of class 0 (`red`) or 1
 * (`green`), by how much of that colour it has beyond blue.
 */
export function colourDetectorV8(batch: number | string = 'batch'): Buffer {
  return onnxModel(colourGraph(batch));
}

function colourGraph(batch: number | string): Graph {
  const centres = Array.from({ length: 64 }, (_, cell) => [(cell % 8) * 8 + 4, Math.floor(cell / 8) * 8 + 4]);
  return {
    inputs: [{ name: 'images', type: 'float32', dims: [batch, 3, 64, 64] }],
    outputs: [{ name: 'output0', type: 'float32', dims: [batch, 6, 64] }],
    initializers: [
      floats('colours', [2, 3, 1, 1], [1, 0, -1, 0, 1, -1]),
      floats(
        'boxes',
        [1, 4, 64],
        [...centres.map(([x]) => x as number), ...centres.map(([, y]) => y as number), ...Array(128).fill(8)],
      ),
      whole('flat', [3], [0, 2, 64]),
      floats('nothing', [1], [0]),
      whole('first', [1], [0]),
      whole('second', [1], [1]),
    ],
    nodes: [
      ...COLOUR_OF_CELLS,
      { op: 'Slice', inputs: ['scores', 'first', 'second', 'second'], outputs: ['one'] },
      { op: 'Mul', inputs: ['one', 'nothing'], outputs: ['zero'] },
      { op: 'Add', inputs: ['zero', 'boxes'], outputs: ['placed'] },
      { op: 'Concat', inputs: ['placed', 'scores'], outputs: ['output0'], attributes: { axis: 1 } },
    ],
  };
}

/**
 * A detector of the form of YOLOX for 64 px: cells of 8, 16 and 32 px, of which only those of 8 px are sure of anything;
 * offsets and sizes are such that a candidate is its cell.
 */
export function colourDetectorX(): Buffer {
  const others = 16 + 4;
  return onnxModel({
    inputs: [{ name: 'images', type: 'float32', dims: [1, 3, 64, 64] }],
    outputs: [{ name: 'output', type: 'float32', dims: [1, 84, 7] }],
    initializers: [
      floats('colours', [2, 3, 1, 1], [1 / 255, 0, -1 / 255, 0, 1 / 255, -1 / 255]),
      floats('cellBoxes', [1, 5, 64], [...Array(128).fill(0.5), ...Array(128).fill(0), ...Array(64).fill(1)]),
      floats('otherBoxes', [1, 7, others], Array(7 * others).fill(0)),
      whole('flat', [3], [1, 2, 64]),
    ],
    nodes: [
      ...COLOUR_OF_CELLS,
      { op: 'Concat', inputs: ['cellBoxes', 'scores'], outputs: ['small'], attributes: { axis: 1 } },
      { op: 'Concat', inputs: ['small', 'otherBoxes'], outputs: ['all'], attributes: { axis: 2 } },
      { op: 'Transpose', inputs: ['all'], outputs: ['output'], attributes: { perm: [0, 2, 1] } },
    ],
  });
}

/**
 * The detector of the form of YOLOv8, with a hunger: it fills 4 * batch^20 bytes. Two images need four megabytes, four
 * need four terabytes, which is more than a machine gives.
 */
export function hungryDetector(): Buffer {
  const graph = colourGraph('batch');
  const power = (from: string, by: string, to: string) => ({ op: 'Mul', inputs: [from, by], outputs: [to] });
  return onnxModel({
    ...graph,
    nodes: [
      ...graph.nodes.map((node) => ({
        ...node,
        outputs: node.outputs.map((name) => (name === 'output0' ? 'found' : name)),
      })),
      { op: 'Shape', inputs: ['images'], outputs: ['form'] },
      { op: 'Slice', inputs: ['form', 'first', 'second', 'first'], outputs: ['n1'] },
      ...[power('n1', 'n1', 'n2'), power('n2', 'n2', 'n4'), power('n4', 'n4', 'n8')],
      ...[power('n8', 'n8', 'n16'), power('n16', 'n4', 'n20')],
      { op: 'ConstantOfShape', inputs: ['n20'], outputs: ['heap'] },
      { op: 'ReduceMax', inputs: ['heap'], outputs: ['most'] },
      { op: 'Add', inputs: ['found', 'most'], outputs: ['output0'] },
    ],
  });
}
