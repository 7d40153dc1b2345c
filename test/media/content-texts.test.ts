/** What texts are about, whatever their encoding and whatever stands at their beginning. */
import { describe, expect, it } from 'vitest';
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
