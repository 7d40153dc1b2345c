/** What texts are about, whatever their encoding and whatever stands at their beginning. */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { recognise } from '../../media/content/recognise.ts';
import { textTypeOf } from '../../media/content/text-type.ts';

const typeOf = (text: string): string | undefined => {
  const bytes = Buffer.from(text);
  return textTypeOf(bytes, bytes.length)?.container;
};

describe('what stands before markup', () => {
  const rule = `<!-- ${'*'.repeat(60)} -->\n`;
  it.each([
    ['xml', `<?xml version="1.0"?>\n${rule.repeat(40)}<xsl:stylesheet version="1.0"/>`],
    ['svg', `<?xml version="1.0"?>\n${rule.repeat(40)}<svg xmlns="http://www.w3.org/2000/svg"/>`],
    ['svg', '<?xml version="1.0"?><!DOCTYPE svg [ <!ENTITY ns "http://a/"> ]><svg xmlns="&ns;"/>'],
    ['html', `${rule.repeat(40)}<!DOCTYPE html><p>x`],
    ['xml', '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>'],
    ['xml', '<!-- a comment alone, then the root --><project></project>'],
    ['text', '<!-- never closed'],
  ])('%s is found at once behind many comments', (container, text) => {
    const began = performance.now();
    expect(typeOf(text)).toBe(container);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('texts of every encoding are texts', () => {
  const found = (bytes: Buffer): string =>
    recognise((at, length) => bytes.subarray(at, at + length), bytes.length).container;
  const japanese = '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。';
  const russian = 'язык до Киева доведёт, а без языка и колокол нем. ';
  it.each([
    ['shift_jis', japanese],
    ['euc-jp', japanese],
    ['gb18030', '道可道，非常道。名可名，非常名。無名天地之始。有名萬物之母。'],
    ['big5', '道可道，非常道。名可名，非常名。無名天地之始。有名萬物之母。'],
    ['euc-kr', '모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.'],
    ['windows-1251', russian],
    ['koi8-r', russian],
    ['cp866', russian],
    ['iso-8859-7', 'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι'],
    ['windows-1255', 'כל בני אדם נולדו בני חורין ושווים בערכם ובזכויותיהם.'],
    ['utf-16le', russian],
    ['utf-16be', russian],
    ['utf-32le', russian],
    ['utf-32be', russian],
  ])('%s, long or short, even where sound could begin so', (encoding, text) => {
    expect(found(iconv.encode(text.repeat(20), encoding))).toBe('text');
    expect(found(iconv.encode(text.repeat(3000), encoding))).toBe('text');
    if (!encoding.startsWith('utf')) expect(found(iconv.encode(text.slice(0, 8), encoding))).toBe('text');
  });
  it('with the end mark of DOS, and with zeros where a log was cut', () => {
    expect(found(Buffer.from('C:\\>dir\r\n\x1a'))).toBe('text');
    expect(found(Buffer.from(`${'2024-01-01 up and running\n'.repeat(50)}\0\0\0\0started\n`))).toBe('text');
  });
  it('but not what merely begins with letters', () => {
    expect(found(Buffer.concat([Buffer.from('HEADER:'), Buffer.alloc(40, 1)]))).toBe('unknown');
    expect(found(Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * at * 31 + at) % 256)))).toBe(
      'unknown',
    );
  });
});
