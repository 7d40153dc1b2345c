/** Lines of a child's stderr as they come, and its last words. A carriage return ends a line too (progress displays). */
import type { Readable } from 'node:stream';

const LINE_BYTES = 4_096;
const TAIL_BYTES = 8_192;

/** Reads the stream to its end in the background; `tail()` is what came last. A longer line is cut, its rest dropped. */
export function readLines(stream: Readable, onLine: (line: string) => void): { readonly tail: () => string } {
  let tail = Buffer.alloc(0);
  let line = Buffer.alloc(0);
  const append = (piece: Buffer): void => {
    const room = LINE_BYTES - line.length;
    if (room > 0) line = Buffer.concat([line, piece.subarray(0, room)]);
  };
  const finish = (): void => {
    if (line.length > 0) onLine(line.toString('utf8'));
    line = Buffer.alloc(0);
  };
  stream.on('data', (chunk: Buffer) => {
    tail = Buffer.from(Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES));
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (chunk[at] !== 0x0a && chunk[at] !== 0x0d) continue;
      append(chunk.subarray(start, at));
      finish();
      start = at + 1;
    }
    append(chunk.subarray(start));
  });
  stream.on('end', finish);
  return { tail: () => tail.toString('utf8') };
}
