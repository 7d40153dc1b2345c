/** Black bars around the picture as it is shown (turned), from crops found in samples and in the first 300 frames. */
export interface Crop {
  readonly width_px: number;
  readonly height_px: number;
  readonly x_px: number;
  readonly y_px: number;
}

export interface Letterbox {
  readonly detected: boolean;
  /** The picture without bars: the most frequent crop of the samples that were not black. */
  readonly crop: Crop | null;
  /** Share of those samples that had it. */
  readonly share: number | null;
  readonly samples: number;
  /** ffmpeg's own verdict after the first 300 frames, which can be misled by a dark beginning. */
  readonly first_300_frames: string | null;
  readonly detector: {
    readonly name: 'cropdetect';
    readonly limit: 24;
    readonly round: 2;
    readonly reset: 'each sample';
  };
}

/** Bars thinner than 2 % of the picture are noise of an encoder. */
const LEAST_BAR = 0.02;
const LEAST_SHARE = 0.5;

export function letterboxOf(
  samples: readonly Crop[],
  first300: Crop | null,
  frame: { readonly width: number; readonly height: number },
): Letterbox {
  const lit = samples.filter((crop) => crop.width_px > 0 && crop.height_px > 0);
  const counts = new Map<string, { readonly crop: Crop; count: number }>();
  for (const crop of lit) {
    const entry = counts.get(cropText(crop)) ?? { crop, count: 0 };
    entry.count++;
    counts.set(cropText(crop), entry);
  }
  const mode = [...counts.values()].reduce<{ crop: Crop; count: number } | null>(
    (best, entry) => (best && best.count >= entry.count ? best : entry),
    null,
  );
  const share = mode ? mode.count / lit.length : null;
  const barred =
    mode !== null &&
    (mode.crop.width_px < frame.width * (1 - LEAST_BAR) ||
      mode.crop.height_px < frame.height * (1 - LEAST_BAR));
  return {
    detected: barred && (share ?? 0) >= LEAST_SHARE,
    crop: mode?.crop ?? null,
    share: share === null ? null : Math.round(share * 1e4) / 1e4,
    samples: lit.length,
    first_300_frames: first300 && cropText(first300),
    detector: { name: 'cropdetect', limit: 24, round: 2, reset: 'each sample' },
  };
}

/** As ffmpeg writes it: width:height:x:y. */
function cropText(crop: Crop): string {
  return [crop.width_px, crop.height_px, crop.x_px, crop.y_px].join(':');
}
