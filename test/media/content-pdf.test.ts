/** Which PDFs are under a password. The keys are those of pypdf, for no user password and for one. */
import { describe, expect, it } from 'vitest';
import { isLockedPdf } from '../../media/content/pdf.ts';
import { pdfValue } from '../../media/content/pdf-syntax.ts';

const isLocked = (text: string): boolean => {
  const bytes = Buffer.from(text, 'latin1');
  return isLockedPdf((at, length) => bytes.subarray(at, at + length), bytes.length);
};

const ID = '[ <5e04e027f7ba6fef8bdc28ca7f669793> <00> ]';
const HEAD = '%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\n';

interface Parts {
  /** Where the trailer says that the file is encrypted. */
  readonly trailer: string;
  readonly before?: string;
  readonly rest?: string;
}

function withTable({ trailer, before = '', rest = HEAD }: Parts): string {
  const table = '0 2\n0000000000 65535 f \n0000000009 00000 n \n';
  return `${before}${rest}xref\n${table}trailer\n<</Size 2 ${trailer}>>\nstartxref\n${rest.length}\n%%EOF\n`;
}

const withStream = (trailer: string, rest = HEAD): string =>
  `${rest}9 0 obj\n<</Type /XRef /Size 9 /W [1 2 1] ${trailer} /Length 4>>\nstream\nxxxx\nendstream\nendobj\nstartxref\n${rest.length}\n%%EOF`;

const keys: readonly (readonly [boolean, string, string, string])[] = [
  [
    false,
    '/V 1 /R 2 /Length 40 /P 4294967292',
    'c92422687facee686e373f10b5c7d04738053152f7e2ee30e11c69ec442576ab',
    '8b20487c38a83b0048072e8e3d0828f08246f371bd4d85e035eb5da56d187080',
  ],
  [
    true,
    '/V 1 /R 2 /Length 40 /P 4294967292',
    '92fe0f4454ad4c9644693f33c07cb54f587dce1e2682fe9ecea6107a1ef630dd',
    '53a7d3a573c34360eea764416990c9d8ddabca107a75bdea8ec96307fde0d743',
  ],
  [
    false,
    '/V 2 /R 3 /Length 128 /P 4294967292',
    '566fa873ee33c797cd3b904fdadf814afa34df9a38f6ed41b984e2c6da2aa6f5',
    'f7514a225047c586a7df007b5cd489f828bf4e5e4e758a4164004e56fffa0108',
  ],
  [
    true,
    '/V 2 /R 3 /Length 128 /P 4294967292',
    '0db5855fc5326569e765906caf64e4429a4c20d6e996fdef963e9b5080f9e083',
    'bef99aaad40ab32779aa0e47575a129c28bf4e5e4e758a4164004e56fffa0108',
  ],
  [
    false,
    '/V 4 /R 4 /Length 128 /P 4294967292',
    '566fa873ee33c797cd3b904fdadf814afa34df9a38f6ed41b984e2c6da2aa6f5',
    'f7514a225047c586a7df007b5cd489f828bf4e5e4e758a4164004e56fffa0108',
  ],
  [
    true,
    '/V 4 /R 4 /Length 128 /P 4294967292',
    '0db5855fc5326569e765906caf64e4429a4c20d6e996fdef963e9b5080f9e083',
    'bef99aaad40ab32779aa0e47575a129c28bf4e5e4e758a4164004e56fffa0108',
  ],
  [
    false,
    '/V 5 /R 5 /Length 256 /P 4294967292',
    'e4af733e999e229e49692541171cba23c1979d4a74fb445014c0d29a8b2ed3136071d2c63afce4364738cb6d86bd73ca',
    '12e423956f0fccb98217d8a39eeb897248a8ff58fe19040ff71a825696754188f3886f3b6373621954d31f3270fb4a75',
  ],
  [
    true,
    '/V 5 /R 5 /Length 256 /P 4294967292',
    '09705c83057943e9a16b380ffb8f32da4ccd858904cd727e6bb6ce6d1f8319b5ad160ccd661c5a8b3102bdd71f26b052',
    '46e6a9fee08994d8f97ef35a0898ff5090d7d4b75ef001d2709a3767975f9c6e2d1f73669692a1099442573f3bf86f46',
  ],
  [
    false,
    '/V 5 /R 6 /Length 256 /P 4294967292',
    '7c26beb80d8fde6b0ce700754e3562daee37a68debda4cacc068ab0dcdbb60482bcec7188e10f57b1b5ef5320d9a85e4',
    'ded23513f63904196268733df793459111be6c4afd128dce1b052722e5618a16addf91049198e15ac4c96011ee2dc196',
  ],
  [
    true,
    '/V 5 /R 6 /Length 256 /P 4294967292',
    '6a423fb7fa996c48fcf05fbcf4979ca1b64dc183d7fd394e99377a505bf7c02b60854059c348cdbc9c80a4a2b9a8f002',
    '25556aea2d0e7ed4cb674e5afb2c9a4a21f299246549074d254e18023bf9282a7d88225c777f6afdcf4728e4fa53af1d',
  ],
];
const dictionaryOf = ([, numbers, owner, user]: (typeof keys)[number]): string =>
  `<< /Filter /Standard ${numbers} /O <${owner}> /U <${user}> >>`;
