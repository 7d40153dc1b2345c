/** An image in a line and a few facts. */
import { counted } from '../counted.ts';
import type { ObjectsSection } from '../inference/result-parts.ts';
import type { ImageResult, ImageSection } from './result.ts';

export function summaryOf(image: ImageSection): ImageResult['summary'] {
  const { file, exif, gps, exposure, near_duplicates: near, ocr, objects } = image;
  const animated = file.frames > 1 ? `, ${file.frames} frames` : '';
  const pages = file.pages > 1 ? `, ${file.pages} pages` : '';
  const depth = file.bit_depth === null || file.bit_depth === 8 ? '' : `, ${file.bit_depth} bit`;
  const duplicates = near.found?.length ?? 0;
  const facts = [
    [exif?.make, exif?.model].filter(Boolean).join(' '),
    exposureLine(exif),
    exif?.taken_at ? `taken ${exif.taken_at.replace('T', ' ')}${exif.taken_offset ?? ''}` : '',
    typeof gps?.latitude_deg === 'number' ? 'with its place' : '',
    exposure && exposure.verdict !== 'normal' ? exposure.verdict.replace('_', ' ') : '',
    ocr.lines.length > 0 ? `${counted(ocr.lines.length + ocr.more_lines, 'line')} of text` : '',
    objects?.status === 'ok' ? objectsLine(objects) : '',
    duplicates > 0 && near.more ? `${duplicates}+ near duplicates` : '',
    duplicates > 0 && !near.more ? counted(duplicates, 'near duplicate') : '',
  ];
  return {
    headline: `${file.width_px} x ${file.height_px} ${image.format.toUpperCase()}${depth}${animated}${pages}`,
    facts: facts.filter((fact) => fact !== ''),
  };
}

const MOST_LABELS = 5;

function objectsLine({ labels }: Extract<ObjectsSection, { status: 'ok' }>): string {
  const named = labels.slice(0, MOST_LABELS).map(({ label, objects }) => `${objects} ${label}`);
  if (named.length === 0) return 'no objects found';
  return [...named, ...(labels.length > MOST_LABELS ? ['…'] : [])].join(', ');
}

function exposureLine(exif: ImageSection['exif']): string {
  if (!exif) return '';
  const { exposure_s: exposure, f_number: aperture, iso, focal_mm: focal } = exif;
  const time =
    exposure === null || exposure <= 0
      ? ''
      : exposure < 0.5
        ? `1/${Math.round(1 / exposure)} s`
        : `${exposure} s`;
  return [
    time,
    aperture === null ? '' : `f/${aperture}`,
    iso === null ? '' : `ISO ${iso}`,
    focal === null ? '' : `${focal} mm`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
