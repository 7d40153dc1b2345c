/** Reads stills out of the files that the decode passes left, and measures images. */
import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpegArguments } from '../../media/ffmpeg/input.ts';
import { measureStill, type StillMeasures } from '../../media/video/still-measure.ts';
import type { StepContext } from '../step-context.ts';
import { DECODER_LIMITS, throwIfKilled } from '../ffmpeg/child-exit.ts';
import type { JoinedStill } from './join-frames.ts';

export async function readStill(still: JoinedStill): Promise<Buffer> {
  const file = await open(still.path);
  try {
    const image = Buffer.alloc(still.bytes);
    await file.read(image, 0, still.bytes, still.offset);
    return image;
  } finally {
    await file.close();
  }
}

/** Measures of each image file of the attempt's directory, in order; all have the size of the plan's stills. */
export async function measureImages(
  context: StepContext,
  images: readonly string[],
  size: { readonly width: number; readonly height: number },
): Promise<readonly StillMeasures[]> {
  if (images.length === 0) return [];
  const stream = 'keyframes.mjpeg';
  for (const image of images) {
    await appendFile(join(context.directory, stream), await readFile(join(context.directory, image)));
  }
  const frame = Buffer.alloc(size.width * size.height * 3);
  const measures: StillMeasures[] = [];
  let filled = 0;
  const exit = await context.child({
    title: 'ffmpeg keyframes',
    pipeline: [{ argv: [context.tools.ffmpeg, ...pixelArguments(stream, size)] }],
    directory: context.directory,
    readable: [],
    limits: DECODER_LIMITS,
    onStdout: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const copied = bytes.copy(frame, filled, at);
        filled += copied;
        at += copied;
        if (filled < frame.length) continue;
        filled = 0;
        measures.push(measureStill(frame, size.width, size.height));
        context.progress({ done: measures.length, total: images.length, unit: 'images' });
      }
    },
  });
  throwIfKilled(exit, 'ffmpeg');
  return measures;
}

function pixelArguments(
  stream: string,
  size: { readonly width: number; readonly height: number },
): readonly string[] {
  return [
    ...[...ffmpegArguments(), '-f', 'mjpeg', '-i', `file:${stream}`],
    ...['-vf', `scale=${size.width}:${size.height},format=rgb24`],
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
  ];
}
