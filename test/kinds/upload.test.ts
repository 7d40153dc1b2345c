import { describe, expect, it } from 'vitest';
import type { ContentFound, FileType } from '../../kinds/content/found.ts';
import { isMismatch } from '../../kinds/content/mismatch.ts';
import { applicableKinds } from '../../kinds/upload/applicable.ts';

const type = (container: string, family: FileType['family'], more: Partial<FileType> = {}): FileType => ({
  ...{ mime: `application/x-${container}`, container, family, extensions: [container] },
  ...more,
});
const kindsOf = (found: FileType, declared: string | null = null, bytes = 1000) =>
  applicableKinds({ type: found, declared, bytes }).map(({ kind }) => kind);

describe('which analyses apply', () => {
  it.each([
    ['mp4', 'video', null, ['video']],
    ['mp3', 'audio', null, ['audio']],
    ['midi', 'audio', null, []],
    ['png', 'image', null, ['image']],
    ['parquet', 'table', null, ['profiling']],
    ['xls', 'table', null, []],
    ['text', 'text', 'txt', ['text']],
    ['text', 'text', 'csv', ['profiling', 'text']],
    ['zip', 'archive', null, []],
    ['elf', 'executable', null, []],
  ] as const)('to %s (%s) named .%s: %j', (container, family, declared, kinds) => {
    expect(kindsOf(type(container, family), declared)).toEqual(kinds);
  });

  it('large-file to whatever is larger than 1 GiB, beside what else applies', () => {
    expect(kindsOf(type('mp4', 'video'), null, 2 ** 30)).toEqual(['video']);
    expect(kindsOf(type('mp4', 'video'), null, 2 ** 30 + 1)).toEqual(['video', 'large-file']);
  });

  it('also of a kind whose rule somebody adds', () => {
    const rule = { kind: 'market-scan', why: 'it is a table', applies: () => true };
    expect(applicableKinds({ type: type('csv', 'table'), declared: null, bytes: 1 }, [rule])).toEqual([
      { kind: 'market-scan', why: 'it is a table' },
    ]);
  });
});

describe('a name that promises something else', () => {
  const found = (one: FileType, known: boolean, textual: boolean) =>
    ({ type: one, extension: { known, textual } }) as ContentFound;
  const png = type('png', 'image');
  const plain = type('text', 'text', { mime: 'text/plain', extensions: [] });
  it.each([
    ['png', found(png, true, false), false],
    ['jpg', found(png, true, false), true],
    ['xyz', found(png, false, false), false],
    [null, found(png, false, false), false],
    ['md', found(plain, true, true), false],
    ['jpg', found(plain, true, false), true],
    ['xyz', found(type('elf', 'executable'), false, false), true],
  ] as const)('.%s', (declared, content, mismatch) => {
    expect(isMismatch(declared, content)).toBe(mismatch);
  });
});
