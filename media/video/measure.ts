/**
 * The measuring child: sampled frames on stdin, their sums on stdout (frame-record.ts).
 *
 *     ffmpeg ... -f rawvideo pipe:1 | node measure.ts WIDTH HEIGHT limited|full
 *
 * WIDTH and HEIGHT are those of the video. It reads with blocking calls: between two frames there is nothing to do.
 */
import { readSync, writeSync } from 'node:fs';
import { frameMeasure } from './frame-measure.ts';
import { SUMS_BYTES, writeSums } from './frame-record.ts';
import { gridOf, sampledSize } from './grid.ts';

const [width = '', height = '', range] = process.argv.slice(2);
const grid = gridOf(Number(width), Number(height));
const sampled = sampledSize(grid);
const frame = new Uint8Array(sampled.width * sampled.height * 3);
const measure = frameMeasure(grid, range === 'full' ? 'full' : 'limited');

/** Few enough to show progress, enough to spare the system calls. */
const BATCH_FRAMES = 16;
const output = new Uint8Array(BATCH_FRAMES * SUMS_BYTES);
const view = new DataView(output.buffer);
let pending = 0;
/** The first frame is told at once: whoever listens knows then that decoding has begun. */
let batch = 1;

while (readFrame()) {
  writeSums(measure(frame), view, pending * SUMS_BYTES);
  pending++;
  if (pending === batch) {
    flush();
    batch = BATCH_FRAMES;
  }
}
flush();

/** False at the end; a part of a frame there is what a killed decoder left. */
function readFrame(): boolean {
  for (let filled = 0; filled < frame.length; ) {
    const read = retried(() => readSync(0, frame, filled, frame.length - filled, null));
    if (read === 0) return false;
    filled += read;
  }
  return true;
}

function flush(): void {
  for (let written = 0; written < pending * SUMS_BYTES; ) {
    written += retried(() => writeSync(1, output, written, pending * SUMS_BYTES - written));
  }
  pending = 0;
}

/** Pipes may have been made non-blocking by whoever made them: wait a little, then try again. */
function retried(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
