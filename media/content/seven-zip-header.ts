/**
 * The header of a 7z archive: where packed streams lie, by which coders they are unfolded, and which files come out.
 * Throws RangeError where it is damaged, as reads behind the end of a buffer do.
 */
export interface Coder {
  readonly id: string;
  readonly properties: Buffer;
}

export interface Folder {
  readonly coders: readonly Coder[];
  readonly unpackedBytes: number;
  /** How many packed streams it takes. */
  readonly packed: number;
}

export interface Streams {
  readonly packedAt: number;
  readonly packedBytes: readonly number[];
  readonly folders: readonly Folder[];
  /** Sizes of the files in each folder. */
  readonly sizes: readonly (readonly number[])[];
}

const MOST = 1_000_000;
const ID = {
  ...{ end: 0, packed: 6, unpacked: 7, sub: 8, size: 9, digest: 10, folder: 11, unpackedSize: 12 },
  ...{ streamCount: 13 },
} as const;

export type Numbers = ReturnType<typeof openNumbers>;

/** Numbers say in the first byte how many follow. */
export function openNumbers(bytes: Buffer) {
  let at = 0;
  const byte = (): number => {
    at += 1;
    return bytes.readUInt8(at - 1);
  };
  const take = (count: number): Buffer => {
    if (count < 0 || at + count > bytes.length) throw new RangeError('it ends within its header');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const number = (): number => {
    const value = plainNumber();
    if (!Number.isSafeInteger(value)) throw new RangeError('it states sizes beyond any disk');
    return value;
  };
  const plainNumber = (): number => {
    const first = byte();
    let value = 0;
    for (let place = 0, mask = 0x80; place < 8; place += 1, mask >>= 1) {
      if ((first & mask) === 0) return value + (first & (mask - 1)) * 2 ** (8 * place);
      value += byte() * 2 ** (8 * place);
    }
    return value;
  };
  const count = (): number => {
    const value = number();
    if (value > MOST) throw new RangeError('it states more than is read');
    return value;
  };
  /** A bit for each of so many. */
  const bits = (many: number): boolean[] => {
    const packed = take(Math.ceil(many / 8));
    return Array.from(
      { length: many },
      (_, index) => ((packed[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0,
    );
  };
  return { byte, take, number, count, bits, left: () => bytes.length - at };
}

function skipDigests(numbers: Numbers, many: number): void {
  const defined = numbers.byte() !== 0 ? many : numbers.bits(many).filter(Boolean).length;
  numbers.take(4 * defined);
}

export function streamsOf(numbers: Numbers): Streams {
  let [packedAt, packedBytes]: [number, number[]] = [0, []];
  let folders: Folder[] = [];
  let sizes: number[][] | null = null;
  for (let id = numbers.number(); id !== ID.end; id = numbers.number()) {
    if (id === ID.packed) [packedAt, packedBytes] = packedOf(numbers);
    else if (id === ID.unpacked) folders = foldersOf(numbers);
    else if (id === ID.sub) sizes = sizesOf(numbers, folders);
    else throw new RangeError('it has parts that are not known');
  }
  return {
    packedAt,
    packedBytes,
    folders,
    sizes: sizes ?? folders.map(({ unpackedBytes }) => [unpackedBytes]),
  };
}

function packedOf(numbers: Numbers): [number, number[]] {
  const at = numbers.number();
  const many = numbers.count();
  let sizes: number[] = [];
  for (let id = numbers.number(); id !== ID.end; id = numbers.number()) {
    if (id === ID.size) sizes = Array.from({ length: many }, () => numbers.number());
    else if (id === ID.digest) skipDigests(numbers, many);
    else throw new RangeError('it has parts that are not known');
  }
  return [at, sizes];
}

function foldersOf(numbers: Numbers): Folder[] {
  if (numbers.number() !== ID.folder) throw new RangeError('its folders are missing');
  const many = numbers.count();
  if (numbers.byte() !== 0) throw new RangeError('its folders lie elsewhere');
  const folders = Array.from({ length: many }, () => folderOf(numbers));
  if (numbers.number() !== ID.unpackedSize) throw new RangeError('sizes of its folders are missing');
  const sized = folders.map(({ outputs, main, ...folder }) => {
    const sizes = Array.from({ length: outputs }, () => numbers.number());
    return { ...folder, unpackedBytes: sizes[main] ?? 0 };
  });
  for (let id = numbers.number(); id !== ID.end; id = numbers.number()) {
    if (id !== ID.digest) throw new RangeError('it has parts that are not known');
    skipDigests(numbers, many);
  }
  return sized;
}

const MOST_CODERS = 32;

function folderOf(numbers: Numbers) {
  const many = numbers.count();
  if (many > MOST_CODERS) throw new RangeError('a folder has more coders than there are');
  let [inputs, outputs] = [0, 0];
  const coders = Array.from({ length: many }, (): Coder => {
    const flags = numbers.byte();
    const id = numbers.take(flags & 15).toString('hex');
    const complex = (flags & 0x10) !== 0;
    inputs += complex ? numbers.count() : 1;
    outputs += complex ? numbers.count() : 1;
    return { id, properties: (flags & 0x20) === 0 ? Buffer.alloc(0) : numbers.take(numbers.count()) };
  });
  if (inputs > MOST_CODERS || outputs > MOST_CODERS) throw new RangeError('a folder has too many streams');
  const bound = new Set<number>();
  for (let pair = 0; pair < outputs - 1; pair += 1) {
    numbers.number();
    bound.add(numbers.number());
  }
  const packed = inputs - (outputs - 1);
  if (packed > 1) for (let index = 0; index < packed; index += 1) numbers.number();
  // The output that goes into no other coder is the folder's.
  const main = Array.from({ length: outputs }, (_, index) => index).find((index) => !bound.has(index)) ?? 0;
  return { coders, outputs, main, packed };
}

function sizesOf(numbers: Numbers, folders: readonly Folder[]): number[][] {
  let counts = folders.map(() => 1);
  let id = numbers.number();
  if (id === ID.streamCount) {
    counts = folders.map(() => numbers.count());
    id = numbers.number();
  }
  if (counts.reduce((sum, many) => sum + many, 0) > MOST) throw new RangeError('it states more than is read');
  const given = id === ID.size;
  const sizes = folders.map(({ unpackedBytes }, index) => {
    const many = counts[index] ?? 0;
    const own = Array.from({ length: Math.max(0, many - 1) }, () => (given ? numbers.number() : 0));
    // The last one has what the others leave.
    return many === 0 ? [] : [...own, unpackedBytes - own.reduce((sum, size) => sum + size, 0)];
  });
  if (given) id = numbers.number();
  // What remains are digests of these streams, up to the end.
  for (; id !== ID.end; id = numbers.number()) {
    if (id !== ID.digest) throw new RangeError('it has parts that are not known');
    skipDigests(
      numbers,
      counts.reduce((sum, many) => sum + many, 0),
    );
  }
  return sizes;
}
