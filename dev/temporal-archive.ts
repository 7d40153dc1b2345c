import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runProgram } from './run-program.ts';

/** A machine without a way to the Internet must find that out fast: another way is waiting. */
const answerWithinMs = 5000;
const downloadWithinMs = 5 * 60_000;

export interface ArchiveSettings {
  readonly archiveUrl: string;
  readonly version: string;
  readonly scratch: string;
  readonly onProgress: (line: string) => void;
}

/** The official release for this platform, unpacked; answers the path of the binary. */
export async function downloadArchive(settings: ArchiveSettings): Promise<string> {
  const archive = join(settings.scratch, 'temporal.tar.gz');
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const query = new URLSearchParams({ platform: process.platform, arch });
  await download(
    `${settings.archiveUrl}/v${settings.version}?${query.toString()}`,
    archive,
    settings.onProgress,
  );
  await runProgram(['tar', '-xzf', archive, '-C', settings.scratch], { timeoutMs: 60_000 });
  return join(settings.scratch, 'temporal');
}

/** Throws when no answer comes within seconds, or when it is not 200. */
export async function download(url: string, path: string, onProgress: (line: string) => void): Promise<void> {
  const response = await open(url);
  if (response.body === null) throw new Error(`${new URL(url).host} answered without a body`);
  const total = Number(response.headers.get('content-length') ?? 0);
  const counted = countBytes(response.body, total, onProgress);
  await pipeline(Readable.from(counted), createWriteStream(path));
}

export async function open(url: string): Promise<Response> {
  const { host } = new URL(url);
  const abort = new AbortController();
  const patience = setTimeout(() => abort.abort(), answerWithinMs);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([abort.signal, AbortSignal.timeout(downloadWithinMs)]),
    });
    if (!response.ok) throw new Error(`${host} answered ${response.status}`);
    return response;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith(host)) throw error;
    throw new Error(`${host} cannot be reached`, { cause: error });
  } finally {
    clearTimeout(patience);
  }
}

async function* countBytes(
  body: AsyncIterable<Uint8Array>,
  total: number,
  onProgress: (line: string) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let said = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    const tenth = total > 0 ? Math.floor((bytes / total) * 10) : 0;
    if (tenth > said) onProgress(`downloaded ${tenth * 10} % of ${(total / 1e6).toFixed(0)} MB`);
    said = tenth;
    yield chunk;
  }
}
