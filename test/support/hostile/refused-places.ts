/** Names of things that are no files below the roots. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RefusedCase, text } from './refused-case.ts';
import type { Kind } from './verdicts.ts';

/** Objects of the file system that are no files, for either kind. */
export const refusedPlaces = (kind: Kind, extension: string): readonly RefusedCase[] => [
  { title: 'missing', kind, code: /^INPUT_NOT_FOUND$/, make: (files) => join(files, `missing.${extension}`) },
  { title: 'empty', kind, code: /^EMPTY_FILE$/, make: text(`empty.${extension}`, '') },
  {
    title: 'directory',
    kind,
    code: /^INPUT_NOT_A_FILE$/,
    make: (files) => made(join(files, `directory.${extension}`), mkdirSync),
  },
  {
    title: 'FIFO',
    kind,
    code: /^INPUT_NOT_A_FILE$/,
    make: (files) => made(join(files, `fifo.${extension}`), (path) => execFileSync('mkfifo', [path])),
  },
  {
    title: 'link out of the roots',
    kind,
    code: /^INPUT_OUTSIDE_ROOTS$/,
    make: (files) => made(join(files, `link.${extension}`), (path) => symlinkSync('/etc/passwd', path)),
  },
  {
    title: 'link to a device',
    kind,
    code: /^INPUT_OUTSIDE_ROOTS$/,
    make: (files) => made(join(files, `zero.${extension}`), (path) => symlinkSync('/dev/zero', path)),
  },
  {
    title: 'link to itself',
    kind,
    code: /^INPUT_(?:NOT_FOUND|UNREADABLE)$/,
    make: (files) => made(join(files, `loop.${extension}`), (path) => symlinkSync(`loop.${extension}`, path)),
  },
  { title: 'outside of the roots', kind, code: /^INPUT_OUTSIDE_ROOTS$/, make: () => '/etc/hostname' },
  {
    title: 'sparse file of 1 TiB',
    kind,
    code: /^INPUT_TOO_LARGE$/,
    make: (files) =>
      made(join(files, `sparse.${extension}`), (path) => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      }),
  },
];

function made(path: string, make: (path: string) => unknown): string {
  make(path);
  return path;
}
