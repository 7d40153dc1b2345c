/** Private entries are found by shape and check digit, and never shown. */
import { expect, it } from 'vitest';
import { analysed, withTexts } from './measured.ts';

withTexts();

const SECRETS = [
  'jane.doe@example.org',
  'DE89 3704 0044 0532 0130 00',
  '4111 1111 1111 1111',
  '+49 170 1234567',
  '(555) 234-5678',
  '203.0.113.77',
  '2001:db8::8a2e:370:7334',
  '219-09-9999',
];
const LETTER = `Dear Jane, your address ${SECRETS[0]} and your account ${SECRETS[1]} were stored with the card ${SECRETS[2]} last spring. Please call ${SECRETS[3]} or ${SECRETS[4]} before 2024-05-17 if the amount of $1,250.00 is wrong. The visit came from ${SECRETS[5]} and from ${SECRETS[6]}, with the number ${SECRETS[7]}. Details stand at https://user:pw@example.org/reset?token=abc123secret for you.\n\n`;

it('counts each sort and shows samples that are masked', async () => {
  const { text, codes } = await analysed('letter.txt', LETTER);
  const counts = Object.fromEntries(text.entities.map(({ kind, count }) => [kind, count]));
  expect(counts).toEqual({
    email: 1,
    url: 1,
    phone: 2,
    date: 1,
    money: 1,
    iban: 1,
    credit_card: 1,
    ip_address: 2,
    us_ssn: 1,
  });
  expect(codes).toEqual(expect.arrayContaining(['PII_EMAIL', 'PII_IBAN', 'PII_CREDIT_CARD', 'PII_PHONE']));
});

it('shows none of them anywhere, however often they stand there', async () => {
  // A sentence that stands there twice is no summary twice: each letter begins in its own way.
  const letters = Array.from({ length: 40 }, (_, part) =>
    LETTER.replace('Dear Jane', `Dear reader of part ${part}`),
  );
  const { result } = await analysed('letters.txt', letters.join(''));
  const shown = JSON.stringify(result);
  for (const secret of [
    ...SECRETS,
    'jane.doe',
    'abc123secret',
    '1234567',
    '234-5678',
    '37040044',
    'user:pw',
  ]) {
    expect(shown, secret).not.toContain(secret);
  }
  const words = result.text.counts.top_words.map(({ word }) => word);
  expect(words.filter((word) => /\d{4,}|doe/.test(word) && word !== '2024')).toEqual([]);
  expect(result.text.summary?.sentences.length).toBeGreaterThan(0);
});

it('numbers whose check digits are wrong are numbers', async () => {
  const { text } = await analysed(
    'numbers.txt',
    'Card 4111 1111 1111 1112, account DE88 3704 0044 0532 0130 00, version 10.20.30, build 1.2.3.4.5, 999.1.1.1.\n',
  );
  const found = text.entities
    .filter(({ kind, count }) => count > 0 && kind !== 'phone')
    .map(({ kind }) => kind);
  expect(found).toEqual([]);
});

it('knows the IBANs of small registries, and no address in the names of a program', async () => {
  const { text } = await analysed(
    'mixed.txt',
    `Pay to MN121234123456789123 or to YE15CBYE0001018861234567891234.\n${'Call std::cout, a::b, abc::def and fe80::1 in turn.\n'.repeat(3)}`,
  );
  const counts = Object.fromEntries(text.entities.map(({ kind, count }) => [kind, count]));
  expect(counts).toMatchObject({ iban: 2, ip_address: 3 });
});

it('knows a card before its expiry date, an account in fixed groups, and a French number with points', async () => {
  const { text, result } = await analysed(
    'forms.txt',
    'Card 5555 5555 5555 4444 12/26 or 4111111111111111 123, AMEX 3782 822463 10005 09/27.\nPay to DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000 or DE89-3704-0044-0532-0130-00, call 06.12.34.56.78.\n',
  );
  const counts = Object.fromEntries(text.entities.map(({ kind, count }) => [kind, count]));
  expect(counts).toMatchObject({ credit_card: 3, iban: 2, phone: 1 });
  expect(JSON.stringify(result)).not.toMatch(/5555|0532|12\.34/);
});

it('takes bytes of a dump neither for telephone numbers nor for cards', async () => {
  const { text } = await analysed(
    'dump.txt',
    `00000000  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|
00000010  03 00 3e 00 01 00 00 00  60 10 00 00 00 00 00 00  |..>.....\`.......|
00000020: 0434 1210 3322 4f20 576f 726c 4111 1111 1111 1111 640a
But call 01 23 45 67 89 de Paris.
`,
  );
  const counts = Object.fromEntries(text.entities.map(({ kind, count }) => [kind, count]));
  expect(counts).toMatchObject({ phone: 1, credit_card: 0 });
});
