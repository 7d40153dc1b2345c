/**
 * An image of every shot, a sprite of the whole video with its WebVTT index, and a poster; shots of similar colours
 * are grouped into scenes.
 *
 * The decode pass took a still of each cell of time already. A shot is shown by its still that is nearest to its
 * middle; a shot too short to have one is decoded once more, at its middle.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyframesInput, KeyframesValue } from '../../kinds/video/flow.ts';
import { rounded } from '../../kinds/video/frames.ts';
import { videoSettings } from '../../kinds/video/params.ts';
import { type Scene, scenesOf } from '../../kinds/video/scenes.ts';
import type { Shot } from '../../kinds/video/shots.ts';
import { intersection } from '../../media/video/colour-histogram.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { decide } from './decide.ts';
import { ARTEFACTS, type KeyframeDocument, type KeyframesDocument, type ProbeDocument } from './documents.ts';
import { type Joined, type JoinedStill, joinChunks } from './join-frames.ts';
import { decodeStills } from './missing-stills.ts';
import { measureImages, readStill } from './still-images.ts';
import { makeSprite } from './sprite.ts';

export const keyframes: StepImplementation<KeyframesInput, KeyframesValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  const joined = await joinChunks(context, plan, input.chunks);
  const settings = videoSettings(input.params);
  const { shots } = decide(joined.frames, settings, plan.framesPerSecond);
  const [measured, sprite] = await Promise.all([
    imagesOf(context, plan, joined, shots).then((images) => describeImages(context, plan, images)),
    makeSprite(context, plan, joined.stills),
  ]);
  const poster = await makePoster(context, measured.keyframes);
  const scenes = groupShots(shots, measured.colours, settings.sceneSimilarity);
  const document: KeyframesDocument = { keyframes: measured.keyframes, scenes, sprite, poster };
  return { value: { shots: shots.length, images: measured.keyframes.length }, document };
};

interface ShotImage {
  readonly shot: Shot;
  readonly time: number;
  /** Read one after the other: those of a long film together would fill the worker. */
  readonly jpeg: () => Promise<Buffer>;
}

async function imagesOf(
  context: StepContext,
  plan: ProbeDocument,
  joined: Joined,
  shots: readonly Shot[],
): Promise<readonly ShotImage[]> {
  const chosen = shots.map((shot) => ({ shot, still: nearestStill(joined.stills, shot) }));
  const missing = chosen.flatMap(({ shot, still }) =>
    still ? [] : [{ shot, time: (shot.start_s + shot.end_s) / 2 }],
  );
  const decoded = await decodeStills(
    context,
    plan,
    missing.map((one) => one.time),
  );
  const images: ShotImage[] = missing.flatMap((one, index) => {
    const jpeg = decoded[index];
    return jpeg ? [{ ...one, jpeg: async () => jpeg }] : [];
  });
  for (const { shot, still } of chosen) {
    if (still) images.push({ shot, time: still.time, jpeg: () => readStill(still) });
  }
  return images.sort((a, b) => a.shot.index - b.shot.index);
}

function nearestStill(stills: readonly JoinedStill[], shot: Shot): JoinedStill | null {
  const middle = (shot.start_s + shot.end_s) / 2;
  const distance = (still: JoinedStill): number => Math.abs(still.time - middle);
  return stills
    .filter((still) => still.time >= shot.start_s - 1e-6 && still.time < shot.end_s - 1e-6)
    .reduce<JoinedStill | null>(
      (best, still) => (best && distance(best) <= distance(still) ? best : still),
      null,
    );
}

async function describeImages(
  context: StepContext,
  plan: ProbeDocument,
  images: readonly ShotImage[],
): Promise<{ keyframes: readonly KeyframeDocument[]; colours: Colours }> {
  const files = images.map(({ shot }) => `shot-${String(shot.index).padStart(4, '0')}.jpg`);
  for (const [index, image] of images.entries()) {
    await writeFile(context.artefact(files[index] as string, 'image/jpeg'), await image.jpeg());
  }
  const measures = await measureImages(context, files, plan.stills);
  const colours = images.flatMap(({ shot }, index) => {
    const measure = measures[index];
    return measure ? ([[shot.index, measure.colours]] as const) : [];
  });
  const keyframes = images.map(({ shot, time }, index) => {
    const measure = measures[index];
    return {
      shot: shot.index,
      t_s: rounded(time),
      uri: files[index] as string,
      width_px: plan.stills.width,
      height_px: plan.stills.height,
      sharpness: rounded(measure?.sharpness ?? 0, 3),
      dominant: measure?.dominant ?? [],
      dhash: measure?.dhash ?? '0'.repeat(16),
      luma_mean: rounded(measure?.lumaMean ?? 0, 3),
    };
  });
  return { keyframes, colours: new Map(colours) };
}

/** Histograms by index of the shot; shots without a keyframe have none. */
type Colours = ReadonlyMap<number, Float64Array>;

function groupShots(shots: readonly Shot[], colours: Colours, minSimilarity: number): readonly Scene[] {
  const similarity = (earlier: number, later: number): number | null => {
    const [a, b] = [colours.get(earlier), colours.get(later)];
    return a && b ? intersection(a, b) : null;
  };
  return scenesOf(shots, similarity, { minSimilarity, hasKeyframe: (shot) => colours.has(shot) });
}

/** The sharpest image that is neither dark nor glaring; any image, where all are. */
async function makePoster(
  context: StepContext,
  images: readonly KeyframeDocument[],
): Promise<KeyframesDocument['poster']> {
  const lit = images.filter((image) => image.luma_mean > 30 && image.luma_mean < 225);
  const best = (lit.length > 0 ? lit : images).reduce<KeyframeDocument | null>(
    (sharpest, image) => (sharpest && sharpest.sharpness >= image.sharpness ? sharpest : image),
    null,
  );
  if (!best) return null;
  await copyFile(
    join(context.directory, best.uri),
    context.artefact(ARTEFACTS.poster.name, ARTEFACTS.poster.mediaType),
  );
  return { uri: ARTEFACTS.poster.name, t_s: best.t_s };
}
