/** A chunk's measures are the same however the file is cut, and wherever an attempt went on. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineCount, newlineStyle, textCensus } from '../../kinds/large-file/text.ts';
import { planOf, spanOf } from '../../kinds/large-file/plan.ts';
import { openCensus } from '../../media/large-file/census.ts';
import { openCutter } from '../../media/large-file/content-chunks.ts';
import type { Checkpoint, MeasuredChunk } from '../../media/large-file/job.ts';
import { measureChunk } from '../../media/large-file/measure-chunk.ts';

const MEBIBYTE = 1024 ** 2;
const directory = mkdtempSync(join(tmpdir(), 'onceflow-large-'));
const inputPath = join(directory, 'file');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Noise, zeros and text, the same each time. */
function content(): Buffer {
  const noise = Array.from({ length: 90_000 }, (_, index) =>
    createHash('sha256').update(String(index)).digest(),
  );
  return Buffer.concat([...noise, Buffer.alloc(2 * MEBIBYTE + 7), Buffer.from('line\r\n'.repeat(300_000))]);
}
const bytes = content();
beforeAll(() => writeFileSync(inputPath, bytes));

interface Measured {
  readonly chunks: readonly MeasuredChunk[];
  readonly checkpoints: readonly Checkpoint[];
}

async function measured(
  chunk_bytes: number,
  resumeFrom?: (all: readonly Checkpoint[]) => Checkpoint | undefined,
) {
  const plan = planOf(bytes.length, { chunk_bytes });
  const chunks: MeasuredChunk[] = [];
  const checkpoints: Checkpoint[] = [];
  for (let index = 0; index < plan.chunks; index += 1) {
    const { from, to } = spanOf(plan, index);
    const job = {
      ...{ inputPath, from, to, last: index === plan.chunks - 1, windowBytes: plan.window_bytes },
      ...{ cut: plan.content_chunks, chain: chunks.at(-1)?.chain ?? null },
    };
    const told: Checkpoint[] = [];
    const every = { everyMs: 0, tell: (line: string) => void told.push(JSON.parse(line)) };
    const whole = await measureChunk({ ...job, checkpoint: null }, () => {}, every);
    const checkpoint = resumeFrom?.(told);
    chunks.push(checkpoint ? await measureChunk({ ...job, checkpoint }, () => {}, every) : whole);
    checkpoints.push(...told);
  }
  return { chunks, checkpoints } satisfies Measured;
}

const cutsOf = ({ chunks }: Measured): string =>
  chunks.map(({ cuts }) => Buffer.from(cuts, 'base64').toString('hex')).join('');

describe('measuring', () => {
  it('gives the digest, histogram and content chunks of one pass, whatever the size of a chunk', async () => {
    const [small, large] = [await measured(MEBIBYTE), await measured(4 * MEBIBYTE)];
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect([small.chunks.at(-1)?.file_sha256, large.chunks.at(-1)?.file_sha256]).toEqual([sha256, sha256]);
    expect(small.chunks.at(-1)?.chain).toEqual(large.chunks.at(-1)?.chain);
    expect(cutsOf(small)).toBe(cutsOf(large));
    for (const chunk of small.chunks) {
      const own = bytes.subarray(chunk.offset, chunk.offset + chunk.length);
      expect(chunk.sha256).toBe(createHash('sha256').update(own).digest('hex'));
    }
  });

  it('is the same when it went on from any state it told, and reads little again', async () => {
    const plain = await measured(4 * MEBIBYTE);
    for (const pick of [0, 1, 2]) {
      const resumed = await measured(4 * MEBIBYTE, (told) => told[pick]);
      const bare = ({ bytes_read: _read, resumed_at: _at, ...rest }: MeasuredChunk) => rest;
      expect(resumed.chunks.map(bare)).toEqual(plain.chunks.map(bare));
      expect(resumed.chunks[0]?.resumed_at).toEqual([(pick + 1) * MEBIBYTE]);
      // What the open content chunk has so far is read twice, at most its greatest size.
      expect(resumed.chunks[0]?.bytes_read).toBeLessThanOrEqual(8 * MEBIBYTE);
    }
  });

  it('tells states that travel in a heartbeat', async () => {
    const { checkpoints } = await measured(4 * MEBIBYTE);
    for (const checkpoint of checkpoints) expect(JSON.stringify(checkpoint).length).toBeLessThan(8_000);
  });
});