const [, locked] = keys.map(dictionaryOf);
const object = `${HEAD}5 0 obj\n${locked}\nendobj\n`;

describe('a PDF is under a password', () => {
  it.each(keys)('%s with %s, and not where none opens it', (...key) => {
    const rest = `${HEAD}5 0 obj\n${dictionaryOf(key)}\nendobj\n`;
    expect(isLocked(withTable({ trailer: `/Encrypt 5 0 R /ID ${ID}`, rest }))).toBe(key[0]);
    expect(isLocked(withTable({ trailer: `/Encrypt ${dictionaryOf(key)} /ID ${ID}` }))).toBe(key[0]);
  });
  it('wherever that is said: in a stream, in an older trailer, behind other bytes, in a file that is damaged', () => {
    expect(isLocked(withStream(`/Encrypt 5 0 R /ID ${ID}`, object))).toBe(true);
    const older = withStream(`/Encrypt 5 0 R /ID ${ID}`, object);
    expect(isLocked(withTable({ trailer: `/Prev ${object.length}`, rest: `${older}\n` }))).toBe(true);
    const rest = object;
    expect(isLocked(withTable({ before: 'junk\n', trailer: `/Encrypt 5 0 R /ID ${ID}`, rest }))).toBe(true);
    const damaged = withTable({ trailer: `/Encrypt 5 0 R /ID ${ID}`, rest }).replace(
      /startxref\n\d+/,
      'startxref\n7',
    );
    expect(isLocked(damaged)).toBe(true);
    expect(isLocked(withTable({ trailer: '/Encrypt 77 0 R' }))).toBe(true);
    expect(isLocked(withTable({ trailer: '/Encrypt << /Filter /Adobe.PubSec /V 4 >>' }))).toBe(true);
  });
  it('not where only its text speaks of it, nor where trailers go round in circles', () => {
    const rest = `${HEAD}2 0 obj\n(how to /Encrypt 5 0 R)\nendobj\n`;
    expect(isLocked(withTable({ trailer: '/Root 1 0 R', rest }))).toBe(false);
    expect(isLocked(withTable({ trailer: `/Prev ${HEAD.length}` }))).toBe(false);
    expect(isLocked(HEAD)).toBe(false);
    expect(isLocked('%PDF-1.4\nstartxref\n99999999999\n%%EOF')).toBe(false);
  });
  it('read at once, however it is built', () => {
    const began = performance.now();
    for (const filler of ['1', '[', '<<', '(', ' ', '1 0 ', 'trailer', 'trailer<<', '%'])
      isLocked(withTable({ trailer: filler.repeat(200_000) }));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

it.each<readonly [string, unknown]>([
  ['(a\\(b\\)\\101\\n(c))', Buffer.from('a(b)A\n(c)')],
  ['<48 65 6>', Buffer.from('He')],
  ['[1 0 R -2.5 true null /N]', [{ number: 1, generation: 0 }, -2.5, true, null, { name: 'N' }]],
  [
    '% note\n<</A/B/C(d)>>',
    new Map<string, unknown>([
      ['A', { name: 'B' }],
      ['C', Buffer.from('d')],
    ]),
  ],
  ['(never closed', undefined],
  ['[[[', undefined],
])('reads %s', (text, value) => {
  expect(pdfValue(text, 0)).toEqual(value);
});
