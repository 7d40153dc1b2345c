/** What of an image is sent to the recogniser: a piece around each line, not the image as often as there are lines. */
import type { Size } from '../../media/inference/decode-image.ts';
import type { Tensor } from '../../media/inference/protocol.ts';
import type { Rectangle } from '../../media/inference/requests.ts';
import { type Part, type StoredPixels, wholeOf } from './stored-pixels.ts';

/** Lines are sampled between the four pixels around a place, which may lie half a pixel beyond their corners. */
const MARGIN_PX = 2;

export interface LineCuts {
  /** One for each box, or one for all. */
  readonly pixels: readonly Tensor[];
  /** In pixels of what they are cut out of. */
  readonly boxes: readonly Rectangle[];
}

export async function cutsOf(image: StoredPixels, boxes: readonly Rectangle[]): Promise<LineCuts> {
  const around = boxes.map((box) => partAround(box, image));
  // Long lines that run aslant lie in pieces that overlap.
  const area = around.reduce((sum, part) => sum + areaOf(part), 0);
  if (area >= areaOf(image)) return { pixels: [await wholeOf(image)], boxes };
  const moved = boxes.map((box, index) => movedInto(around[index] as Part, box));
  return { pixels: await image.parts(around), boxes: moved };
}

function partAround(box: Rectangle, { width, height }: Size): Part {
  const [left, right] = span(
    box.filter((_, index) => index % 2 === 0),
    width,
  );
  const [top, bottom] = span(
    box.filter((_, index) => index % 2 === 1),
    height,
  );
  return { left, top, width: right - left, height: bottom - top };
}

/** At least one pixel of the image, for what lies beyond its edge is the last one going on. */
function span(corners: readonly number[], size: number): readonly [number, number] {
  const within = (least: number, value: number, most: number): number =>
    Math.min(Math.max(value, least), most);
  const from = within(0, Math.floor(Math.min(...corners)) - MARGIN_PX, size - 1);
  return [from, within(from + 1, Math.ceil(Math.max(...corners)) + MARGIN_PX, size)];
}

function movedInto({ left, top }: Part, box: Rectangle): Rectangle {
  return box.map((value, index) => value - (index % 2 === 0 ? left : top)) as unknown as Rectangle;
}

function areaOf({ width, height }: Size): number {
  return width * height;
}
