/** Captions and keywords in IPTC form, inside Photoshop's resource blocks or bare. */
import { plainText } from './ifd.ts';

export interface Iptc {
  readonly title: string | null;
  readonly headline: string | null;
  readonly caption: string | null;
  readonly creator: string | null;
  readonly credit: string | null;
  readonly copyright: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly keywords: readonly string[];
}

const IPTC_RESOURCE = 0x0404;
const MOST_KEYWORDS = 100;
const MOST_RECORDS = 1_000;

export function readIptc(block: Buffer | null): Iptc | null {
  const records = recordsOf(block ? (resourceOf(block) ?? block) : Buffer.alloc(0));
  if (records.length === 0) return null;
  const first = (dataset: number): string | null =>
    records.find((one) => one.dataset === dataset)?.text ?? null;
  return {
    title: first(5),
    headline: first(105),
    caption: first(120),
    creator: first(80),
    credit: first(110),
    copyright: first(116),
    city: first(90),
    country: first(101),
    keywords: records
      .filter(({ dataset }) => dataset === 25)
      .map(({ text }) => text)
      .slice(0, MOST_KEYWORDS),
  };
}

/** The block among Photoshop's: `8BIM`, id, padded name, length, content padded to an even length. */
function resourceOf(block: Buffer): Buffer | null {
  let at = 0;
  while (at + 12 <= block.length && block.toString('latin1', at, at + 4) === '8BIM') {
    const id = block.readUInt16BE(at + 4);
    const name = block[at + 6] as number;
    const size = at + 6 + 2 * Math.ceil((name + 1) / 2);
    if (size + 4 > block.length) return null;
    const length = block.readUInt32BE(size);
    const content = block.subarray(size + 4, size + 4 + length);
    if (id === IPTC_RESOURCE) return content;
    at = size + 4 + length + (length % 2);
  }
  return null;
}

/** Records of the application section (2); longer ones than 32 kB have another form and are left out. */
function recordsOf(block: Buffer): readonly { readonly dataset: number; readonly text: string }[] {
  const records: { dataset: number; text: string }[] = [];
  let at = 0;
  while (at + 5 <= block.length && block[at] === 0x1c && records.length < MOST_RECORDS) {
    const length = block.readUInt16BE(at + 3);
    if (length >= 0x8000) break;
    const text = plainText(block.subarray(at + 5, at + 5 + length));
    if (block[at + 1] === 2 && text !== null) records.push({ dataset: block[at + 2] as number, text });
    at += 5 + length;
  }
  return records;
}
