/** Reads the text that ffmpeg's metadata filter prints: a line for each frame, then its entries. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface FrameMetadata {
  readonly pts: number | null;
  /** Presentation time in seconds as ffmpeg rounded it. */
  readonly time: number | null;
  readonly entries: ReadonlyMap<string, string>;
}

/** Frames in order; a frame that was cut off at the end is left out. */
export async function* readMetadata(path: string): AsyncGenerator<FrameMetadata> {
  let frame: { pts: number | null; time: number | null; entries: Map<string, string> } | null = null;
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const head = /^frame:\d+\s+pts:(\S+)\s+pts_time:(\S+)/.exec(line);
    if (head) {
      if (frame) yield frame;
      frame = { pts: finite(head[1]), time: finite(head[2]), entries: new Map() };
    } else if (frame) {
      const equals = line.indexOf('=');
      if (equals > 0) frame.entries.set(line.slice(0, equals), line.slice(equals + 1));
    }
  }
  if (frame) yield frame;
}

export function finite(text: string | undefined): number | null {
  const value = Number(text);
  return text === undefined || text === '' || !Number.isFinite(value) ? null : value;
}
