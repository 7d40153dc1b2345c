/**
 * The shapes of what is found in a text. Each pattern is sticky, is tried at one place, and reads a bounded number of
 * characters without nested repetition, so that no input makes it slow.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { IBAN_LENGTHS, passesLuhn, passesMod97 } from './checksums.ts';
import { isInHexDump } from './hex-dump.ts';

export type EntityKind =
  | 'email'
  | 'url'
  | 'phone'
  | 'date'
  | 'money'
  | 'iban'
  | 'credit_card'
  | 'ip_address'
  | 'us_ssn';

export const ENTITY_KINDS: readonly EntityKind[] = [
  'email',
  'url',
  'phone',
  'date',
  'money',
  'iban',
  'credit_card',
  'ip_address',
  'us_ssn',
];

type Reader = (text: string, at: number) => number;

/** Where the match of a sticky pattern ends, or 0. */
function read(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}

const ISO_DATE = /(?:1[5-9]|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)/y;
const YEAR = '(?:(?:1[5-9]|20)\\d\\d|\\d\\d)(?![\\d]|[./-]\\d)';
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0?[1-9]|1[0-2])';
/** With points the day comes first; three small numbers are more often a version. */
const LOCAL_DATES = [
  new RegExp(`${DAY}\\.${MONTH}\\.${YEAR}`, 'y'),
  new RegExp(`${DAY}([/-])${MONTH}\\1${YEAR}`, 'y'),
  new RegExp(`${MONTH}([/-])${DAY}\\1${YEAR}`, 'y'),
];
const MONTHS =
  'January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec';
const DAY_FIRST = new RegExp(
  `(?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th)? (?:${MONTHS})\\.?,? (?:1[5-9]|20)\\d\\d(?!\\d)`,
  'y',
);
const MONTH_FIRST = new RegExp(
  `(?:${MONTHS})\\.? (?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th)?(?:, ?| )(?:1[5-9]|20)\\d\\d(?!\\d)`,
  'y',
);
const IP4 = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w]|\.\d)/y;
const IP6 = /[0-9a-fA-F:]{2,39}(?![\w:])/y;
/** What follows a card: an expiry date or its check number. */
const AFTER_CARD = '(?!\\w|[ -]?\\d(?!\\d?/\\d|\\d\\d(?![ -]?\\d)))';
const GROUPED_CARDS = [
  new RegExp(`\\d{4}([ -]?)\\d{4}\\1\\d{4}\\1\\d{4}${AFTER_CARD}`, 'y'),
  new RegExp(`3\\d{3}([ -]?)\\d{6}\\1\\d{5}${AFTER_CARD}`, 'y'),
];
const CARD = /\d(?:[ -]?\d){12,18}(?!\w|[ -]?\d)/y;
const SSN = /(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?!\w|\.\d)/y;
const PHONES = [
  /\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{1,5}){1,5}(?!\w)/y,
  /00[1-9]\d?(?:[ .-]\d{1,5}){2,6}(?!\w)/y,
  /(?:1[ .-])?\([2-9]\d\d\) ?\d{3}[ .-]\d{4}(?!\w|\.\d)/y,
  /(?:1[ .-])?[2-9]\d\d([ .-])\d{3}\1\d{4}(?![\w-]|\.\d)/y,
  /\(0\d{1,5}\) ?\d{2,5}(?:[ -]?\d{2,5}){1,3}(?!\w)/y,
  /0[1-9]\d{0,3}[ /-]\d{2,8}(?:[ -]\d{2,8}){0,3}(?![\w./-])/y,
  /0[1-9](?:\.\d\d){4}(?!\w|\.\d)/y,
];
const NUMBER = "\\d{1,3}(?:[,.' ]\\d{3}){1,6}(?:[.,]\\d{1,2})?(?!\\d)|\\d{1,15}(?:[.,]\\d{1,2})?(?!\\d)";
const MONEY_AFTER_SIGN = new RegExp(`[$€£¥₹₽₩₺₴₫₱฿¢] ?(?:${NUMBER})`, 'y');
const MONEY_BEFORE_SIGN = new RegExp(
  `(?:${NUMBER}) ?(?:[€£¥₹₽₩₺₴₫₱฿]|(?:USD|EUR|GBP|CHF|JPY|CNY|SEK|NOK|DKK|PLN|dollars|euros)\\b)`,
  'y',
);
const MONEY_AFTER_CODE = new RegExp(`(?:USD|EUR|GBP|CHF|JPY|CNY|SEK|NOK|DKK|PLN) (?:${NUMBER})`, 'y');

