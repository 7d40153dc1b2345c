/** What lines of text say, by the recogniser of PP-OCR: each is cut out level, 48 px high, and read along its length. */
import { greedyPath } from '../greedy.ts';
import type { Tensor } from '../protocol.ts';
import type { ReadLine, Rectangle, Requests } from '../requests.ts';
import { type Model, Refused } from '../runtime.ts';
import { gapsOf } from './gaps.ts';

const HEIGHT = 48;
/** What the recogniser was trained with; shorter lines are padded. */
const LEAST_WIDTH = 320;
/** Some 300 characters; what is longer is squeezed. */
const MOST_WIDTH = 4_096;
/** The class that means: no character here. */
const BLANK = 0;
/** Smaller ones are sampled between their pixels; of larger ones several pixels make one. */
const MOST_SUBSAMPLES = 4;

export async function readLines(
  model: Model,
  pixels: readonly Tensor[],
  { boxes, turned }: Requests['readLines']['ask'],
): Promise<readonly ReadLine[]> {
  const [input] = model.inputs;
  const [output] = model.outputs;
  if (input === undefined || output === undefined)
    throw new Refused('MODEL_BROKEN', 'the model has no input');
  const piece = piecesOf(pixels, boxes.length);
  const lines = boxes.map((box) => ({ box: turned ? reversed(box) : box, width: widthOf(box) }));
  const width = Math.max(LEAST_WIDTH, ...lines.map((line) => line.width));
  const size = 3 * HEIGHT * width;
  const data = new Float32Array(lines.length * size);
  for (const [index, line] of lines.entries()) {
    cut(piece(index), line.box, {
      width: line.width,
      into: data.subarray(index * size, (index + 1) * size),
      stride: width,
    });
  }
  const dims = [lines.length, 3, HEIGHT, width];
  const answer = (await model.run([{ name: input.name, type: 'float32', dims, data }])).get(output);
  const [batch, frames = 0, classes = 0] = answer?.dims ?? [];
  if (batch !== lines.length || !(answer?.data instanceof Float32Array))
    throw new Refused('MODEL_BROKEN', 'the recogniser does not answer with one row for each line');
  const scores = answer.data;
  return lines.map((line, index) => {
    const path = greedyPath(scores.subarray(index * frames * classes, (index + 1) * frames * classes), {
      classes,
      blank: BLANK,
      logits: false,
    });
    const frameWidth = width / frames;
    const places = path.frames.map((frame) => (frame + 0.5) * frameWidth);
    const planes = data.subarray(index * size, (index + 1) * size);
    const gaps = gapsOf({ planes, height: HEIGHT, stride: width, width: line.width }, places);
    return { ...path, gaps: gaps.map((gap) => gap / frameWidth) };
  });
}

/** What each line is cut out of. */
function piecesOf(pixels: readonly Tensor[], lines: number): (line: number) => Tensor {
  if (pixels.length !== 1 && pixels.length !== lines)
    throw new RangeError('lines are cut out of one image for all, or of one for each');
  return (line) => (pixels.length === 1 ? pixels[0] : pixels[line]) as Tensor;
}

/** How wide the line is when it is 48 px high. */
function widthOf([x0, y0, x1, y1, , , x3, y3]: Rectangle): number {
  const [length, breadth] = [Math.hypot(x1 - x0, y1 - y0), Math.hypot(x3 - x0, y3 - y0)];
  const width = Math.ceil((HEIGHT * length) / Math.max(1, breadth));
  return Math.min(MOST_WIDTH, Math.max(1, width));
}

function reversed([x0, y0, x1, y1, x2, y2, x3, y3]: Rectangle): Rectangle {
  return [x2, y2, x3, y3, x0, y0, x1, y1];
}

interface Target {
  readonly width: number;
  /** Three planes of 48 rows; what the line leaves free stays zero, as in training. */
  readonly into: Float32Array;
  readonly stride: number;
}

function cut(pixels: Tensor, box: Rectangle, { width, into, stride }: Target): void {
  const [x0, y0, x1, y1, , , x3, y3] = box;
  const across = [(x1 - x0) / width, (y1 - y0) / width] as const;
  const down = [(x3 - x0) / HEIGHT, (y3 - y0) / HEIGHT] as const;
  const parts = subsamples(Math.max(Math.hypot(...across), Math.hypot(...down)));
  const plane = HEIGHT * stride;
  const colour: [number, number, number] = [0, 0, 0];
  for (let row = 0; row < HEIGHT; row += 1) {
    for (let column = 0; column < width; column += 1) {
      colour.fill(0);
      for (const v of parts) {
        for (const u of parts) {
          const [along, below] = [column + u, row + v];
          addPixel(
            pixels,
            x0 + across[0] * along + down[0] * below - 0.5,
            y0 + across[1] * along + down[1] * below - 0.5,
            colour,
          );
        }
      }
      const share = 1 / (parts.length * parts.length * 127.5);
      // Blue first.
      for (let channel = 0; channel < 3; channel += 1) {
        into[channel * plane + row * stride + column] = (colour[2 - channel] as number) * share - 1;
      }
    }
  }
}

/** Offsets within one pixel of the target at which the source is looked at. */
function subsamples(scale: number): readonly number[] {
  const count = Math.min(MOST_SUBSAMPLES, Math.max(1, Math.round(scale)));
  return Array.from({ length: count }, (_, index) => (index + 0.5) / count);
}

/** Between four pixels; beyond the edge the last one goes on. */
function addPixel({ data, dims }: Tensor, x: number, y: number, colour: [number, number, number]): void {
  const bytes = data as Uint8Array;
  const [height = 1, width = 1] = dims;
  const [cx, cy] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
  const [left, top] = [Math.floor(cx), Math.floor(cy)];
  const [fx, fy] = [cx - left, cy - top];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const [a, b] = [(top * width + left) * 3, (top * width + right) * 3];
  const [c, d] = [(bottom * width + left) * 3, (bottom * width + right) * 3];
  for (let channel = 0; channel < 3; channel += 1) {
    const above = (bytes[a + channel] as number) * (1 - fx) + (bytes[b + channel] as number) * fx;
    const below = (bytes[c + channel] as number) * (1 - fx) + (bytes[d + channel] as number) * fx;
    colour[channel as 0 | 1 | 2] += above * (1 - fy) + below * fy;
  }
}
