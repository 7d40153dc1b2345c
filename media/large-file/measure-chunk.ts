/**
 * Measures one chunk in one pass: sha256 of the file so far and of the chunk, crc32c, entropy, content chunks, census.
 * Now and then it tells a state that another attempt could go on from.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { createCRC32, createSHA256, type IHasher } from 'hash-wasm';
import { ProgramFailure } from '../program/outcome.ts';
import type { Report } from '../program/run.ts';
import { openCensus } from './census.ts';
import { type Cutter, openCutter } from './content-chunks.ts';
import type { Chain, Checkpoint, MeasuredChunk, MeasureJob } from './job.ts';

const PIECE_BYTES = 1024 * 1024;
const CRC32C = 0x82f63b78;

/** Where states go on from, and how often one is told. */
export interface Telling {
  readonly everyMs: number;
  readonly tell: (line: string) => void;
}

export async function measureChunk(
  job: MeasureJob,
  report: Report,
  telling: Telling,
): Promise<MeasuredChunk> {
  const descriptor = openSync(job.inputPath, 'r');
  try {
    const measuring = await openMeasuring(job);
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let at = measuring.cutter.start();
    let bytesRead = measuring.bytesReadBefore;
    let keptAt = performance.now();
    while (at < job.to) {
      const again = at < measuring.from;
      const end = Math.min(again ? measuring.from : job.to, at + PIECE_BYTES);
      const bytes = readFully(descriptor, piece.subarray(0, end - at), at);
      measuring.cutter.feed(bytes);
      if (!again) measuring.feed(bytes);
      at = end;
      bytesRead += bytes.length;
      report({ done: at - job.from, total: job.to - job.from, unit: 'bytes' });
      if (again || at === job.to || performance.now() - keptAt < telling.everyMs) continue;
      keptAt = performance.now();
      telling.tell(JSON.stringify(measuring.checkpoint(at, bytesRead)));
    }
    if (job.last) measuring.cutter.end();
    return measuring.done(bytesRead);
  } finally {
    closeSync(descriptor);
  }
}

function readFully(descriptor: number, into: Buffer, position: number): Buffer {
  for (let filled = 0; filled < into.length; ) {
    const bytes = readSync(descriptor, into, filled, into.length - filled, position + filled);
    if (bytes === 0)
      throw new ProgramFailure(
        'CONTENT_CHANGED',
        'The file became shorter while it was read.',
        'Submit it again when nothing writes to the file any more.',
      );
    filled += bytes;
  }
  return into;
}

interface Measuring {
  /** Where new bytes begin; the cutter may begin earlier. */
  readonly from: number;
  readonly bytesReadBefore: number;
  readonly cutter: Cutter;
  feed(bytes: Buffer): void;
  checkpoint(offset: number, bytesRead: number): Checkpoint;
  done(bytesRead: number): MeasuredChunk;
}

async function openMeasuring(job: MeasureJob): Promise<Measuring> {
  const { checkpoint } = job;
  const parts = await openParts(job);
  const { whole, own, crc, entropy, census, cutter } = parts;
  const from = checkpoint?.chain.offset ?? job.from;
  const resumed_at = checkpoint === null ? [] : [...checkpoint.resumed_at, from];
  const cuts_start = checkpoint?.cuts_start ?? cutter.start();
  const soFar = (bytes_read: number) => ({
    ...{
      entropies: entropy.values(),
      cuts: cutter.packed().toString('base64'),
      cuts_start,
      bytes_read,
      resumed_at,
    },
  });
  return {
    from,
    bytesReadBefore: checkpoint?.bytes_read ?? 0,
    cutter,
    feed(bytes) {
      for (const hash of [whole, own, crc]) hash.update(bytes);
      entropy.feed(bytes);
      census.feed(bytes);
    },
    checkpoint: (offset, bytesRead) => ({
      ...{ chain: chainOf(parts, offset), chunk: { sha256: saved(own), crc32c: saved(crc) } },
      ...{ window: entropy.window(), ...soFar(bytesRead) },
    }),
    done(bytesRead) {
      entropy.end();
      const measured = { offset: job.from, length: job.to - job.from, ...soFar(bytesRead) };
      const chain = chainOf(parts, job.to);
      return { ...measured, chain, sha256: own.digest(), crc32c: crc.digest(), file_sha256: whole.digest() };
    },
  };
}

type Parts = Awaited<ReturnType<typeof openParts>>;

/** Everything that is measured, at the state of the checkpoint, of the chunk before, or at the beginning. */
async function openParts({ checkpoint, chain: before, from, windowBytes, cut }: MeasureJob) {
  const chain = checkpoint?.chain ?? before;
  const histogram = Float64Array.from(chain?.histogram ?? new Float64Array(256));
  return {
    whole: restored(await createSHA256(), chain?.whole),
    own: restored(await createSHA256(), checkpoint?.chunk.sha256),
    crc: restored(await createCRC32(CRC32C), checkpoint?.chunk.crc32c),
    histogram,
    entropy: openEntropy(windowBytes, histogram, checkpoint),
    census: openCensus(chain?.census ?? null),
    cutter: openCutter(cut, chain?.cut_start ?? from, Buffer.from(checkpoint?.cuts ?? '', 'base64')),
  };
}

function chainOf({ whole, histogram, census, cutter }: Parts, offset: number): Chain {
  const cut_start = cutter.start();
  return { offset, whole: saved(whole), histogram: [...histogram], cut_start, census: census.state() };
}

function restored(hash: IHasher, state: string | undefined): IHasher {
  return state === undefined ? hash.init() : hash.load(Buffer.from(state, 'base64'));
}

function saved(hash: IHasher): string {
  return Buffer.from(hash.save()).toString('base64');
}

/** Bits per byte of each window; a window's counts go to the file's when it is full. */
function openEntropy(windowBytes: number, histogram: Float64Array, before: Checkpoint | null) {
  const values: number[] = [...(before?.entropies ?? [])];
  let window = Uint32Array.from(before?.window ?? new Uint32Array(256));
  let filled = window.reduce((sum, value) => sum + value, 0);
  const close = (): void => {
    let bits = 0;
    window.forEach((times, byte) => {
      histogram[byte] = (histogram[byte] as number) + times;
      if (times > 0) bits -= (times / filled) * Math.log2(times / filled);
    });
    values.push(Math.round(bits * 1000) / 1000);
    [window, filled] = [new Uint32Array(256), 0];
  };
  return {
    feed(bytes: Buffer): void {
      for (let at = 0; at < bytes.length; ) {
        const to = Math.min(bytes.length, at + windowBytes - filled);
        for (let index = at; index < to; index += 1)
          window[bytes[index] as number] = (window[bytes[index] as number] as number) + 1;
        filled += to - at;
        at = to;
        if (filled === windowBytes) close();
      }
    },
    end: () => filled > 0 && close(),
    window: () => [...window],
    values: () => [...values],
  };
}
