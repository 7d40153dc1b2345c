/** The SHA-256 of a file's bytes, read in pieces, so that the event loop is never held for more than a few ms. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const PIECE_BYTES = 1024 * 1024;

export interface DigestOptions {
  readonly signal?: AbortSignal;
  /** Bytes read so far, after each piece. */
  readonly onProgress?: (bytes: number) => void;
}

export interface Digest {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Rejects with the signal's reason when it aborts. `path` must be a real path, as `openInput` gives it. */
export async function digestFile(path: string, { signal, onProgress }: DigestOptions = {}): Promise<Digest> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of readPieces(path, signal)) {
    hash.update(piece);
    bytes += piece.length;
    onProgress?.(bytes);
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** The bytes of a file in order. A piece is valid until the next one is asked for. Throws the signal's reason. */
export async function* readPieces(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, null);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
