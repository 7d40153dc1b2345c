/** ZIP archives that lie, climb, explode, or are only large. */
import { type FileCase, fileCase as of } from './file-case.ts';
import { noise } from './refused-case.ts';
import { zipOf } from './zip-maker.ts';

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `f${index}`, stored: true }));
const zeros = (mebibytes: number) => Buffer.alloc(mebibytes * 1024 ** 2);

export const zipCases: readonly FileCase[] = [
  of('zip bomb', 'bomb.zip', () => zipOf([{ name: 'zeros', bytes: zeros(110) }]), 'zip', 'EXPLODING_ARCHIVE'),
  of(
    'zip that claims less than it unfolds to',
    'liar.zip',
    () => zipOf([{ name: 'a', bytes: zeros(1), claimed: 10 }]),
    'zip',
    'EXPLODING_ARCHIVE',
  ),
  of(
    'zip that claims more than deflate can do',
    'giant.zip',
    () => zipOf([{ name: 'a', bytes: 'x', claimed: 0x7fffffff }]),
    'zip',
    'EXPLODING_ARCHIVE',
  ),
  of(
    'ZIP64 sizes beyond any disk',
    'wide.zip',
    () => zipOf([{ name: 'a', bytes: 'x', wide: true, claimed: 2 ** 52 }], { zip64: true }),
    'zip',
    'EXPLODING_ARCHIVE',
  ),
  of(
    'ZIP64 count that lies',
    'count.zip',
    () => zipOf([{ name: 'a' }], { zip64: true, zip64Entries: 2n ** 40n }),
    'zip',
    'DAMAGED',
  ),
  of(
    'ZIP64 count beyond numbers',
    'count64.zip',
    () => zipOf([{ name: 'a' }], { zip64: true, zip64Entries: 2n ** 63n }),
    'zip',
    'DAMAGED',
  ),
  of(
    'overlapping entries',
    'overlap.zip',
    () =>
      zipOf([
        { name: 'a', bytes: noise() },
        { name: 'a', sharesWith: 0, bytes: noise() },
      ]),
    'zip',
    'EXPLODING_ARCHIVE',
  ),
  of(
    'names that climb',
    'slip.zip',
    () =>
      zipOf([
        { name: '../../etc/PWNED', bytes: 'x' },
        { name: 'a/..\\..\\b', bytes: 'x' },
      ]),
    'zip',
    'TRAVERSAL_NAMES',
  ),
  of(
    'absolute names',
    'absolute.zip',
    () =>
      zipOf([
        { name: '/etc/PWNED', bytes: 'x' },
        { name: 'C:\\PWNED', bytes: 'x' },
      ]),
    'zip',
    'TRAVERSAL_NAMES',
  ),
  of(
    'symbolic link out',
    'link.zip',
    () => zipOf([{ name: 'a', mode: 0o120777, bytes: '/etc/passwd', stored: true }]),
    'zip',
    'ESCAPING_LINKS',
  ),
  of(
    'encrypted entries',
    'locked.zip',
    () => zipOf([{ name: 'a', bytes: 'secret', encrypted: true }]),
    'zip',
    'ENCRYPTED_ARCHIVE',
  ),
  of(
    'directory behind the end',
    'behind.zip',
    () => zipOf([{ name: 'a' }], { claimedDirectoryBytes: 0x7fffffff }),
    'zip',
    'DAMAGED',
  ),
  of('cut off', 'cut.zip', () => zipOf([{ name: 'a', bytes: noise() }]).subarray(0, 5000), 'zip', 'DAMAGED'),
  of(
    'two names for one entry',
    'names.zip',
    () => zipOf([{ name: 'a.txt', localName: 'b.exe', bytes: 'x' }]),
    'zip',
    'DAMAGED',
  ),
  of('65,535 entries', 'many.zip', () => zipOf(many(65_535)), 'zip'),
  of('70,000 entries', 'more.zip', () => zipOf(many(70_000), { zip64: true }), 'zip'),
  of('data descriptors', 'stream.zip', () => zipOf([{ name: 'a', bytes: 'hello', descriptor: true }]), 'zip'),
  of(
    'nested archives',
    'nested.zip',
    () => zipOf([{ name: 'inner.zip', bytes: zipOf([{ name: 'x.zip' }]), stored: true }]),
    'zip',
  ),
  of(
    'program in an archive',
    'setup.zip',
    () => zipOf([{ name: 'setup.EXE', bytes: 'MZ' }]),
    'zip',
    'EXECUTABLE_IN_ARCHIVE',
  ),
];
