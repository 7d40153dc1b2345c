import { audioMapping, leftOut as audioLeftOut } from './audio.ts';
import type { Mapping, TruthRecord } from './compare.ts';
import { imageMapping, leftOut as imageLeftOut } from './image.ts';
import { leftOut as profilingLeftOut, paramsFor, profilingMapping } from './profiling.ts';
import { leftOut as textLeftOut, textMapping } from './text.ts';
import { fileMapping, leftOut as fileLeftOut } from './files.ts';
import { leftOut as videoLeftOut, videoMapping } from './video.ts';

/** How one kind's result is compared. */
export interface KindMapping {
  readonly compare: Mapping;
  /** What of the reference's values is not compared, each with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** Analysis params that make our reading the reference's reading. */
  readonly params: (records: readonly TruthRecord[]) => Readonly<Record<string, string>>;
}

export const mappings: Readonly<Record<string, KindMapping>> = {
  video: { compare: videoMapping, leftOut: videoLeftOut, params: () => ({}) },
  image: { compare: imageMapping, leftOut: imageLeftOut, params: () => ({}) },
  audio: { compare: audioMapping, leftOut: audioLeftOut, params: () => ({}) },
  profiling: { compare: profilingMapping, leftOut: profilingLeftOut, params: paramsFor },
  text: { compare: textMapping, leftOut: textLeftOut, params: () => ({}) },
  upload: { compare: fileMapping, leftOut: fileLeftOut, params: () => ({}) },
  'large-file': { compare: fileMapping, leftOut: fileLeftOut, params: () => ({}) },
};
