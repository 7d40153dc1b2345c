/** Brings the files of a model to their place: downloaded or copied, digest checked, renamed when it is right. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export class ModelError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
    this.code = code;
    this.hint = hint;
  }
}

export interface Wanted {
  /** Of the model and of its file, for messages. */
  readonly model: string;
  readonly name: string;
  /** Null: whatever comes is pinned as it is. */
  readonly sha256: string | null;
  readonly to: string;
  readonly onProgress: (bytes: number, total: number | null) => void;
}

export interface Arrived {
  readonly bytes: number;
  readonly sha256: string;
}

/** For the first answer; once bytes come, the runtime's own limit on silence holds. */
const ANSWER_MS = 30_000;

/** Throws a ModelError that says how to do without a connection. */
export async function download(url: string, wanted: Wanted): Promise<Arrived> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ANSWER_MS);
  const response = await fetch(url, { signal: patience.signal })
    .catch((cause: unknown) => {
      throw new ModelError(
        'MODEL_DOWNLOAD_FAILED',
        `${wanted.name} could not be fetched: ${new URL(url).host} did not answer`,
        waysWithout(wanted, url),
        { cause },
      );
    })
    .finally(() => clearTimeout(timer));
  if (!response.ok || response.body === null)
    throw new ModelError(
      'MODEL_DOWNLOAD_FAILED',
      `${wanted.name} could not be fetched: ${new URL(url).host} answered ${response.status}`,
      waysWithout(wanted, url),
    );
  const total = Number(response.headers.get('content-length')) || null;
  return arrive(Readable.fromWeb(response.body), wanted, { total, url });
}

/** Throws a ModelError. */
export async function copyIn(path: string, wanted: Wanted): Promise<Arrived> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile())
    throw new ModelError('MODEL_FILE_MISSING', `${path} is no file`, 'give the path of the model file');
  return arrive(createReadStream(path), wanted, { total: found.size, url: null });
}

async function arrive(
  stream: Readable,
  { model, name, sha256, to, onProgress }: Wanted,
  { total, url }: { readonly total: number | null; readonly url: string | null },
): Promise<Arrived> {
  await mkdir(dirname(to), { recursive: true });
  const partial = `${to}.part-${process.pid}`;
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _, pass) {
      hash.update(chunk);
      bytes += chunk.length;
      onProgress(bytes, total);
      pass(null, chunk);
    },
  });
  try {
    await pipeline(stream, meter, createWriteStream(partial)).catch((cause: unknown) => {
      const hint = url === null ? 'check the disk' : waysWithout({ model, name, sha256 }, url);
      throw new ModelError('MODEL_DOWNLOAD_FAILED', `${name} broke off after ${bytes} bytes`, hint, {
        cause,
      });
    });
    const digest = hash.digest('hex');
    if (sha256 !== null && digest !== sha256)
      throw new ModelError(
        'MODEL_CHECKSUM_MISMATCH',
        `${name} has sha256 ${digest}, not the pinned ${sha256}`,
        'it was changed or cut short on its way: fetch it again, or from elsewhere',
      );
    await rename(partial, to);
    return { bytes, sha256: digest };
  } finally {
    await rm(partial, { force: true });
  }
}

function waysWithout(
  { model, name, sha256 }: Pick<Wanted, 'model' | 'name' | 'sha256'>,
  url: string,
): string {
  const pinned = sha256 === null ? '' : `, sha256 ${sha256}`;
  return `fetch ${url} (${name}${pinned}) on a machine with a connection, copy it here, then: onceflow models pull ${model} --file PATH`;
}
