/**
 * The measuring child: sampled frames on stdin, their sums on stdout (frame-record.ts).
 *
 *     ffmpeg ... -f rawvideo pipe:1 | node measure.ts WIDTH HEIGHT limited|full
 *
 * WIDTH and HEIGHT are those of the video. It reads with blocking calls: between two frames there is nothing to do.
 */
import { readFully, writeFully } from '../program/pipe.ts';
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

// A part of a frame at the end is what a killed decoder left.
while (readFully(frame) === frame.length) {
  writeSums(measure(frame), view, pending * SUMS_BYTES);
  pending++;
  if (pending === batch) {
    flush();
    batch = BATCH_FRAMES;
  }
}
flush();

function flush(): void {
  writeFully(output.subarray(0, pending * SUMS_BYTES));
  pending = 0;
}
