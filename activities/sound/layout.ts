/** Where the channels of a track stand. Some decoders (TTA) do not say it even of a single one, which stands in the middle. */
interface Channels {
  readonly channels: number;
  /** Null where the decoder does not say it. */
  readonly layout: string | null;
}

/** A filter: ffmpeg weighs only channels of which it knows where they stand. */
export const AS_MONO = 'aformat=channel_layouts=mono';

export function isUnplacedMono({ channels, layout }: Channels): boolean {
  return channels === 1 && layout === null;
}

export function layoutOf(sound: Channels): string | null {
  return isUnplacedMono(sound) ? 'mono' : sound.layout;
}
