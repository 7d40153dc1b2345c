/**
 * Where lines of text are, by the detector of PP-OCR: it gives each pixel a probability of being in the core of a
 * line. Regions of such pixels become rectangles, which are then grown to the size of the text (Liao et al., DB,
 * arXiv 1911.08947).
 */
import type { Tensor } from '../protocol.ts';
import type { FoundText } from '../requests.ts';
import { type Model, Refused } from '../runtime.ts';
import { type Box, cornersOf, grown, smallestBox } from './rectangle.ts';
import { type Map2, regionsAbove } from './regions.ts';

/** As PP-OCRv4 is used by its authors, but for the growth: cut out at their 1.5, lines lose their spaces. */
const PIXEL = 0.3;
const REGION = 0.6;
const GROWTH = 1.9;
const SMALLEST_CORE_PX = 3;
const SMALLEST_PX = 5;

/** Of the channels blue, green, red, which is the order that the model was trained with. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

/** `pixels` [height, width, 3], both multiples of 32. */
export async function findText(model: Model, pixels: Tensor): Promise<readonly FoundText[]> {
  const [height = 0, width = 0] = pixels.dims;
  const [input] = model.inputs;
  const [output] = model.outputs;
  if (input === undefined || output === undefined)
    throw new Refused('MODEL_BROKEN', 'the model has no input');
  const data = planes(pixels.data as Uint8Array, height * width);
  const answer = await model.run([{ name: input.name, type: 'float32', dims: [1, 3, height, width], data }]);
  const values = answer.get(output)?.data;
  if (!(values instanceof Float32Array) || values.length !== height * width)
    throw new Refused('MODEL_BROKEN', 'the detector does not answer with a map of its image');
  return linesIn({ width, height, values });
}

function planes(bytes: Uint8Array, area: number): Float32Array {
  const out = new Float32Array(area * 3);
  for (let channel = 0; channel < 3; channel += 1) {
    const mean = MEAN[channel] as number;
    const scale = 1 / (255 * (DEVIATION[channel] as number));
    const offset = mean / (DEVIATION[channel] as number);
    for (let at = 0; at < area; at += 1) {
      out[channel * area + at] = (bytes[at * 3 + 2 - channel] as number) * scale - offset;
    }
  }
  return out;
}

function linesIn(map: Map2): readonly FoundText[] {
  const found: FoundText[] = [];
  for (const outline of regionsAbove(map, PIXEL)) {
    const middles = smallestBox(outline);
    // From the middles of the outermost pixels to their edges.
    const core = middles && grown(middles, 0.5);
    if (core === null || Math.min(core.length, core.breadth) < SMALLEST_CORE_PX) continue;
    const score = meanWithin(map, core);
    if (score < REGION) continue;
    const { length, breadth } = core;
    const box = grown(core, (length * breadth * GROWTH) / (2 * (length + breadth)));
    if (Math.min(box.length, box.breadth) < SMALLEST_PX) continue;
    found.push({ box: cornersOf(box), score });
  }
  return found;
}

function meanWithin({ width, height, values }: Map2, { centre, along, length, breadth }: Box): number {
  const reach = Math.hypot(length, breadth) / 2;
  const [left, right] = span(centre[0], reach, width);
  const [top, bottom] = span(centre[1], reach, height);
  let [sum, count] = [0, 0];
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const [dx, dy] = [x - centre[0], y - centre[1]];
      if (Math.abs(dx * along[0] + dy * along[1]) > length / 2) continue;
      if (Math.abs(dy * along[0] - dx * along[1]) > breadth / 2) continue;
      sum += values[y * width + x] as number;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

function span(centre: number, reach: number, size: number): readonly [number, number] {
  return [Math.max(0, Math.floor(centre - reach)), Math.min(size - 1, Math.ceil(centre + reach))];
}
