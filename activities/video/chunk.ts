/**
 * Decodes one chunk and measures every frame of it, in one pass.
 *
 * 1. A chunk gives exactly the frames with `startPts <= pts < endPts`, and the frame at `endPts` as its lead-out.
 * 2. Where seeking lands too late (the first frame is not the one that the packets promised), the chunk is decoded
 *    again from further back, in the end from the beginning: slower, never different.
 */
import { createReadStream, existsSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChunkInput, ChunkValue } from '../../kinds/video/flow.ts';
import type { ChunkRange } from '../../kinds/video/plan.ts';
import { DEMUXERS } from '../../kinds/container/sniff.ts';
import { CHUNK_FILES, type ChunkCommand, chunkArguments } from '../../media/video/chunk-command.ts';
import { SUMS_BYTES } from '../../media/video/frame-record.ts';
import { gridOf } from '../../media/video/grid.ts';
import { TAP_MAPS, writeTapMaps } from '../../media/video/tap-maps.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { DECODER_LIMITS, plainLine, throwIfKilled } from '../ffmpeg/child-exit.ts';
import { type ChunkFrames, readFlags, writeFrames } from './chunk-frames.ts';
import { readCrops, readHead, readStills } from './chunk-findings.ts';
import { ARTEFACTS, type ChunkDocument, type ProbeDocument } from './documents.ts';

/** Seconds before the first frame at which reading starts; null: at the file's beginning. */
const SEEK_BACK_S: readonly (number | null)[] = [0, 2, 15, null];
const MOST_COMPLAINTS = 20;

export const chunk: StepImplementation<ChunkInput, ChunkValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  const range = plan.chunks[input.chunk];
  if (!range)
    throw new RangeError(`the probe planned ${plan.chunks.length} chunks, there is no ${input.chunk}`);
  const decoded = await decodeExactly(context, plan, range);
  const framesPath = context.artefact(ARTEFACTS.frames.name, ARTEFACTS.frames.mediaType);
  await writeFrames(framesPath, decoded.frames);
  const document = await describe(context, plan, decoded);
  await Promise.all(
    [CHUNK_FILES.frames, CHUNK_FILES.crops, CHUNK_FILES.head].map((name) =>
      rm(join(context.directory, name), { force: true }),
    ),
  );
  return {
    value: { frames: document.frames, decodeErrors: document.decodeErrors, provider: document.provider },
    document,
  };
};

interface Decoded {
  readonly frames: ChunkFrames;
  readonly first: boolean;
  readonly errors: number;
  readonly complaints: readonly string[];
  readonly provider: 'cuda' | 'cpu';
  readonly providerReason: string | null;
}

async function decodeExactly(context: StepContext, plan: ProbeDocument, range: ChunkRange): Promise<Decoded> {
  const offered = context.device?.provider ?? 'cpu';
  let provider = offered;
  let providerReason: string | null = null;
  const margins = range.startPts === null ? [null] : SEEK_BACK_S;
  for (const [attempt, margin] of margins.entries()) {
    let pass = await decode(context, plan, range, margin, provider);
    if (provider === 'cuda' && pass.failed) {
      provider = 'cpu';
      providerReason = 'the device could not decode this video';
      pass = await decode(context, plan, range, margin, provider);
    }
    const landed = range.startPts === null || pass.frames.firstPts === range.startPts;
    if (landed || attempt === margins.length - 1) {
      return { ...pass, first: range.startPts === null, provider, providerReason };
    }
  }
  throw new RangeError('no way to read the chunk was tried');
}

interface Pass extends Pick<Decoded, 'frames' | 'errors' | 'complaints'> {
  readonly failed: boolean;
}

async function decode(
  context: StepContext,
  plan: ProbeDocument,
  range: ChunkRange,
  margin: number | null,
  provider: 'cuda' | 'cpu',
): Promise<Pass> {
  const command = commandOf(context, plan, range, margin, provider);
  if (command.grid.sampling === 'gather') await writeTapMaps(command.grid, context.directory);
  const sums: Buffer[] = [];
  const complaints: string[] = [];
  let [bytes, errors] = [0, 0];
  const exit = await context.child({
    title: 'ffmpeg decode',
    pipeline: [{ argv: [context.tools.ffmpeg, ...chunkArguments(command)] }, measuringChild(context, plan)],
    directory: context.directory,
    readable: [context.input.path, ...MEASURE.readable, ...(provider === 'cuda' ? cudaDevices(context) : [])],
    limits: DECODER_LIMITS,
    ...(context.device ? { deviceLock: context.device.lock } : {}),
    onStdout: (part) => {
      sums.push(part);
      bytes += part.length;
      context.progress({ done: Math.floor(bytes / SUMS_BYTES), total: range.packets, unit: 'frames' });
    },
    onStderrLine: (line) => {
      // What comes before the first frame of a later chunk is about frames of the chunk before.
      if ((range.startPts !== null && bytes === 0) || isNoise(line, plan)) return;
      errors++;
      if (complaints.length < MOST_COMPLAINTS) complaints.push(plainLine(line, context.input));
    },
  });
  throwIfKilled(exit, 'ffmpeg');
  const frames = await readFlags(join(context.directory, CHUNK_FILES.frames), Buffer.concat(sums), range);
  // Packets that gave no frame at all are damage, whatever the decoder called it.
  const lost = frames.count === 0 ? range.packets : 0;
  return { frames, errors: Math.max(errors, lost), complaints, failed: exit.code !== 0 };
}

