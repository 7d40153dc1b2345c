/**
 * Resident memory while 2 GB are analysed, against 20 MB: the size of an input must not show in the memory.
 *
 * Each file is analysed by a product of its own, through the client, so that no measurement begins where another one
 * left the heaps of the workers.
 */
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findMediaTools } from '../media/ffmpeg-tools.ts';
import { startProduct } from '../test/support/product.ts';
import type { Measured } from './measured.ts';
import { makeTable, makeVideo } from './memory-inputs.ts';
import { type Resident, sampleResident } from './resident.ts';

type Kind = 'video' | 'profiling';
type Log = (line: string) => void;

const SMALL_MB = 20;
const LARGE_MB = Number(process.argv.find((one) => one.startsWith('--large-mb='))?.split('=')[1] ?? 2_000);
/** The large input may take this much more than the small one. */
const GROWTH = 1.2;
const TABLE_CHILD = 'duckdb profile';
const TABLE_CHILD_BYTES = 1024 ** 3;

export async function measureMemory(log: Log): Promise<readonly Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-memory-'));
  try {
    const ffmpeg = (await findMediaTools()).ffmpeg.path;
    const videos = await measureBoth('video', directory, log, (path, mb) => makeVideo(ffmpeg, path, mb));
    const tables = await measureBoth('profiling', directory, log, makeTable);
    return [
      ...growthOfWorkers('video', videos),
      growth('video, largest child', videos, (seen) => Math.max(...seen.children.values())),
      growth('video, chunk and audio pass beside each other', videos, besideEachOther),
      ...growthOfWorkers('CSV', tables),
      childOfTable(tables),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Both {
  readonly small: Resident;
  readonly large: Resident;
}

async function measureBoth(
  kind: Kind,
  directory: string,
  log: Log,
  make: (path: string, megabytes: number) => void,
): Promise<Both> {
  const measure = async (megabytes: number): Promise<Resident> => {
    const path = join(directory, `${kind}-${megabytes}.${kind === 'video' ? 'mp4' : 'csv'}`);
    make(path, megabytes);
    return analyseAlone(kind, path, log);
  };
  return { small: await measure(SMALL_MB), large: await measure(LARGE_MB) };
}

function growthOfWorkers(what: string, both: Both): readonly Measured[] {
  return [...both.large.workers.keys()].map((name) =>
    growth(`${what}, worker ${name}`, both, (seen) => seen.workers.get(name) ?? 0),
  );
}

function growth(name: string, both: Both, bytesOf: (seen: Resident) => number): Measured {
  const [small, large] = [bytesOf(both.small), bytesOf(both.large)];
  return { name, ratio: large / small, goal: GROWTH, parts: { small_mb: mb(small), large_mb: mb(large) } };
}

/** By design the most that runs at one moment; whether a sample meets both in a short video is chance. */
function besideEachOther({ children }: Resident): number {
  return (children.get('ffmpeg decode') ?? Number.NaN) + (children.get('ffmpeg loudness') ?? Number.NaN);
}

function childOfTable({ small, large }: Both): Measured {
  const bytes = large.children.get(TABLE_CHILD) ?? Number.NaN;
  return {
    name: 'CSV, child of at most 1 GiB',
    ratio: bytes / TABLE_CHILD_BYTES,
    goal: 1,
    parts: {
      small_mb: mb(small.children.get(TABLE_CHILD) ?? 0),
      large_mb: mb(bytes),
      own_directory_mb: mb(large.attemptBytes),
      spilled_mb: mb(large.spillBytes),
    },
  };
}

async function analyseAlone(kind: Kind, path: string, log: Log): Promise<Resident> {
  const product = await startProduct();
  try {
    const source = join(product.files, basename(path));
    renameSync(path, source);
    const sampler = sampleResident({
      workers: () => product.embedded.pids(),
      titles: () => new Map(product.witnessed().map(({ pid, title }) => [pid, title])),
      attempts: join(product.embedded.dataDirectory, 'attempts'),
    });
    const began = performance.now();
    try {
      await product.client.result(await product.client.submit(kind, 'large', { source }));
    } finally {
      sampler.stop();
    }
    const seen = sampler.stop();
    log(
      `${basename(path)}: ${mb(statSync(source).size)} MB in ${Math.round((performance.now() - began) / 1000)} s`,
    );
    for (const [name, bytes] of [...seen.workers, ...seen.children])
      log(`    ${name.padEnd(20)} ${mb(bytes)} MB`);
    return seen;
  } finally {
    await product.stop();
  }
}

function mb(bytes: number): number {
  return Math.round(bytes / 1e6);
}
