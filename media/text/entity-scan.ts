/** Finds entities in a piece of text, in one pass and linear time. */
import { BY_CAPITAL, BY_DIGIT, BY_SIGN, BY_SMALL_LETTER, type EntityKind } from './entity-shapes.ts';

export interface Entity {
  readonly kind: EntityKind;
  readonly start: number;
  readonly end: number;
}

/** No entity is longer; a longer URL is cut. */
export const LONGEST_ENTITY_UNITS = 512;

const LOCAL_PART = /[\p{L}\p{N}._%+-]/u;
const DOMAIN_PART = /[\p{L}\p{N}.-]/u;
const URL_END = /[\s<>"'`{}|\\^\u0000-\u001f]/;
const SIGNS = new Set([...'+($€£¥₹₽₩₺₴₫₱฿¢'].map((sign) => sign.charCodeAt(0)));
const AT = 0x40;
const COLON = 0x3a;
const LOWER_W = 0x77;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isWordUnit = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 0xbf;

/** Those that start before `until`. */
export function entitiesIn(text: string, until: number): Entity[] {
  const found: Entity[] = [];
  let free = 0;
  const add = (entity: Entity | null): boolean => {
    if (entity === null || entity.end <= entity.start) return false;
    // What a link or an address began with may have been taken for something smaller.
    while (found.length > 0 && (found.at(-1) as Entity).end > entity.start) found.pop();
    found.push(entity);
    free = entity.end;
    return true;
  };
  // An address that starts before is recognised by its sign after.
  const reach = Math.min(text.length, until + LONGEST_ENTITY_UNITS);
  for (let at = 0; at < reach; at += 1) {
    if (at < free) {
      at = free - 1;
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === AT) add(emailAround(text, at));
    else if (code === COLON) add(urlAround(text, at));
    else if (!isWordUnit(text.charCodeAt(at - 1)) || at === 0) {
      if (code === LOWER_W && text.startsWith('www.', at)) add(linkFrom(text, at, at));
      else add(shapeAt(text, at, code));
    }
  }
  return found.filter(({ start }) => start < until);
}

function shapeAt(text: string, at: number, code: number): Entity | null {
  const readers = readersFor(text, at, code);
  for (const [kind, reader] of readers) {
    const end = reader(text, at);
    if (end > at) return { kind, start: at, end };
  }
  return null;
}

function readersFor(text: string, at: number, code: number): typeof BY_DIGIT {
  if (isDigit(code)) {
    const before = text.charCodeAt(at - 1);
    // Inside a number with points, a version or a path.
    return before === 0x2e || before === 0x2d || before === 0x2f ? [] : BY_DIGIT;
  }
  if (SIGNS.has(code)) return BY_SIGN;
  if (code >= 65 && code <= 90) return BY_CAPITAL;
  return code >= 97 && code <= 102 ? BY_SMALL_LETTER : [];
}

function emailAround(text: string, at: number): Entity | null {
  let start = at;
  while (start > 0 && at - start < 64 && LOCAL_PART.test(text[start - 1] as string)) start -= 1;
  let end = at + 1;
  while (end < text.length && end - at < 254 && DOMAIN_PART.test(text[end] as string)) end += 1;
  while (end > at && /[.-]/.test(text[end - 1] as string)) end -= 1;
  while (start < at && text[start] === '.') start += 1;
  const domain = text.slice(at + 1, end);
  const dot = domain.lastIndexOf('.');
  if (start === at || dot < 1 || domain.includes('..') || !/^\p{L}{2,24}$/u.test(domain.slice(dot + 1)))
    return null;
  return { kind: 'email', start, end };
}

function urlAround(text: string, colon: number): Entity | null {
  if (text.charCodeAt(colon + 1) !== 0x2f || text.charCodeAt(colon + 2) !== 0x2f) return null;
  let start = colon;
  while (start > 0 && colon - start < 20 && /[A-Za-z0-9+.-]/.test(text[start - 1] as string)) start -= 1;
  while (start < colon && !/[A-Za-z]/.test(text[start] as string)) start += 1;
  return start === colon ? null : linkFrom(text, start, colon + 3);
}

function linkFrom(text: string, start: number, hostAt: number): Entity | null {
  let end = hostAt;
  const limit = Math.min(text.length, start + LONGEST_ENTITY_UNITS);
  while (end < limit && !URL_END.test(text[end] as string)) end += 1;
  while (end > hostAt && /[.,;:!?)\]]/.test(text[end - 1] as string)) end -= 1;
  return end - hostAt < 3 ? null : { kind: 'url', start, end };
}