function commandOf(
  context: StepContext,
  plan: ProbeDocument,
  range: ChunkRange,
  margin: number | null,
  provider: 'cuda' | 'cpu',
): ChunkCommand {
  const { width, height } = plan.picture;
  const start = range.startPts === null ? null : (range.startPts * plan.timeBase.num) / plan.timeBase.den;
  return {
    input: { path: context.input.path, demuxer: plan.sniffed.demuxer, demuxers: DEMUXERS },
    streamIndex: plan.videoIndex,
    width,
    height,
    range: plan.range,
    grid: gridOf(width, height),
    startPts: range.startPts,
    endPts: range.endPts,
    seekSeconds: start === null || margin === null ? null : start - margin,
    stills: plan.stills,
    acceleration: provider === 'cuda' ? { name: 'cuda', device: context.device?.index ?? 0 } : null,
    maps: TAP_MAPS,
  };
}

/** The child runs whatever form this module has: sources under development, JavaScript in a build. */
const MEASURE = ((): { readonly script: string; readonly readable: readonly string[] } => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const folder = new URL('../../media/video/', import.meta.url);
  return {
    script: fileURLToPath(new URL(`measure.${extension}`, folder)),
    readable: [fileURLToPath(folder), fileURLToPath(new URL('../program/', folder))],
  };
})();

/** What a decoder on the device opens, as far as this machine has it. */
function cudaDevices({ device }: StepContext): readonly string[] {
  const nodes = [
    `nvidia${device?.index ?? 0}`,
    'nvidiactl',
    'nvidia-uvm',
    'nvidia-uvm-tools',
    'nvidia-modeset',
  ];
  return nodes.map((node) => `/dev/${node}`).filter((path) => existsSync(path));
}

function measuringChild(context: StepContext, plan: ProbeDocument) {
  const { width, height } = plan.picture;
  const argv: [string, ...string[]] = [
    ...([context.tools.node, '--no-warnings', '--max-old-space-size=128'] as const),
    ...[MEASURE.script, String(width), String(height), plan.range],
  ];
  return { argv };
}

/**
 * A decoder that doubts the header's dimensions takes the pictures' own; the alert on dimensions says so. Of times that
 * fall together in the coarser clock of an output, it is our own null output that complains.
 */
function isNoise(line: string, { outline }: ProbeDocument): boolean {
  if (line.trim() === '') return true;
  if (/Last message repeated|non monotonically increasing dts to muxer/.test(line)) return true;
  const declared = outline?.sample_entry;
  return !!declared && line.includes(`Picture size ${declared.width_px}x${declared.height_px} is invalid`);
}

async function describe(context: StepContext, plan: ProbeDocument, decoded: Decoded): Promise<ChunkDocument> {
  const { frames } = decoded;
  const grid = gridOf(plan.picture.width, plan.picture.height);
  const stillsPath = context.artefact(ARTEFACTS.stills.name, ARTEFACTS.stills.mediaType);
  const present = await stat(stillsPath).catch(() => null);
  if (!present) await writeFile(stillsPath, '');
  const shown = frames.pts.subarray(0, frames.count);
  const crops = await readCrops(join(context.directory, CHUNK_FILES.crops));
  return {
    frames: frames.count,
    leadOut: frames.leadOut,
    gridPixels: grid.width * grid.height,
    stills: await readStills(createReadStream(stillsPath), shown, plan.stills.cellTicks, crops),
    head: decoded.first ? await readHead(join(context.directory, CHUNK_FILES.head)) : null,
    decodeErrors: decoded.errors,
    complaints: decoded.complaints,
    provider: decoded.provider,
    providerReason: decoded.providerReason,
  };
}
