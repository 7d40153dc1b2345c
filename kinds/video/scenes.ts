/**
 * Groups adjacent shots into scenes by overlapping links, after Hanjalic, Lagendijk and Biemond (1999).
 *
 * 1. Two shots are linked when their keyframes have similar colours, at most `window_shots` shots lie from one to the
 *    other, and at most `window_s` pass between the end of the earlier and the start of the later.
 * 2. All shots from one to the other then belong to one scene: in a dialogue that cuts between two faces, each face
 *    is linked with its next appearance. Links that overlap or touch make one scene.
 * 3. A shot without a keyframe is linked with nothing; it stays in the scene before it.
 */
import { rounded, type Segment, segment } from './frames.ts';

export const SCENE_WINDOW = { window_shots: 4, window_s: 30 } as const;

/** 1: the same colours, 0: none in common. Null where one of the two has no keyframe. */
export type Similarity = (earlier: number, later: number) => number | null;

export interface Scene extends Segment {
  readonly index: number;
  readonly first_shot: number;
  readonly last_shot: number;
  /** Mean similarity over the links within; null for a scene without links. */
  readonly similarity: number | null;
}

interface SceneSettings {
  readonly minSimilarity: number;
  readonly hasKeyframe: (shot: number) => boolean;
}

/** `similarity` is asked by positions in `shots`. */
export function scenesOf(
  shots: readonly Segment[],
  similarity: Similarity,
  { minSimilarity, hasKeyframe }: SceneSettings,
): readonly Scene[] {
  const scenes: Scene[] = [];
  for (let first = 0; first < shots.length; ) {
    const links: number[] = [];
    let last = first;
    for (let shot = first; shot <= last; shot++) {
      for (const { later, value } of linksFrom(shots, shot, similarity, minSimilarity)) {
        links.push(value);
        last = Math.max(last, later);
      }
      if (shot === last && last + 1 < shots.length && !hasKeyframe(last + 1)) last += 1;
    }
    scenes.push(sceneOf(shots, scenes.length, [first, last], links));
    first = last + 1;
  }
  return scenes;
}

function linksFrom(
  shots: readonly Segment[],
  shot: number,
  similarity: Similarity,
  minSimilarity: number,
): readonly { readonly later: number; readonly value: number }[] {
  const from = shots[shot] as Segment;
  const farthest = Math.min(shots.length - 1, shot + SCENE_WINDOW.window_shots);
  const laterShots = Array.from({ length: farthest - shot }, (_, offset) => shot + 1 + offset);
  return laterShots.flatMap((later) => {
    const near = (shots[later] as Segment).start_s - from.end_s <= SCENE_WINDOW.window_s;
    const value = near ? similarity(shot, later) : null;
    return value !== null && value >= minSimilarity ? [{ later, value }] : [];
  });
}

function sceneOf(
  shots: readonly Segment[],
  index: number,
  [first, last]: readonly [number, number],
  links: readonly number[],
): Scene {
  const mean = links.reduce((sum, value) => sum + value, 0) / links.length;
  return {
    index,
    ...segment((shots[first] as Segment).start_s, (shots[last] as Segment).end_s),
    first_shot: first,
    last_shot: last,
    similarity: links.length === 0 ? null : rounded(mean, 4),
  };
}
