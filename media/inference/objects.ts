/**
 * Objects in images by models of the YOLO family. Both forms give many overlapping candidates; of those of one class
 * that overlap, the best stays.
 *
 *     yolox   [images, cells, 5 + classes]  offsets within cells of 8, 16 and 32 px, objectness, scores
 *     yolov8  [images, 4 + classes, cells]  centre and size in pixels, scores
 */
import type { Tensor } from './protocol.ts';
import type { FoundObject, Requests } from './requests.ts';
import { type Model, Refused } from './runtime.ts';

type Ask = Requests['findObjects']['ask'];

const STRIDES = [8, 16, 32] as const;
/** Candidates that are compared with each other; a scene has far fewer objects. */
const MOST_CANDIDATES = 1_000;
const MOST_OBJECTS = 300;

export async function findObjects(
  model: Model,
  pixels: Tensor,
  ask: Ask,
): Promise<readonly (readonly FoundObject[])[]> {
  const [images = 0, height = 0, width = 0] = pixels.dims;
  const [input] = model.inputs;
  const [output] = model.outputs;
  if (input === undefined || output === undefined)
    throw new Refused('MODEL_BROKEN', 'the model has no input');
  const data = planes(pixels.data as Uint8Array, { images, area: height * width }, ask);
  const answer = await model.run([
    { name: input.name, type: 'float32', dims: [images, 3, height, width], data },
  ]);
  const scores = answer.get(output) as Tensor;
  const [batch, rows = 0, columns = 0] = scores.dims;
  if (batch !== images || !(scores.data instanceof Float32Array))
    throw new Refused('MODEL_BROKEN', 'the model does not answer with one table for each image');
  const per = rows * columns;
  const all = scores.data;
  return Array.from({ length: images }, (_, image) => {
    const table = all.subarray(image * per, (image + 1) * per);
    const candidates =
      ask.family === 'yolox'
        ? fromCells(table, { rows, columns, width, height }, ask.minScore)
        : fromColumns(table, { rows, columns }, ask.minScore);
    return suppressed(candidates, ask.overlap);
  });
}

/** From interleaved bytes to one plane for each channel. */
function planes(
  bytes: Uint8Array,
  { images, area }: { readonly images: number; readonly area: number },
  { channels, scale }: Ask,
): Float32Array {
  const out = new Float32Array(images * area * 3);
  for (let image = 0; image < images; image += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const from = channels === 'rgb' ? channel : 2 - channel;
      const plane = (image * 3 + channel) * area;
      const first = image * area * 3 + from;
      for (let at = 0; at < area; at += 1) out[plane + at] = (bytes[first + at * 3] as number) * scale;
    }
  }
  return out;
}

interface Table {
  readonly rows: number;
  readonly columns: number;
}

function fromCells(
  table: Float32Array,
  { rows, columns, width, height }: Table & { readonly width: number; readonly height: number },
  minScore: number,
): readonly FoundObject[] {
  const found: FoundObject[] = [];
  let row = 0;
  for (const stride of STRIDES) {
    const across = Math.floor(width / stride);
    const cells = across * Math.floor(height / stride);
    for (let cell = 0; cell < cells && row < rows; cell += 1, row += 1) {
      const at = (index: number): number => table[row * columns + index] as number;
      const best = bestOf(columns - 5, (index) => at(5 + index));
      const score = at(4) * best.score;
      if (!(score >= minScore)) continue;
      const centre = [
        (at(0) + (cell % across)) * stride,
        (at(1) + Math.floor(cell / across)) * stride,
      ] as const;
      found.push(objectOf(best.index, score, centre, [Math.exp(at(2)) * stride, Math.exp(at(3)) * stride]));
    }
  }
  return found;
}

function fromColumns(
  table: Float32Array,
  { rows, columns }: Table,
  minScore: number,
): readonly FoundObject[] {
  const found: FoundObject[] = [];
  for (let column = 0; column < columns; column += 1) {
    const at = (index: number): number => table[index * columns + column] as number;
    const best = bestOf(rows - 4, (index) => at(4 + index));
    if (best.score >= minScore) found.push(objectOf(best.index, best.score, [at(0), at(1)], [at(2), at(3)]));
  }
  return found;
}

function bestOf(classes: number, scoreOf: (index: number) => number): { index: number; score: number } {
  let [index, score] = [0, Number.NEGATIVE_INFINITY];
  for (let each = 0; each < classes; each += 1) {
    const own = scoreOf(each);
    if (own > score) [index, score] = [each, own];
  }
  return { index, score };
}

function objectOf(
  class_index: number,
  score: number,
  [x, y]: readonly [number, number],
  [width, height]: readonly [number, number],
): FoundObject {
  return { class_index, score, box: [x - width / 2, y - height / 2, x + width / 2, y + height / 2] };
}

function suppressed(candidates: readonly FoundObject[], overlap: number): readonly FoundObject[] {
  const ordered = candidates
    .filter(({ score, box }) => Number.isFinite(score) && box.every(Number.isFinite))
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_CANDIDATES);
  const kept: FoundObject[] = [];
  for (const one of ordered) {
    const hidden = kept.some(
      (better) => better.class_index === one.class_index && sharedPart(better.box, one.box) > overlap,
    );
    if (!hidden && kept.push(one) === MOST_OBJECTS) break;
  }
  return kept;
}

/** Intersection over union. */
function sharedPart(a: FoundObject['box'], b: FoundObject['box']): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
}
