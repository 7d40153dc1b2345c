/** Adds chunks up and writes what is long about them as CSV. */
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { artefacts, HIGH_ENTROPY, type Sums } from '../../kinds/large-file/compose.ts';
import type { Chain, MeasuredChunk } from '../../kinds/large-file/measured.ts';
import type { Plan } from '../../kinds/large-file/plan.ts';

export interface Join {
  add(index: number, chunk: MeasuredChunk, ms: number): Promise<void>;
  end(histogramName: string): Promise<Sums>;
  close(): Promise<void>;
}

/** More are in the artefact alone. */
const SHOWN_CHUNKS = 300;
const PACKED_BYTES = 36;

export async function openJoin(plan: Plan, artefact: (name: string) => string): Promise<Join> {
  const files = {
    chunks: await openTable(artefact(artefacts.chunks), 'offset_bytes,length_bytes,sha256,crc32c'),
    contentChunks: await openTable(artefact(artefacts.contentChunks), 'offset_bytes,length_bytes,sha256'),
    entropy: await openTable(artefact(artefacts.entropy), 'offset_bytes,bits_per_byte'),
  };
  const content = openContent();
  const entropy = openEntropy(plan.window_bytes);
  const shown: Sums['chunks'][number][] = [];
  const resumes: Sums['resumes'][number][] = [];
  let [bytesRead, ms, sha256] = [0, 0, ''];
  let chain: Chain | undefined;
  return {
    async add(index, chunk, took) {
      const { offset, length, sha256: own, crc32c } = chunk;
      if (shown.length < SHOWN_CHUNKS)
        shown.push({ offset_bytes: offset, length_bytes: length, sha256: own, crc32c });
      resumes.push(...chunk.resumed_at.map((at_byte) => ({ chunk: index, at_byte })));
      [bytesRead, ms, sha256, chain] = [
        bytesRead + chunk.bytes_read,
        ms + took,
        chunk.file_sha256,
        chunk.chain,
      ];
      await append(files.chunks, [`${offset},${length},${own},${crc32c}`]);
      await append(files.contentChunks, content.add(chunk));
      await append(files.entropy, entropy.add(chunk));
    },
    async end(histogramName) {
      if (!chain) throw new RangeError('a file has at least one chunk');
      const counts = chain.histogram.map((times, byte) => `${byte},${times}\n`);
      await writeFile(artefact(histogramName), `byte,count\n${counts.join('')}`);
      const sums = { contentChunks: content.sums(), entropy: entropy.sums() };
      return { sha256, chain, chunks: shown, ...sums, bytesRead, resumes, ms };
    },
    async close() {
      for (const file of Object.values(files)) await file.close();
    },
  };
}

/** Lines of the table, and sums of them. */
interface Table<Kept> {
  add(chunk: MeasuredChunk): readonly string[];
  readonly sums: () => Kept;
}

function openContent(): Table<Sums['contentChunks']> {
  const distinct = new Set<string>();
  const counts = { n: 0, repeatedBytes: 0 };
  return {
    add(chunk) {
      let next = chunk.cuts_start;
      return unpacked(chunk.cuts).map(({ length, hash }) => {
        const before = distinct.size;
        // Half of a hash tells a million chunks apart, in half of the memory.
        if (distinct.add(hash.slice(0, 32)).size === before) counts.repeatedBytes += length;
        counts.n += 1;
        next += length;
        return `${next - length},${length},${hash}`;
      });
    },
    sums: () => ({ ...counts, distinct: distinct.size }),
  };
}

function openEntropy(windowBytes: number): Table<Sums['entropy']> {
  const sums = { n: 0, sum: 0, min: 8, max: 0, high: 0 };
  return {
    add: (chunk) =>
      chunk.entropies.map((bits, index) => {
        sums.n += 1;
        sums.sum += bits;
        sums.min = Math.min(sums.min, bits);
        sums.max = Math.max(sums.max, bits);
        if (bits > HIGH_ENTROPY) sums.high += 1;
        return `${chunk.offset + index * windowBytes},${bits}`;
      }),
    sums: () => sums,
  };
}

async function openTable(path: string, head: string): Promise<FileHandle> {
  const file = await open(path, 'w');
  await file.appendFile(`${head}\n`);
  return file;
}

async function append(file: FileHandle, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await file.appendFile(`${lines.join('\n')}\n`);
}

function unpacked(cuts: string): readonly { readonly length: number; readonly hash: string }[] {
  const packed = Buffer.from(cuts, 'base64');
  return Array.from({ length: Math.floor(packed.length / PACKED_BYTES) }, (_, index) => {
    const at = index * PACKED_BYTES;
    return { length: packed.readUInt32LE(at), hash: packed.toString('hex', at + 4, at + PACKED_BYTES) };
  });
}
