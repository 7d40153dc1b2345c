/** Finds the images in a stream of JPEG files written one after the other, as ffmpeg's mjpeg muxer does. */
export interface ImageSpan {
  readonly offset: number;
  readonly bytes: number;
}

const MARKER = 0xff;
const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;

/** Walks the segments of each image up to its scan, where an end marker cannot be mistaken. Stops at damage. */
export function splitJpegs(stream: Uint8Array): readonly ImageSpan[] {
  const spans: ImageSpan[] = [];
  for (let start = 0; stream[start] === MARKER && stream[start + 1] === START; ) {
    const end = endOfImage(stream, start);
    if (end === null) break;
    spans.push({ offset: start, bytes: end - start });
    start = end;
  }
  return spans;
}

function endOfImage(stream: Uint8Array, start: number): number | null {
  let at = start + 2;
  while (stream[at] === MARKER && stream[at + 1] !== SCAN) {
    at += 2 + (((stream[at + 2] ?? 0) << 8) | (stream[at + 3] ?? 0));
  }
  if (stream[at] !== MARKER) return null;
  for (at += 2; at + 1 < stream.length; at++) {
    if (stream[at] === MARKER && stream[at + 1] === END) return at + 2;
  }
  return null;
}
