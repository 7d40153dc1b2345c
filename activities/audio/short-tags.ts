/** Tags as a result can hold them: some files carry books in theirs. */
import type { Probed } from '../ffmpeg/probed.ts';

const MOST_TAGS = 100;
const MOST_CHARACTERS = 2_000;

type Tags = Readonly<Record<string, string>>;

export function withShortTags(probed: Probed): Probed {
  const shorten = <Tagged extends { readonly tags?: Tags }>(tagged: Tagged): Tagged =>
    tagged.tags === undefined ? tagged : { ...tagged, tags: shortTags(tagged.tags) };
  return {
    ...probed,
    format: shorten(probed.format),
    streams: probed.streams.map(shorten),
    chapters: probed.chapters.slice(0, 1_000).map(shorten),
  };
}

function shortTags(tags: Tags): Tags {
  return Object.fromEntries(
    Object.entries(tags)
      .slice(0, MOST_TAGS)
      .map(([key, value]) => [key.slice(0, MOST_CHARACTERS), value.slice(0, MOST_CHARACTERS)]),
  );
}
