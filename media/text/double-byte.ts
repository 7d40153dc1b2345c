/**
 * Which encoding of Chinese, Japanese or Korean bytes are in, by the levels of its standard: the frequent characters
 * have rows of their own, and other texts read as pairs leave those rows or break the pairs.
 */
interface DoubleByte {
  readonly name: string;
  readonly isLead: (byte: number) => boolean;
  readonly isTrail: (byte: number) => boolean;
  /** Whether the pair is of the rows that nearly all of a text is in. */
  readonly isFrequent: (lead: number, trail: number) => boolean;
  /** Share of the pairs that are. */
  readonly usual: number;
}

const within = (from: number, to: number) => (byte: number) => byte >= from && byte <= to;
const wide = within(0xa1, 0xfe);
const low = within(0x40, 0x7e);

/** Of those that fit the first wins: Hangul and kana take fewer rows than what GB 18030 has for Chinese. */
const ENCODINGS: readonly DoubleByte[] = [
  {
    name: 'shift_jis',
    isLead: (byte) => within(0x81, 0x9f)(byte) || within(0xe0, 0xfc)(byte),
    isTrail: (byte) => low(byte) || within(0x80, 0xfc)(byte),
    isFrequent: (lead) => within(0x81, 0x83)(lead) || within(0x88, 0x98)(lead),
    usual: 0.85,
  },
  {
    name: 'euc-kr',
    isLead: wide,
    isTrail: wide,
    isFrequent: (lead) => lead === 0xa1 || within(0xb0, 0xc8)(lead),
    usual: 0.97,
  },
  {
    name: 'euc-jp',
    isLead: wide,
    isTrail: wide,
    isFrequent: (lead) => lead === 0xa1 || lead === 0xa4 || lead === 0xa5 || within(0xb0, 0xcf)(lead),
    usual: 0.95,
  },
  {
    name: 'big5',
    isLead: within(0x81, 0xfe),
    isTrail: (byte) => low(byte) || wide(byte),
    isFrequent: (lead) => within(0xa1, 0xc6)(lead),
    usual: 0.95,
  },
  {
    name: 'gb18030',
    isLead: within(0x81, 0xfe),
    isTrail: (byte) => low(byte) || within(0x80, 0xfe)(byte),
    isFrequent: (lead, trail) => wide(trail) && (lead === 0xa1 || lead === 0xa3 || within(0xb0, 0xd7)(lead)),
    usual: 0.8,
  },
];

/** Fewer pairs may be anything; half of the Chinese characters read as Hangul. */
const LEAST_PAIRS = 2;
const LEAST_HANGUL = 5;
/** Without kana it may as well be Chinese. */
const LEAST_KANA = 0.1;
/** Of Big5 two characters in five have a second byte of ASCII. */
const LEAST_LOW = 0.05;

/** Null where the bytes are of none of them. */
export function doubleByteOf(bytes: Buffer): string | null {
  return ENCODINGS.find((encoding) => fits(encoding, bytes))?.name ?? null;
}

function fits({ name, isLead, isTrail, isFrequent, usual }: DoubleByte, bytes: Buffer): boolean {
  let pairs = 0;
  let frequent = 0;
  let kana = 0;
  let lows = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] as number;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1];
    // The sample may end inside a pair.
    if (trail === undefined) break;
    if (!isLead(lead) || !isTrail(trail)) return false;
    pairs += 1;
    if (isFrequent(lead, trail)) frequent += 1;
    if (lead === 0xa4 || lead === 0xa5) kana += 1;
    if (trail < 0x80) lows += 1;
    at += 1;
  }
  if (pairs < (name === 'euc-kr' ? LEAST_HANGUL : LEAST_PAIRS) || frequent < usual * pairs) return false;
  if (name === 'big5') return lows > LEAST_LOW * pairs;
  return name !== 'euc-jp' || kana >= LEAST_KANA * pairs;
}
