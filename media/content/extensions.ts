/** What an extension claims, by every type that we recognise. */
import type { ExtensionClaim } from './job.ts';
import { fileType, headSignatures, tailSignatures } from './signatures.ts';
import { textTypes } from './text-type.ts';

/** Of types that are told apart by code; see recognise.ts, zip-type.ts and ole.ts. */
const OTHERS = fileType(
  'unknown',
  '',
  '',
  [
    'zip wav wave bwf avi divx webp ani aif aiff aifc avif avifs heic heif hif cr3 m4a m4b mov qt mp4 m4v 3gp 3g2',
    'webm mkv mka mks ogv ogg opus oga spx class exe dll sys scr com ts mts m2t m2ts aac ac3 eac3 mp3 mp2 bmp dib ppm pgm pbm',
    'odt ods odp odg odb epub docx dotx xlsx xltx pptx potx docm dotm xlsm xltm pptm ppsm xlsb vsdx vsix xps apk aab ipa jar',
    'war ear kmz pt pth npz doc dot xls xlt ppt pot pps vsd msg msi msp',
  ].join(' '),
);

const textual = new Set([
  ...textTypes.flatMap(({ extensions }) => extensions),
  ...'txt text md markdown rst log csv tsv yaml yml toml ini cfg conf tex bib srt sub ass lrc'.split(' '),
  ...'sh bash zsh py pl rb php js mjs cjs jsx ts tsx lua awk tcl c h cc cpp hpp rs go java kt swift cs sql css scss'.split(
    ' ',
  ),
  // Of formats that are no text too: TypeScript and AVCHD, gettext and PowerPoint, Jest and squashfs, G-code and netCDF.
  ...'mts cts pot snap nc hdr lib pth msg dot key bc vmdk'.split(' '),
  ...'bat cmd ps1 psm1 vbs vbe jse wsf wsh hta reg inf svg eps ps rtf ppm pgm pbm stl obj ply'.split(' '),
]);

const known = new Set([
  ...[...headSignatures, ...tailSignatures].flatMap(({ type }) => type.extensions),
  ...OTHERS.extensions,
  ...textual,
]);

/** Names of anything. */
const GENERIC = new Set('bin dat data raw img dump dmp db backup tmp bak old out part orig'.split(' '));

export function extensionOf(extension: string | null): ExtensionClaim {
  if (extension === null || GENERIC.has(extension)) return { known: false, textual: false };
  return { known: known.has(extension), textual: textual.has(extension) };
}
