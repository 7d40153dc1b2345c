/** Whether a video is interlaced, from ffmpeg's idet over the first 300 frames. */
export interface FieldCounts {
  readonly tff: number;
  readonly bff: number;
  readonly progressive: number;
  readonly undetermined: number;
}

export interface IdetCounts {
  readonly frames: number;
  readonly repeated: { readonly neither: number; readonly top: number; readonly bottom: number };
  readonly single: FieldCounts;
  readonly multiple: FieldCounts;
}

export interface Interlacing extends IdetCounts {
  readonly verdict: 'progressive' | 'interlaced_tff' | 'interlaced_bff' | 'mixed' | 'undetermined';
  readonly declared_field_order: string | null;
  readonly detector: { readonly name: 'idet'; readonly first_frames: 300 };
}

/** Share of the frames with a verdict that must agree. */
const CLEAR = 0.6;
const MIXED = 0.2;
/** Interlaced material keeps its field order; combing found in both orders is detail of the picture. */
const ONE_ORDER = 0.8;

/** Judged by the counts that look at several frames; a still picture gives no verdict either way. */
export function interlacingOf(counts: IdetCounts, declared: string | null): Interlacing {
  const { tff, bff, progressive } = counts.multiple;
  const verdict = verdictOf(tff, bff, progressive);
  return {
    ...counts,
    verdict,
    declared_field_order: declared,
    detector: { name: 'idet', first_frames: 300 },
  };
}

function verdictOf(tff: number, bff: number, progressive: number): Interlacing['verdict'] {
  const fields = tff + bff;
  const judged = fields + progressive;
  if (judged === 0) return 'undetermined';
  if (fields / judged <= MIXED) return 'progressive';
  if (Math.max(tff, bff) / fields < ONE_ORDER) return 'undetermined';
  if (fields / judged < CLEAR) return 'mixed';
  return tff >= bff ? 'interlaced_tff' : 'interlaced_bff';
}
