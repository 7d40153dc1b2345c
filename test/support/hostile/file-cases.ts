/** Files that are not what they seem, and some that are. */
import { gzipSync } from 'node:zlib';
import { type FileCase, fileCase as of } from './file-case.ts';
import { elf, oleOf, portableExecutable, tarOf } from './file-maker.ts';
import { noise } from './refused-case.ts';
import { zipCases } from './zip-cases.ts';
import { zipOf } from './zip-maker.ts';

const types = '[Content_Types].xml';
const zeros = (mebibytes: number) => Buffer.alloc(mebibytes * 1024 ** 2);
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

const otherCases: readonly FileCase[] = [
  of(
    'picture that is an archive too',
    'image.png',
    () => Buffer.concat([png, zipOf([{ name: 'a' }])]),
    'png',
    'POLYGLOT',
  ),
  of(
    'PDF that is an archive too',
    'paper.pdf',
    () => Buffer.concat([Buffer.from('%PDF-1.7\n%%EOF\n'), zipOf([{ name: 'a' }])]),
    'pdf',
    'POLYGLOT',
  ),
  of(
    'Word macros',
    'letter.docm',
    () =>
      zipOf([{ name: types }, { name: 'word/document.xml' }, { name: 'word/vbaProject.bin', bytes: 'x' }]),
    'docx with macros',
    'MACROS',
  ),
  of(
    'macros under an innocent name',
    'letter.docx',
    () => zipOf([{ name: types }, { name: 'word/document.xml' }, { name: 'word/vbaProject.bin' }]),
    'docx with macros',
    'TYPE_MISMATCH',
    'MACROS',
  ),
  of(
    'Basic in an OpenDocument',
    'sheet.ods',
    () =>
      zipOf([
        { name: 'mimetype', bytes: 'application/vnd.oasis.opendocument.spreadsheet', stored: true },
        { name: 'Basic/Standard/Module1.xml' },
      ]),
    'ods',
    'MACROS',
  ),
  of(
    'VBA in an old document',
    'old.doc',
    () => oleOf(['WordDocument', 'Macros', 'VBA', '_VBA_PROJECT']),
    'doc',
    'MACROS',
  ),
  of(
    'old document whose directory bites its tail',
    'loop.xls',
    () => oleOf(['Workbook'], { loop: true }),
    'xls',
    'DAMAGED',
  ),
  of(
    'document under a password',
    'locked.xlsx',
    () => oleOf(['EncryptedPackage', 'EncryptionInfo']),
    'encrypted office',
    'ENCRYPTED_DOCUMENT',
  ),
  of('program named as a picture', 'holiday.jpg', () => elf, 'elf', 'TYPE_MISMATCH', 'EXECUTABLE'),
  of('Windows program', 'tool.exe', portableExecutable, 'pe', 'EXECUTABLE'),
  of(
    'fat Mach-O',
    'tool',
    () => Buffer.from('cafebabe00000002000000070000000300000000', 'hex'),
    'mach-o-fat',
    'EXECUTABLE',
  ),
  of('script', 'run', () => Buffer.from('#!/bin/sh\nrm -rf /\n'), 'script', 'EXECUTABLE'),
  of('batch file', 'run.bat', () => Buffer.from('del *.*\r\n'), 'text', 'EXECUTABLE'),
  of(
    'archive of a program language',
    'app.jar',
    () => zipOf([{ name: 'META-INF/MANIFEST.MF' }]),
    'jar',
    'EXECUTABLE',
  ),
  of(
    'tar with a huge size',
    'huge.tar',
    () => tarOf([{ name: 'a', size: '77777777777\0' }]),
    'tar',
    'EXPLODING_ARCHIVE',
    'DAMAGED',
  ),
  of(
    'tar with a size below zero',
    'negative.tar',
    () => tarOf([{ name: 'a', size: Buffer.alloc(12, 0xff) }]),
    'tar',
    'DAMAGED',
  ),
  of(
    'tar with names that climb and links',
    'slip.tar',
    () =>
      tarOf([
        { name: '../PWNED', bytes: 'x' },
        { name: 'l', type: '2', link: '../../etc' },
      ]),
    'tar',
    'TRAVERSAL_NAMES',
    'ESCAPING_LINKS',
  ),
  of('tar with a device', 'device.tar', () => tarOf([{ name: 'null', type: '3' }]), 'tar', 'DEVICE_ENTRIES'),
  of('gzip bomb', 'bomb.gz', () => gzipSync(zeros(120)), 'gzip', 'EXPLODING_ARCHIVE'),
  of('gzip cut off', 'cut.gz', () => gzipSync(noise()).subarray(0, 20_000), 'gzip', 'DAMAGED'),
  of('tar.gz', 'a.tar.gz', () => gzipSync(tarOf([{ name: 'a/b.txt', bytes: 'hello' }])), 'gzip'),
  of('noise named as a picture', 'noise.png', noise, 'unknown', 'TYPE_MISMATCH'),
  of('empty', 'empty.txt', () => Buffer.alloc(0), 'empty', 'EMPTY_FILE'),
  of('one byte', 'one.txt', () => Buffer.from('x'), 'text'),
  of('plain text', 'a\nb 🧪.txt', () => Buffer.from('A sentence, and another one.\n'), 'text'),
];

export const fileCases: readonly FileCase[] = [...zipCases, ...otherCases];
