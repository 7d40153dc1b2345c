/** A sheet of small pictures over the whole video, with a WebVTT file that players take for previews. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rounded } from '../../kinds/video/frames.ts';
import { clockTime } from '../../kinds/video/timecode.ts';
import { ffmpegArguments } from '../../media/ffmpeg/input.ts';
import type { StepContext } from '../step-context.ts';
import { DECODER_LIMITS, throwIfKilled } from '../ffmpeg/child-exit.ts';
import { ARTEFACTS, type KeyframesDocument, type ProbeDocument } from './documents.ts';
import type { JoinedStill } from './join-frames.ts';
import { readStill } from './still-images.ts';

const MOST_TILES = 100;
const COLUMNS = 10;
const TILE_LONGER_SIDE_PX = 160;

export async function makeSprite(
  context: StepContext,
  plan: ProbeDocument,
  stills: readonly JoinedStill[],
): Promise<KeyframesDocument['sprite']> {
  if (stills.length === 0) return null;
  const every = Math.ceil(stills.length / MOST_TILES);
  const tiles = stills.filter((_, index) => index % every === 0);
  const stream = 'sprite.mjpeg';
  await writeFile(join(context.directory, stream), '');
  for (const tile of tiles) await appendFile(join(context.directory, stream), await readStill(tile));
  const tile = tileSize(plan.stills);
  const columns = Math.min(COLUMNS, tiles.length);
  const rows = Math.ceil(tiles.length / columns);
  await tileImages(context, stream, `scale=${tile.width}:${tile.height}:flags=area,tile=${columns}x${rows}`);
  const end = plan.durationSeconds + (tiles[0]?.time ?? 0);
  const vtt = webVtt(tiles, columns, tile, end);
  await writeFile(context.artefact(ARTEFACTS.vtt.name, ARTEFACTS.vtt.mediaType), vtt);
  return {
    uri: ARTEFACTS.sprite.name,
    vtt_uri: ARTEFACTS.vtt.name,
    tiles: tiles.length,
    columns,
    tile_width_px: tile.width,
    tile_height_px: tile.height,
    interval_s: rounded((every * plan.stills.cellTicks * plan.timeBase.num) / plan.timeBase.den),
  };
}

async function tileImages(context: StepContext, stream: string, filter: string): Promise<void> {
  context.artefact(ARTEFACTS.sprite.name, ARTEFACTS.sprite.mediaType);
  const exit = await context.child({
    title: 'ffmpeg sprite',
    pipeline: [
      {
        argv: [
          ...([context.tools.ffmpeg, ...ffmpegArguments(), '-y'] as const),
          ...['-f', 'mjpeg', '-i', `file:${stream}`, '-vf', filter, '-frames:v', '1', '-q:v', '4'],
          ...['-update', '1', '-f', 'image2', ARTEFACTS.sprite.name],
        ],
      },
    ],
    directory: context.directory,
    readable: [],
    limits: DECODER_LIMITS,
  });
  throwIfKilled(exit, 'ffmpeg');
}

function tileSize(still: { readonly width: number; readonly height: number }): {
  width: number;
  height: number;
} {
  const factor = Math.min(1, TILE_LONGER_SIDE_PX / Math.max(still.width, still.height));
  const even = (value: number): number => Math.max(2, Math.round((value * factor) / 2) * 2);
  return { width: even(still.width), height: even(still.height) };
}

function webVtt(
  tiles: readonly JoinedStill[],
  columns: number,
  tile: { readonly width: number; readonly height: number },
  end: number,
): string {
  const cues = tiles.map((still, index) => {
    const [x, y] = [(index % columns) * tile.width, Math.floor(index / columns) * tile.height];
    const until = tiles[index + 1]?.time ?? Math.max(end, still.time + 0.001);
    return `${clockTime(still.time)} --> ${clockTime(until)}\n${ARTEFACTS.sprite.name}#xywh=${x},${y},${tile.width},${tile.height}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}
