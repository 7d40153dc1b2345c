/** Which image format a file is, by its first bytes; its name is no evidence. */
import { foreignName } from './foreign.ts';

export type Format =
  | 'jpeg'
  | 'png'
  | 'gif'
  | 'webp'
  | 'tiff'
  | 'bmp'
  | 'heic'
  | 'avif'
  | 'svg'
  /** Known, and refused by name. */
  | { readonly unsupported: string };

const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1']);

const SIGNATURES: readonly (readonly [string, Format])[] = [
  ['ffd8ff', 'jpeg'],
  ['89504e470d0a1a0a', 'png'],
  ['474946383761', 'gif'],
  ['474946383961', 'gif'],
  ['49492a00', 'tiff'],
  ['4d4d002a', 'tiff'],
  ['49492b00', 'tiff'],
  ['4d4d002b', 'tiff'],
  ['424d', 'bmp'],
];

/** Null: no image that is known here. */
export function sniff(file: Buffer): Format | null {
  const head = file.subarray(0, 16).toString('hex');
  const found = SIGNATURES.find(([signature]) => head.startsWith(signature));
  if (found) return found[1];
  const named = foreignName(file);
  if (named !== null) return { unsupported: named };
  if (file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  if (file.toString('latin1', 4, 8) === 'ftyp') return byBrand(file);
  return looksLikeSvg(file) ? 'svg' : null;
}

function byBrand(file: Buffer): Format | null {
  const brands = brandsOf(file);
  if (brands.includes('avif') || brands.includes('avis')) return 'avif';
  return brands.some((brand) => HEIC_BRANDS.has(brand)) ? 'heic' : null;
}

/** Pictures that follow each other, beside which there may be a still. */
export function isSequence(avif: Buffer): boolean {
  return brandsOf(avif).includes('avis');
}

function brandsOf(file: Buffer): readonly string[] {
  const end = Math.min(file.length, Math.max(16, file.readUInt32BE(0)), 256);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) brands.push(file.toString('latin1', at, at + 4));
  return brands;
}

/** The root element stands behind declarations and comments, which may be long, but not endless. */
function looksLikeSvg(file: Buffer): boolean {
  const text = file
    .toString('utf8', 0, 65_536)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (!text.startsWith('<')) return false;
  const root = /<(?![?!])([A-Za-z][\w:.-]*)/.exec(text.replaceAll(/<!--[\s\S]*?-->/g, ''));
  return root?.[1] === 'svg' || root?.[1]?.endsWith(':svg') === true;
}

export const TYPES: Readonly<
  Record<Extract<Format, string>, { readonly mime: string; readonly extensions: readonly string[] }>
> = {
  jpeg: { mime: 'image/jpeg', extensions: ['jpg', 'jpeg', 'jpe', 'jfif'] },
  png: { mime: 'image/png', extensions: ['png', 'apng'] },
  gif: { mime: 'image/gif', extensions: ['gif'] },
  webp: { mime: 'image/webp', extensions: ['webp'] },
  tiff: { mime: 'image/tiff', extensions: ['tif', 'tiff'] },
  bmp: { mime: 'image/bmp', extensions: ['bmp', 'dib'] },
  heic: { mime: 'image/heic', extensions: ['heic', 'heif', 'hif'] },
  avif: { mime: 'image/avif', extensions: ['avif'] },
  svg: { mime: 'image/svg+xml', extensions: ['svg'] },
};
