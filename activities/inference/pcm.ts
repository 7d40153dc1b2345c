/** Samples of a track out of its file, piece after piece. */
import { open, stat } from 'node:fs/promises';
import { StepFailure } from '../step-context.ts';

const SAMPLE_BYTES = 4;

/** How many samples the file has. Throws a StepFailure for one that is not whole samples. */
export async function samplesIn(path: string): Promise<number> {
  const { size } = await stat(path);
  if (size % SAMPLE_BYTES !== 0)
    throw new StepFailure({
      code: 'PCM_CUT_SHORT',
      message: 'The decoded track does not consist of whole samples.',
      hint: 'Decode it again as 32 bit float, little endian, mono, 16 kHz.',
      retry: 'backoff',
    });
  return size / SAMPLE_BYTES;
}

/** Samples that are no numbers count as silence: a model would make nonsense of all that follows. */
export async function* readSamples(
  path: string,
  { from, to, piece }: { readonly from: number; readonly to: number; readonly piece: number },
): AsyncGenerator<Float32Array> {
  const file = await open(path);
  try {
    for (let at = from; at < to; at += piece) {
      const wanted = Math.min(piece, to - at);
      const bytes = new Uint8Array(wanted * SAMPLE_BYTES);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at * SAMPLE_BYTES);
      const samples = new Float32Array(bytes.buffer, 0, Math.floor(bytesRead / SAMPLE_BYTES));
      for (const [index, sample] of samples.entries()) if (!Number.isFinite(sample)) samples[index] = 0;
      yield samples;
    }
  } finally {
    await file.close();
  }
}