it('plans at most 980 chunks, for any size', () => {
  for (const size of [0, 1, 128 * MEBIBYTE, 512 * 1024 ** 3, 2 ** 50]) {
    const plan = planOf(size, {});
    expect(plan.chunks).toBeGreaterThanOrEqual(1);
    expect(plan.chunks).toBeLessThanOrEqual(980);
    expect(spanOf(plan, plan.chunks - 1).to).toBe(size);
    expect(Math.ceil(plan.chunk_bytes / plan.window_bytes)).toBeLessThanOrEqual(1024);
  }
});

it('cuts by content: what follows an insertion is cut as before', () => {
  const sizes = { min_bytes: 2048, average_bytes: 8192, max_bytes: 32_768 };
  const cut = (data: Buffer): string[] => {
    const cutter = openCutter(sizes, 0, Buffer.alloc(0));
    cutter.feed(data);
    cutter.end();
    const packed = cutter.packed();
    return Array.from({ length: packed.length / 36 }, (_, index) =>
      packed.toString('hex', index * 36, index * 36 + 36),
    );
  };
  const noise = bytes.subarray(0, MEBIBYTE);
  const before = cut(noise);
  const after = new Set(cut(Buffer.concat([Buffer.from('inserted'), noise])));
  expect(before.length).toBeGreaterThan(60);
  expect(before.length).toBeLessThan(250);
  expect(before.filter((one) => !after.has(one)).length).toBeLessThan(8);
});

describe('the census of a text', () => {
  const count = (pieces: readonly Buffer[]) => {
    const census = openCensus(null);
    for (const piece of pieces) census.feed(piece);
    const all = Buffer.concat(pieces);
    const histogram = Array.from({ length: 256 }, () => 0);
    for (const byte of all) histogram[byte] = (histogram[byte] ?? 0) + 1;
    const state = census.state();
    return {
      ...textCensus(state, histogram, all.length),
      lines: lineCount(state),
      style: newlineStyle(state),
      state,
    };
  };
  it.each([
    ['a\nb\n', 'ascii', 2, 'lf'],
    ['a\r\nb', 'ascii', 2, 'crlf'],
    ['a\rb\r', 'ascii', 2, 'cr'],
    ['a\r\nb\nc', 'ascii', 3, 'mixed'],
    ['grün', 'utf-8', 1, null],
  ] as const)('of %j', (text, encoding, lines, style) => {
    expect(count([Buffer.from(text)])).toMatchObject({ is_text: true, encoding, lines, style });
  });
  it('joins characters and line ends that a boundary cuts in two', () => {
    const text = Buffer.from('ab\r\n🧪 é\r\nlast');
    for (let at = 0; at <= text.length; at += 1) {
      const told = count([text.subarray(0, at), text.subarray(at)]);
      expect(told).toMatchObject({ encoding: 'utf-8', lines: 3, style: 'crlf' });
      expect(told.state).toMatchObject({ crlf: 2, longest_line: 7 });
    }
  });
  it('counts UTF-16 in its own units, and calls bytes with NUL no text', () => {
    const wide = Buffer.from('\ufeffਊ\nb\r\n', 'utf16le');
    expect(count([wide])).toMatchObject({ encoding: 'utf-16le', lines: 2, style: 'mixed' });
    expect(count([Buffer.from('a\0b')])).toMatchObject({ is_text: false, encoding: null });
    expect(count([Buffer.from('gr\xfcn', 'latin1')])).toMatchObject({
      is_text: true,
      encoding: 'unknown-8-bit',
    });
  });
  it('counts the lines of a text whose letters are nearly all beyond ASCII', () => {
    // "Onegin" in windows-1251, where all letters are above 127.
    const line = Buffer.from('ccee9020e4ffe4ff20f1e0ecfbf520f7e5f1f2edfbf520efe0e2e8eb0d0a', 'hex');
    const told = count([Buffer.concat(Array.from({ length: 30 }, () => line))]);
    expect(told).toMatchObject({ is_text: true, encoding: 'unknown-8-bit', lines: 30, style: 'crlf' });
  });
});
