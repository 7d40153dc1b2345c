/** The eight ways in which EXIF says how a picture is to be turned. */
import type { Grey } from './pillow-resize.ts';

/** As exiftool names them. */
export const ORIENTATIONS = [
  'Horizontal (normal)',
  'Mirror horizontal',
  'Rotate 180',
  'Mirror vertical',
  'Mirror horizontal and rotate 270 CW',
  'Rotate 90 CW',
  'Mirror horizontal and rotate 90 CW',
  'Rotate 270 CW',
] as const;

/** Others are written too, and mean nothing. */
export function isOrientation(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 8;
}

/** From 5 on, width and height change places. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5;
}

/** A square picture turned as it is meant to be seen. */
export function upright({ pixels, width: side }: Grey, orientation: number): Grey {
  if (orientation === 1) return { pixels, width: side, height: side };
  const turned = new Uint8Array(pixels.length);
  const last = side - 1;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [column, row] = (
        {
          2: [last - x, y],
          3: [last - x, last - y],
          4: [x, last - y],
          5: [y, x],
          6: [y, last - x],
          7: [last - y, last - x],
          8: [last - y, x],
        } as Readonly<Record<number, readonly [number, number]>>
      )[orientation] ?? [x, y];
      turned[y * side + x] = pixels[row * side + column] as number;
    }
  }
  return { pixels: turned, width: side, height: side };
}
