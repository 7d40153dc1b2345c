/**
 * Sharpness and noise of a luma plane, in one pass.
 *
 * Sharpness: variance of the 4-neighbour Laplacian over all pixels, borders mirrored without the border pixel itself:
 * `cv2.Laplacian(gray, CV_64F).var()`. The same within each tile of an 8 x 8 grid says whether anything is sharp:
 * a sharp face before a blurred background has a low value as a whole.
 *
 * Noise: Immerkaer's estimate (1996), the mean magnitude of a mask that answers neither to even shades nor to edges,
 * as the standard deviation of the noise.
 */
const GRID = 8;
/** Tiles smaller than this are no evidence. */
const LEAST_TILE_PX = 16;

export function detailOf(luma: Uint8Array, width: number, height: number) {
  const tiles = Array.from({ length: GRID * GRID }, () => ({ sum: 0, squares: 0, count: 0 }));
  let noise = 0;
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * GRID) / height);
    for (let column = 0; column < GRID; column++) {
      const from = Math.ceil((column * width) / GRID);
      const to = Math.ceil(((column + 1) * width) / GRID);
      noise += addRow(luma, { width, height, y, from, to }, tiles[row * GRID + column] as Tile);
    }
  }
  const whole = tiles.reduce((all, tile) => ({
    sum: all.sum + tile.sum,
    squares: all.squares + tile.squares,
    count: all.count + tile.count,
  }));
  const large = Math.min(width, height) >= GRID * LEAST_TILE_PX;
  const inner = (width - 2) * (height - 2);
  return {
    sharpness: {
      laplacian_var: varianceOf(whole),
      sharpest_tile_laplacian_var: large ? Math.max(...tiles.map(varianceOf)) : null,
    },
    noise: {
      method: 'Immerkaer 1996' as const,
      sigma:
        width > 2 && height > 2 ? Number(((noise * Math.sqrt(Math.PI / 2)) / (6 * inner)).toFixed(4)) : null,
    },
  };
}

interface Tile {
  sum: number;
  squares: number;
  count: number;
}

function varianceOf({ sum, squares, count }: Tile): number {
  return count === 0 ? 0 : Number(Math.max(0, squares / count - (sum / count) ** 2).toFixed(6));
}

interface Stretch {
  readonly width: number;
  readonly height: number;
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

/** Adds the Laplacians of a stretch of a row to its tile; returns the sum for the noise. */
function addRow(luma: Uint8Array, { width, height, y, from, to }: Stretch, tile: Tile): number {
  const above = width * mirrored(y - 1, height);
  const below = width * mirrored(y + 1, height);
  const own = width * y;
  const inside = y > 0 && y < height - 1;
  let sum = 0;
  let squares = 0;
  let noise = 0;
  for (let x = from; x < to; x++) {
    const left = x === 0 ? mirrored(-1, width) : x - 1;
    const right = x === width - 1 ? mirrored(width, width) : x + 1;
    const centre = luma[own + x] as number;
    const cross =
      (luma[own + left] as number) +
      (luma[own + right] as number) +
      (luma[above + x] as number) +
      (luma[below + x] as number);
    const value = cross - 4 * centre;
    sum += value;
    squares += value * value;
    if (inside && x > 0 && x < width - 1) {
      const corners =
        (luma[above + left] as number) +
        (luma[above + right] as number) +
        (luma[below + left] as number) +
        (luma[below + right] as number);
      noise += Math.abs(corners - 2 * cross + 4 * centre);
    }
  }
  tile.sum += sum;
  tile.squares += squares;
  tile.count += to - from;
  return noise;
}

/** BORDER_REFLECT_101: the pixel at the border is not repeated. */
function mirrored(index: number, length: number): number {
  if (length === 1) return 0;
  if (index < 0) return -index;
  return index >= length ? 2 * length - 2 - index : index;
}
