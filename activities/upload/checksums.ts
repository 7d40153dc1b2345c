/** All checksums of a file in one pass. Plain bytes, no parser: it needs no child. */
import { createHash } from 'node:crypto';
import { createBLAKE3, createCRC32 } from 'hash-wasm';
import type { Checksums } from '../../kinds/upload/result.ts';
import { readPieces } from '../../media/digest.ts';
import type { DigestValue } from '../contract.ts';
import type { StepImplementation } from '../step-context.ts';

/** Castagnoli's polynomial, reflected: what object stores and file systems use. */
const CRC32C = 0x82f63b78;

export const checksums: StepImplementation<unknown, DigestValue> = async (context) => {
  const { path, bytes: total } = context.input;
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  const [crc32c, blake3] = await Promise.all([createCRC32(CRC32C), createBLAKE3()]);
  for (const hash of [crc32c, blake3]) hash.init();
  let bytes = 0;
  for await (const piece of readPieces(path, context.signal)) {
    for (const hash of [sha256, md5, crc32c, blake3]) hash.update(piece);
    bytes += piece.length;
    context.progress({ done: bytes, total, unit: 'bytes' });
  }
  const document: Checksums = {
    sha256: sha256.digest('hex'),
    md5: md5.digest('hex'),
    crc32c: crc32c.digest(),
    blake3: blake3.digest(),
  };
  return { value: { sha256: document.sha256, bytes }, document };
};
