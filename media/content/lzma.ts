/** LZMA for the small headers of 7z archives. After the specification of its author; into memory, so for small things. */
const FULL = 2 ** 32;
const BIT_MODEL = 11;
const MOVE = 5;
const TOP = 2 ** 24;
const STATES = 12;
const MATCH_MIN = 2;
const END_POSITION_MODELS = 14;
const LENGTH_STATES = 4;
const ALIGN_BITS = 4;
const END_MARK = 0xffffffff;

/** `properties` are those of the coder. Null for damage. */
export function unpackLzma(packed: Buffer, properties: Buffer, unpackedBytes: number): Buffer | null {
  const settings = settingsOf(properties[0] ?? 255);
  if (settings === null || packed.length < 5) return null;
  const decoder: Decoder = { window: Buffer.alloc(unpackedBytes), at: 0, settings, ...resetModels(settings) };
  return unpackInto(decoder, openRange(packed), unpackedBytes) ? decoder.window : null;
}

export interface Settings {
  readonly contextBits: number;
  readonly positionBits: number;
  readonly stateBits: number;
}

type Distances = readonly [number, number, number, number];

export interface Progress {
  readonly models: Models;
  state: number;
  distances: Distances;
}

export interface Decoder extends Progress {
  readonly window: Buffer;
  readonly settings: Settings;
  at: number;
}

export function settingsOf(properties: number): Settings | null {
  if (properties >= 9 * 5 * 5) return null;
  const rest = Math.floor(properties / 9);
  return { contextBits: properties % 9, positionBits: rest % 5, stateBits: Math.floor(rest / 5) };
}

export function resetModels({ contextBits, positionBits, stateBits }: Settings): Progress {
  return { models: openModels(contextBits + positionBits, stateBits), state: 0, distances: [0, 0, 0, 0] };
}

type Range = ReturnType<typeof openRange>;
type Models = ReturnType<typeof openModels>;

const evenModels = (count: number): Uint16Array => new Uint16Array(count).fill(1 << (BIT_MODEL - 1));

function openModels(literalBits: number, stateBits: number) {
  const lengths = () => ({
    choice: evenModels(2),
    low: evenModels(8 << stateBits),
    mid: evenModels(8 << stateBits),
    high: evenModels(256),
  });
  return {
    literal: evenModels(0x300 << literalBits),
    match: evenModels(STATES << 4),
    repeat: evenModels(STATES),
    repeat0: evenModels(STATES),
    repeat0Long: evenModels(STATES << 4),
    repeat1: evenModels(STATES),
    repeat2: evenModels(STATES),
    slot: evenModels(LENGTH_STATES * 64),
    position: evenModels(128),
    align: evenModels(1 << ALIGN_BITS),
    length: lengths(),
    repeatLength: lengths(),
  };
}

export function openRange(packed: Buffer) {
  let range = FULL - 1;
  let code = packed.readUInt32BE(1);
  let at = 5;
  const normalise = (): void => {
    if (range >= TOP) return;
    range = (range * 256) % FULL;
    code = (code * 256 + (packed[at] ?? 0)) % FULL;
    at += 1;
  };
  const bit = (models: Uint16Array, index: number): number => {
    const model = models[index] as number;
    const bound = Math.floor(range / 2 ** BIT_MODEL) * model;
    const one = code >= bound ? 1 : 0;
    if (one === 1) {
      range -= bound;
      code -= bound;
      models[index] = model - (model >> MOVE);
    } else {
      range = bound;
      models[index] = model + (((1 << BIT_MODEL) - model) >> MOVE);
    }
    normalise();
    return one;
  };
  const halved = (): number => {
    range = Math.floor(range / 2);
    const one = code >= range ? 1 : 0;
    if (one === 1) code -= range;
    normalise();
    return one;
  };
  return { bit, ended: () => at > packed.length, ...treesOf(bit), ...directOf(halved) };
}

const directOf = (halved: () => number) => ({
  direct(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; left -= 1) value = value * 2 + halved();
    return value;
  },
});

function treesOf(bit: (models: Uint16Array, index: number) => number) {
  return {
    tree(models: Uint16Array, from: number, bits: number): number {
      let symbol = 1;
      for (let left = bits; left > 0; left -= 1) symbol = symbol * 2 + bit(models, from + symbol);
      return symbol - (1 << bits);
    },
    reverseTree(models: Uint16Array, from: number, bits: number): number {
      let [symbol, value] = [1, 0];
      for (let place = 0; place < bits; place += 1) {
        const one = bit(models, from + symbol);
        symbol = symbol * 2 + one;
        value += one * 2 ** place;
      }
      return value;
    },
  };
}

