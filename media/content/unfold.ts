/**
 * A compressed file, unfolded into nothing: as a source of bytes for the listing of what is in it, and as a measure of
 * how far it unfolds. Stops at a cap, and at once where the ratio shows a bomb.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { framesApart, openZstdDecoder } from '../program/zstd.ts';
import type { ByteSource } from './tar-listing.ts';

export interface Unfolding extends ByteSource {
  /** The next bytes, left where they are. */
  peek(bytes: number): Promise<Buffer>;
  /** Reads on to the end, or to the cap. */
  drain(): Promise<void>;
  readonly state: () => UnfoldState;
  close(): void;
}

export interface UnfoldState {
  readonly unfoldedBytes: number;
  readonly readBytes: number;
  readonly ended: 'whole' | 'cap' | 'bomb' | 'damaged' | null;
}

export interface UnfoldCaps {
  readonly bytes: number;
  /** Above `bombBytes` unfolded, more than this many bytes for each byte read. */
  readonly bombRatio: number;
  readonly bombBytes: number;
}

/** Null where this Node has no decoder of the format. */
export function openUnfolding(
  path: string,
  format: 'gzip' | 'zstd',
  caps: UnfoldCaps,
  report: (done: number) => void,
): Unfolding | null {
  const decoder = format === 'gzip' ? createGunzip() : openZstdDecoder();
  return decoder && withPeek(openStream(path, format, decoder, caps, report));
}

function withPeek(stream: ReturnType<typeof openStream>): Unfolding {
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const piece = await stream.next();
    if (piece !== null) held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    return piece !== null;
  };
  const peek = async (bytes: number): Promise<Buffer> => {
    while (held.length < bytes && (await more()));
    return held.subarray(0, bytes);
  };
  return {
    ...stream,
    peek,
    async take(bytes) {
      const taken = await peek(bytes);
      held = held.subarray(bytes);
      return taken;
    },
    async skip(bytes) {
      let skipped = 0;
      for (;;) {
        const now = Math.min(bytes - skipped, held.length);
        held = held.subarray(now);
        skipped += now;
        if (skipped >= bytes || !(await more())) return skipped;
      }
    },
    async drain() {
      do held = Buffer.alloc(0);
      while (await more());
    },
  };
}

/** Pieces until the end, the cap, or the first damage; `state` says which. */
function openStream(
  path: string,
  format: 'gzip' | 'zstd',
  unfold: Gunzip | ZstdDecompress,
  caps: UnfoldCaps,
  report: (done: number) => void,
) {
  const file = createReadStream(path);
  // What goes wrong, the reader of the pieces hears.
  pipeline(format === 'zstd' ? framesApart(file) : file, unfold, () => {});
  const pieces = unfold[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let unfolded = 0;
  let ended: UnfoldState['ended'] = null;
  return {
    async next(): Promise<Buffer | null> {
      if (ended !== null) return null;
      const piece = await pieces.next().catch(() => null);
      if (piece === null || piece.done) {
        ended = piece === null ? 'damaged' : 'whole';
        return null;
      }
      unfolded += piece.value.length;
      report(unfolded);
      const ratio = unfolded / Math.max(1, file.bytesRead);
      if (unfolded > caps.bombBytes && ratio > caps.bombRatio) ended = 'bomb';
      else if (unfolded > caps.bytes) ended = 'cap';
      return piece.value;
    },
    state: (): UnfoldState => ({ unfoldedBytes: unfolded, readBytes: file.bytesRead, ended }),
    close(): void {
      file.destroy();
      unfold.destroy();
    },
  };
}
