/** The lines of one image: found, read in batches of similar length, and read again upside down where that helps. */
import { type ReadText, textOf } from '../../kinds/inference/text-lines.ts';
import type { Size } from '../../media/inference/decode-image.ts';
import type { EngineUse } from '../../media/inference/engine.ts';
import type { ModelAt, Rectangle } from '../../media/inference/requests.ts';
import { inBatches, type RunMeter } from './batches.ts';
import type { ImagePixels } from './images.ts';
import { cutsOf } from './line-cuts.ts';
import { type StoredPixels, wholeOf } from './stored-pixels.ts';
import type { Point, TextLine } from './text.ts';

export interface TextModels {
  readonly detector: ModelAt;
  readonly recogniser: ModelAt;
  readonly alphabet: readonly string[];
  readonly meter: RunMeter;
  /** Which part of the image is read. */
  readonly onPart: (part: number) => void;
}

/** Lines that are read at once. */
const BATCH = 8;
/** A line that is read worse than that may stand on its head. */
const DOUBTFUL = 0.9;

export async function linesOf(
  use: EngineUse,
  { width, height, pixels: [large, small] }: ImagePixels,
  models: TextModels,
): Promise<readonly TextLine[]> {
  if (!large || !small) return [];
  const { found, ran } = await use.ask('findText', { model: models.detector }, [await wholeOf(small)]);
  models.meter.add(ran);
  if (found.length === 0) models.meter.batchDone(1);
  const boxes = found.map(({ box }) => scaled(box, small, large)).sort((a, b) => slimness(a) - slimness(b));
  const count = countOf(models.onPart, boxes.length);
  const upright = await read(use, large, boxes, { ...models, count }, false);
  const doubtful = boxes.filter((_, index) => (upright[index]?.confidence ?? 0) < DOUBTFUL);
  const turned = await read(use, large, doubtful, { ...models, count }, true);
  return boxes.map((box, index) => {
    const one = upright[index] as ReadText;
    const other = turned[doubtful.indexOf(box)];
    const better = other !== undefined && other.confidence > one.confidence;
    return {
      ...(better ? other : one),
      box: cornersOf(scaled(box, large, { width, height }), { width, height }, better),
    };
  });
}

async function read(
  use: EngineUse,
  image: StoredPixels,
  boxes: readonly Rectangle[],
  { recogniser, alphabet, meter, count }: TextModels & { readonly count: (lines: number) => void },
  turned: boolean,
): Promise<readonly ReadText[]> {
  const units = await inBatches(boxes, BATCH, meter, async (some) => {
    const { boxes: cut, pixels } = await cutsOf(image, some);
    const ask = { model: recogniser, boxes: cut, turned };
    const { lines, ran } = await use.ask('readLines', ask, pixels);
    meter.add(ran);
    count(lines.length);
    return lines;
  });
  return units.map((line) => textOf(line, alphabet));
}

/** Every line may be read twice. */
function countOf(onPart: (part: number) => void, lines: number): (more: number) => void {
  let done = 0;
  return (more) => {
    done += more;
    onPart(done / (2 * lines + 1));
  };
}

function scaled(box: Rectangle, from: Size, to: Size): Rectangle {
  const [x, y] = [to.width / from.width, to.height / from.height];
  return box.map((value, index) => value * (index % 2 === 0 ? x : y)) as unknown as Rectangle;
}

/** How long a line is against its height: those of one batch are padded to the longest. */
function slimness([x0, y0, x1, y1, , , x3, y3]: Rectangle): number {
  return Math.hypot(x1 - x0, y1 - y0) / Math.max(1, Math.hypot(x3 - x0, y3 - y0));
}

/** Within the image, in whole pixels; of text on its head, the corner where the text begins comes first. */
function cornersOf(box: Rectangle, { width, height }: Size, turned: boolean): TextLine['box'] {
  const corner = (index: number): Point => {
    const at = (index + (turned ? 2 : 0)) % 4;
    const [x, y] = [box[at * 2] as number, box[at * 2 + 1] as number];
    return [Math.round(Math.min(Math.max(x, 0), width)), Math.round(Math.min(Math.max(y, 0), height))];
  };
  return [corner(0), corner(1), corner(2), corner(3)];
}
