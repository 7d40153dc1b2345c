import type { ImageResult } from '../../client/index.ts';
import { number, plain, sparkline, size } from '../text.ts';

const mostLines = 12;
const mostDuplicates = 10;
const mostTexts = 5;

/** What the headline does not say: how it was made, how it looks, what it resembles, what it says. */
export function imageSection(document: ImageResult): string {
  return [
    fileLine(document),
    camera(document),
    texts(document),
    look(document),
    duplicates(document),
    text(document),
    objects(document),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function line(parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter(Boolean).join(' · ');
}

function fileLine({ resource, image: { file, icc, format } }: ImageResult): string {
  const quality = file.jpeg?.quality;
  return line([
    format.toUpperCase(),
    size(resource.bytes),
    `${number(file.megapixels)} Mpx`,
    file.colour_model,
    file.bit_depth !== null && `${file.bit_depth} bit`,
    file.alpha_used && 'transparent',
    file.jpeg?.chroma_subsampling,
    quality && `quality ${quality.standard_tables ? '' : 'about '}${quality.estimate}`,
    file.progressive && 'progressive',
    icc?.name && plain(icc.name, 40),
    file.orientation > 1 && file.orientation_text,
  ]);
}

function camera({ image: { exif, gps, iptc, xmp } }: ImageResult): string {
  const title = xmp?.title ?? iptc?.title ?? iptc?.headline ?? exif?.description;
  const place =
    gps && gps.latitude_deg !== null && gps.longitude_deg !== null
      ? `at ${gps.latitude_deg.toFixed(5)}, ${gps.longitude_deg.toFixed(5)}`
      : null;
  return line([
    title && `"${plain(title, 60)}"`,
    exif?.lens && plain(exif.lens, 40),
    exif?.metering?.name && `${exif.metering.name} metering`,
    exif?.flash && (exif.flash.fired ? 'flash' : 'no flash'),
    exif?.software && `software ${plain(exif.software, 40)}`,
    place,
  ]);
}

/** The first of what is written into the file. */
function texts({ image: { texts: entries = [] } }: ImageResult): string {
  const shown = entries.slice(0, mostTexts).map(({ keyword, text }) => {
    return `text       ${keyword === null ? '' : `${plain(keyword, 20)}: `}${plain(text, 80)}`;
  });
  const more = entries.length > mostTexts ? [`           … ${entries.length - mostTexts} more`] : [];
  return [...shown, ...more].join('\n');
}

function look({ image }: ImageResult): string {
  const { stats, dominant, exposure } = image;
  if (!stats) return 'pixels not decoded';
  const { luma, sharpness, noise } = stats;
  const colours = (dominant ?? [])
    .map(({ hex, share }) => `${hex} ${share < 0.005 ? '<1' : Math.round(share * 100)}%`)
    .join('  ');
  return [
    '',
    `luma       ${sparkline(stats.histogram.counts)}  mean ${number(luma.mean)}, ${exposure?.verdict.replace('_', ' ') ?? ''}`,
    `sharpness  ${number(sharpness.laplacian_var)}, sharpest tile ${number(sharpness.sharpest_tile_laplacian_var)}; noise ${number(noise.sigma)}; entropy ${number(stats.entropy_bits)} bits`,
    `colours    ${colours}`,
  ].join('\n');
}

function duplicates({ image: { near_duplicates: near } }: ImageResult): string {
  const found = near.found ?? [];
  if (found.length === 0) return '';
  const shown = found
    .slice(0, mostDuplicates)
    .map((one) => `  ${one.resource_id}  ${one.distance_bits} bits`);
  const more = found.length > mostDuplicates || near.more ? ['  … see: onceflow similar'] : [];
  return ['\nLooks nearly the same as', ...shown, ...more].join('\n');
}

function text({ image: { ocr } }: ImageResult): string {
  if (ocr.status === 'skipped') {
    return `\ntext was not read: ${plain(ocr.reason ?? '').replaceAll('_', ' ')}. ${plain(ocr.hint ?? '', 200)}`;
  }
  if (ocr.lines.length === 0) return '';
  const shown = ocr.lines.slice(0, mostLines).map((one) => `  ${plain(one.text, 100)}`);
  const left = ocr.lines.length + ocr.more_lines - shown.length;
  return [
    `\nText (confidence ${number(ocr.confidence)})`,
    ...shown,
    ...(left > 0 ? [`  … ${left} more lines`] : []),
  ].join('\n');
}

function objects({ image }: ImageResult): string {
  const { objects: found } = image;
  if (!found) return '';
  if (found.status === 'skipped') {
    return `\nobjects were not looked for: ${plain(found.reason).replaceAll('_', ' ')}. ${plain(found.hint, 200)}`;
  }
  if (found.object_count === 0) return '\nNo objects found';
  const shown = found.objects
    .slice(0, mostLines)
    .map(({ label, score, box_px: [left, top, width, height] }) => {
      const place = `${width} x ${height} at ${left}, ${top}`;
      return `  ${plain(label, 40)}  ${Math.round(score * 100)}%  ${place}`;
    });
  const left = found.object_count - shown.length;
  return ['\nObjects', ...shown, ...(left > 0 ? [`  … ${left} more`] : [])].join('\n');
}
