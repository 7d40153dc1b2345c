/** What is no text. */
import { gzipSync } from 'node:zlib';
import { noise, type RefusedCase, text } from './refused-case.ts';

export const refusedTexts: readonly RefusedCase[] = [
  {
    title: 'gzip named .txt',
    kind: 'text',
    code: /^NOT_TEXT$/,
    make: text('packed.txt', gzipSync('words '.repeat(50))),
  },
  {
    title: 'program named .txt',
    kind: 'text',
    code: /^NOT_TEXT$/,
    make: text('elf.txt', Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(400)])),
  },
  { title: 'noise named .txt', kind: 'text', code: /^NOT_TEXT$/, make: text('noise.txt', noise()) },
];
