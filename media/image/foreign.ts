/** Image formats that are not decoded here, so that their refusal can name them. */

const SIGNATURES: readonly (readonly [string, string])[] = [
  ['38425053', 'a Photoshop document'],
  ['00000100', 'a Windows icon'],
  ['ff0a', 'a JPEG XL image'],
  ['0000000c4a584c20', 'a JPEG XL image'],
  ['0000000c6a502020', 'a JPEG 2000 image'],
  ['ff4fff51', 'a JPEG 2000 image'],
  ['4949bc01', 'a JPEG XR image'],
  ['762f3101', 'an OpenEXR image'],
  ['25504446', 'a PDF document'],
  ['252150532d', 'a PostScript document'],
  ['c5d0d3c6', 'a PostScript document'],
  ['49495500', 'a camera raw file (Panasonic)'],
  ['4949524f', 'a camera raw file (Olympus)'],
  ['49495253', 'a camera raw file (Olympus)'],
  ['4d4d4f52', 'a camera raw file (Olympus)'],
  ['46554a4946494c4d4343442d524157', 'a camera raw file (Fujifilm)'],
  ['464f5662', 'a camera raw file (Sigma)'],
  ['004d524d', 'a camera raw file (Minolta)'],
  ['716f6966', 'a QOI image'],
  ['44445320', 'a DirectDraw surface (DDS)'],
  ['0a050101', 'a PCX image'],
  ['0a050108', 'a PCX image'],
  ['01da0001', 'an SGI image'],
  ['01da0101', 'an SGI image'],
  ['69636e73', 'an Apple icon'],
  ['67696d7020786366', 'a GIMP document'],
  ['53494d504c4520203d', 'a FITS image'],
  ['2f2a2058504d202a2f', 'an XPM image'],
  ['233f52414449414e4345', 'a Radiance image (HDR)'],
  ['233f52474245', 'a Radiance image (HDR)'],
  ['d7cdc69a', 'a Windows metafile'],
  ['41542654464f524d', 'a DjVu document'],
  ['8a4d4e470d0a1a0a', 'an MNG animation'],
  ['425047fb', 'a BPG image'],
];

/** Null: none of these. */
export function foreignName(file: Buffer): string | null {
  const head = file.subarray(0, 16).toString('hex');
  const found = SIGNATURES.find(([signature]) => head.startsWith(signature));
  if (found) return found[1];
  const text = (from: number, to: number): string => file.toString('latin1', from, to);
  if (/^P[1-7fF]\s/.test(text(0, 3))) return 'a portable anymap (PNM)';
  // Pictures of TGA begin with these bytes too, and go on with zeros.
  if (head.startsWith('00000200') && head.slice(8, 12) !== '0000') return 'a Windows cursor';
  if (text(4, 12) === 'ftypcrx ') return 'a camera raw file (Canon)';
  if (text(128, 132) === 'DICM') return 'a DICOM image';
  if (text(40, 44) === ' EMF' && head.startsWith('01000000')) return 'a Windows metafile';
  return text(file.length - 18, file.length - 2) === 'TRUEVISION-XFILE' ? 'a TGA image' : null;
}
