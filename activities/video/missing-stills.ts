/** Decodes single frames for shots that are too short to have a still. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMUXERS } from '../../kinds/container/sniff.ts';
import {
  decoderArguments,
  demuxerArguments,
  ffmpegArguments,
  fileArgument,
} from '../../media/ffmpeg/input.ts';
import { oriented } from '../../media/video/chunk-command.ts';
import type { StepContext } from '../step-context.ts';
import { DECODER_LIMITS, throwIfKilled } from '../ffmpeg/child-exit.ts';
import type { ProbeDocument } from './documents.ts';

/** Files that one ffmpeg opens at once. */
const BATCH = 8;

/** JPEG of the frame at each time (seconds from the container's start), null where nothing decodes. */
export async function decodeStills(
  context: StepContext,
  plan: ProbeDocument,
  times: readonly number[],
): Promise<readonly (Buffer | null)[]> {
  const images: (Buffer | null)[] = [];
  for (let from = 0; from < times.length; from += BATCH) {
    images.push(...(await decodeBatch(context, plan, times.slice(from, from + BATCH))));
    context.progress({ done: images.length, total: times.length, unit: 'images' });
  }
  return images;
}

async function decodeBatch(
  context: StepContext,
  plan: ProbeDocument,
  times: readonly number[],
): Promise<readonly (Buffer | null)[]> {
  const exit = await context.child({
    title: 'ffmpeg stills',
    pipeline: [{ argv: [context.tools.ffmpeg, ...stillArguments(context.input.path, plan, times)] }],
    directory: context.directory,
    readable: [context.input.path],
    limits: DECODER_LIMITS,
  });
  throwIfKilled(exit, 'ffmpeg');
  return Promise.all(
    times.map(async (_, index) => {
      const path = join(context.directory, stillName(index));
      const image = await readFile(path).catch(() => null);
      await rm(path, { force: true });
      return image && image.length > 0 ? image : null;
    }),
  );
}

function stillName(index: number): string {
  return `missing-${index}.jpg`;
}

/** One input and one output for each time. */
function stillArguments(path: string, plan: ProbeDocument, times: readonly number[]): readonly string[] {
  const input = { path, demuxer: plan.sniffed.demuxer, demuxers: DEMUXERS };
  const { width, height } = plan.stills;
  const filters = `${oriented(plan.stills)}scale=${width}:${height}:flags=area:out_range=full,format=yuvj420p`;
  const inputs = times.flatMap((time) => [
    ...[...decoderArguments(), ...demuxerArguments(input)],
    ...['-ss', time.toFixed(6), '-noautorotate', '-i', fileArgument(input)],
  ]);
  const outputs = times.flatMap((_, index) => [
    ...['-map', `${index}:${plan.videoIndex}`, '-frames:v', '1', '-q:v', '3', '-update', '1'],
    ...['-vf', filters, '-f', 'image2', stillName(index)],
  ]);
  return [...ffmpegArguments(), '-y', ...inputs, ...outputs];
}
