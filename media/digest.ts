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
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    let bytes = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, null);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
      hash.update(piece.subarray(0, bytesRead));
      bytes += bytesRead;
      onProgress?.(bytes);
    }
  } finally {
    await handle.close();
  }
}
