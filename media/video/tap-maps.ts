/** Maps of source positions for ffmpeg's remap filter: raw 16-bit little-endian images of the sampled size. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TapMapNames } from './chunk-command.ts';
import { type AxisTaps, type Grid, sampledSize } from './grid.ts';

export const TAP_MAPS: TapMapNames = {
  lumaX: 'luma-x.gray16',
  lumaY: 'luma-y.gray16',
  chromaX: 'chroma-x.gray16',
  chromaY: 'chroma-y.gray16',
};

export async function writeTapMaps(grid: Grid, directory: string): Promise<void> {
  const write = (name: string, axis: 'x' | 'y', shift: 0 | 1): Promise<void> =>
    writeFile(join(directory, name), tapMap(grid, axis, shift));
  await Promise.all([
    write(TAP_MAPS.lumaX, 'x', 0),
    write(TAP_MAPS.lumaY, 'y', 0),
    write(TAP_MAPS.chromaX, 'x', 1),
    write(TAP_MAPS.chromaY, 'y', 1),
  ]);
}

function tapMap(grid: Grid, axis: 'x' | 'y', shift: 0 | 1): Buffer {
  const { width, height } = sampledSize(grid);
  const map = Buffer.alloc(width * height * 2);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 2) {
      map.writeUInt16LE(tapOf(grid[axis], axis === 'x' ? x : y) >> shift, at);
    }
  }
  return map;
}

function tapOf(taps: AxisTaps, index: number): number {
  return (index % 2 === 0 ? taps.first : taps.second)[index >> 1] as number;
}