const digitsOf = (text: string): string => text.replace(/\D/g, '');

const card: Reader = (text, at) => {
  for (const pattern of [...GROUPED_CARDS, CARD]) {
    const end = read(pattern, text, at);
    if (end > 0 && isCard(digitsOf(text.slice(at, end))) && !isInHexDump(text, at, end)) return end;
  }
  return 0;
};

/** The first digits are those of the networks in use. */
function isCard(digits: string): boolean {
  const network = /^(?:4|5[1-5]|2[2-7]|3[0-9]|6)/.test(digits) && !/^(\d)\1+$/.test(digits);
  return network && passesLuhn(digits);
}

const phone: Reader = (text, at) => {
  for (const pattern of PHONES) {
    const end = read(pattern, text, at);
    if (end === 0) continue;
    const { length } = digitsOf(text.slice(at, end));
    if (length >= 7 && length <= 15 && !isInHexDump(text, at, end)) return end;
  }
  return 0;
};

const ip: Reader = (text, at) => {
  const end = read(IP4, text, at);
  if (end > 0 && isIPv4(text.slice(at, end))) return end;
  const wide = text.slice(at, at + 6).includes(':') ? read(IP6, text, at) : 0;
  return wide > 0 && isIPv6(text.slice(at, wide)) && !isScopedName(text.slice(at, wide)) ? wide : 0;
};

/** `abc::def` of a program. */
function isScopedName(text: string): boolean {
  return !/\d/.test(text) && text.split(':').filter((group) => group !== '').length < 3;
}

const date: Reader = (text, at) => {
  for (const pattern of [ISO_DATE, ...LOCAL_DATES, DAY_FIRST]) {
    const end = read(pattern, text, at);
    if (end > 0) return end;
  }
  return 0;
};

/** Between groups, also where a web page kept them on one line. */
const BETWEEN_GROUPS = /[ \u00a0\u202f-]/;

/** Reads as many characters as the country's accounts have, what stands between groups left out. */
const iban: Reader = (text, at) => {
  const length = IBAN_LENGTHS.get(text.slice(at, at + 2));
  if (length === undefined || !/^\d\d/.test(text.slice(at + 2, at + 4))) return 0;
  let account = '';
  let end = at;
  while (account.length < length && end < at + 48) {
    const character = text[end];
    if (character !== undefined && /[A-Z0-9]/.test(character)) account += character;
    else if (!BETWEEN_GROUPS.test(character ?? '') || BETWEEN_GROUPS.test(text[end - 1] ?? '')) return 0;
    end += 1;
  }
  const next = text[end];
  if (account.length !== length || (next !== undefined && /\w/.test(next))) return 0;
  return passesMod97(account) ? end : 0;
};

const money: Reader = (text, at) => read(MONEY_BEFORE_SIGN, text, at);

/** What may begin with a digit, the surest first. */
export const BY_DIGIT: readonly (readonly [EntityKind, Reader])[] = [
  ['ip_address', ip],
  ['date', date],
  ['us_ssn', (text, at) => read(SSN, text, at)],
  ['credit_card', card],
  ['money', money],
  ['phone', phone],
];
export const BY_SIGN: readonly (readonly [EntityKind, Reader])[] = [
  ['phone', phone],
  ['money', (text, at) => read(MONEY_AFTER_SIGN, text, at)],
];
export const BY_CAPITAL: readonly (readonly [EntityKind, Reader])[] = [
  ['iban', iban],
  ['date', (text, at) => read(MONTH_FIRST, text, at)],
  ['money', (text, at) => read(MONEY_AFTER_CODE, text, at)],
  ['ip_address', ip],
];
export const BY_SMALL_LETTER: readonly (readonly [EntityKind, Reader])[] = [['ip_address', ip]];