/** False for damage, and where it ends before `end`. */
export function unpackInto(decoder: Decoder, range: Range, end: number): boolean {
  const { window, models, settings } = decoder;
  while (decoder.at < end) {
    if (range.ended()) return false;
    const { at, state, distances } = decoder;
    const place = at & ((1 << settings.stateBits) - 1);
    if (range.bit(models.match, (state << 4) + place) === 0) {
      const match = state >= 7 ? (window[at - distances[0] - 1] ?? 0) : null;
      const before = at > 0 ? (window[at - 1] as number) : 0;
      window[at] = literalOf(range, models.literal, literalModels(settings, at, before), match);
      decoder.at += 1;
      decoder.state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    const found = matchOf(range, models, { state, place, distances });
    if (found === null || found.distances[0] >= at || at + found.length > end) return false;
    decoder.state = found.state;
    decoder.distances = found.distances;
    for (; decoder.at < at + found.length; decoder.at += 1)
      window[decoder.at] = window[decoder.at - found.distances[0] - 1] as number;
  }
  return true;
}

function literalModels({ contextBits, positionBits }: Settings, at: number, before: number): number {
  const place = at & ((1 << positionBits) - 1);
  return 0x300 * ((place << contextBits) + (before >> (8 - contextBits)));
}

/** `match`: the byte that would have been copied, where a match came just before. */
function literalOf(range: Range, models: Uint16Array, from: number, match: number | null): number {
  let symbol = 1;
  for (let ahead = match; symbol < 0x100; ) {
    if (ahead === null) {
      symbol = symbol * 2 + range.bit(models, from + symbol);
      continue;
    }
    const expected = (ahead >> 7) & 1;
    const one = range.bit(models, from + ((1 + expected) << 8) + symbol);
    symbol = symbol * 2 + one;
    ahead = one === expected ? (ahead << 1) & 0xff : null;
  }
  return symbol - 0x100;
}

interface Before {
  readonly state: number;
  readonly place: number;
  readonly distances: Distances;
}

interface Match extends Omit<Before, 'place'> {
  readonly length: number;
}

/** Null: the mark of the end. */
function matchOf(range: Range, models: Models, { state, place, distances }: Before): Match | null {
  const [first, second, third, fourth] = distances;
  const after = (now: Distances, states: readonly [number, number]): Match => ({
    length: MATCH_MIN + lengthOf(range, models.repeatLength, place),
    state: state < 7 ? states[0] : states[1],
    distances: now,
  });
  if (range.bit(models.repeat, state) === 0) {
    const length = lengthOf(range, models.length, place);
    const distance = distanceOf(range, models, Math.min(length, LENGTH_STATES - 1));
    if (distance === END_MARK) return null;
    const now = [distance, first, second, third] as const;
    return { length: MATCH_MIN + length, state: state < 7 ? 7 : 10, distances: now };
  }
  if (range.bit(models.repeat0, state) === 0) {
    if (range.bit(models.repeat0Long, (state << 4) + place) === 0)
      return { length: 1, state: state < 7 ? 9 : 11, distances };
    return after(distances, [8, 11]);
  }
  if (range.bit(models.repeat1, state) === 0) return after([second, first, third, fourth], [8, 11]);
  if (range.bit(models.repeat2, state) === 0) return after([third, first, second, fourth], [8, 11]);
  return after([fourth, first, second, third], [8, 11]);
}

function lengthOf(range: Range, models: Models['length'], place: number): number {
  if (range.bit(models.choice, 0) === 0) return range.tree(models.low, place * 8, 3);
  if (range.bit(models.choice, 1) === 0) return 8 + range.tree(models.mid, place * 8, 3);
  return 16 + range.tree(models.high, 0, 8);
}

function distanceOf(range: Range, models: Models, lengthState: number): number {
  const slot = range.tree(models.slot, lengthState * 64, 6);
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) * 2 ** bits;
  if (slot < END_POSITION_MODELS) return base + range.reverseTree(models.position, base - slot, bits);
  return (
    base + range.direct(bits - ALIGN_BITS) * 2 ** ALIGN_BITS + range.reverseTree(models.align, 0, ALIGN_BITS)
  );
}
