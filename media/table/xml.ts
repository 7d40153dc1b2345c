/**
 * A push parser for the XML inside a workbook: elements, attributes, text; no entities but the five of XML and
 * character references. A document type is refused, so that nothing can be declared or fetched.
 */
import { corrupt } from './zip.ts';

export interface XmlEvents {
  /** `attributes` is the raw text between name and end; read it with `attribute`. */
  readonly open: (name: string, attributes: string) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
}

const MOST_TAG_CHARACTERS = 1 << 20;

export async function parseXml(pieces: AsyncIterable<Buffer>, events: XmlEvents): Promise<void> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const piece of pieces) rest = consume(rest + decoder.decode(piece, { stream: true }), events);
}

/** Returns what is left: a tag that has not ended yet. */
function consume(text: string, events: XmlEvents): string {
  let at = 0;
  while (at < text.length) {
    const tag = text.indexOf('<', at);
    if (tag < 0) {
      // Text may go on in the next piece; hand over what cannot be half an entity.
      const safe = text.lastIndexOf('&') >= at ? text.lastIndexOf('&') : text.length;
      if (safe > at) events.text(decoded(text.slice(at, safe)));
      return text.slice(safe);
    }
    if (tag > at) events.text(decoded(text.slice(at, tag)));
    const end = endOfTag(text, tag);
    if (end < 0) {
      if (text.length - tag > MOST_TAG_CHARACTERS) throw corrupt('a tag never ends');
      return text.slice(tag);
    }
    emit(text, tag, end, events);
    at = end;
  }
  return '';
}

/** Index after the tag, comment or CDATA that begins at `tag`, or -1. */
function endOfTag(text: string, tag: number): number {
  const terminator = text.startsWith('<!--', tag) ? '-->' : text.startsWith('<![CDATA[', tag) ? ']]>' : '>';
  const end = text.indexOf(terminator, tag);
  return end < 0 ? -1 : end + terminator.length;
}

function emit(text: string, tag: number, end: number, events: XmlEvents): void {
  const next = text[tag + 1];
  if (next === '?') return;
  if (next === '!') {
    if (text.startsWith('<![CDATA[', tag)) events.text(text.slice(tag + 9, end - 3));
    else if (!text.startsWith('<!--', tag)) throw corrupt('it declares a document type');
    return;
  }
  if (next === '/') {
    events.close(localName(text.slice(tag + 2, end - 1).trim()));
    return;
  }
  const closed = text[end - 2] === '/';
  const inner = text.slice(tag + 1, closed ? end - 2 : end - 1);
  const space = inner.search(/\s/);
  const name = localName(space < 0 ? inner : inner.slice(0, space));
  events.open(name, space < 0 ? '' : inner.slice(space));
  if (closed) events.close(name);
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

export function attribute(attributes: string, name: string): string | null {
  const found = attributes.indexOf(` ${name}=`);
  if (found < 0) return null;
  const quote = attributes[found + name.length + 2];
  const start = found + name.length + 3;
  const end = attributes.indexOf(quote as string, start);
  return end < 0 ? null : decoded(attributes.slice(start, end));
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (whole, entity: string) => {
    if (!entity.startsWith('#')) return NAMED[entity] ?? whole;
    const code = entity[1] === 'x' ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
