import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checksums } from '../../activities/upload/checksums.ts';
import { runStep } from '../../tools/step-runner.ts';

const directory = mkdtempSync(join(tmpdir(), 'onceflow-checksums-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The check values of the algorithms' own publications. */
it.each([
  [
    '123456789',
    {
      sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
      md5: '25f9e794323b453885f5181f1b624d0b',
      crc32c: 'e3069283',
    },
  ],
  [
    'abc',
    {
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      blake3: '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85',
    },
  ],
  ['', { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', crc32c: '00000000' }],
])('the checksums of %j are those that everybody gets', async (text, expected) => {
  const path = join(directory, 'file');
  writeFileSync(path, text);
  const { document, value } = await runStep(checksums, path, {});
  expect(document).toMatchObject(expected);
  expect(value).toEqual({ sha256: expected.sha256, bytes: text.length });
});
