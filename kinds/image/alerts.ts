/** What in an image deserves a look, each with the value and the threshold that it crossed. */
import type { Alert, ResourceSection } from '../envelope.ts';
import { EXPOSURE } from './exposure.ts';
import type { Measured } from './measured.ts';
import type { ImageSection } from './result.ts';

interface Judged {
  readonly resource: ResourceSection;
  readonly measured: Measured;
  readonly image: ImageSection;
}

const BLURRY_BELOW = 100;
const HUGE_ABOVE_MEGAPIXELS = 50;

const alert = (
  code: string,
  severity: Alert['severity'],
  message: string,
  evidence: Partial<Pick<Alert, 'where' | 'value' | 'threshold'>> = {},
): Alert => ({ code, severity, message, where: null, value: null, threshold: null, ...evidence });

export function alertsOf(judged: Judged): readonly Alert[] {
  return [...fileAlerts(judged), ...metadataAlerts(judged), ...pictureAlerts(judged), ...lookAlerts(judged)];
}

/** Part of the picture is missing, or a step was left out. */
export function isPartial({ measured, image }: Pick<Judged, 'measured' | 'image'>): boolean {
  return (
    measured.truncated !== null ||
    measured.undecoded !== null ||
    measured.complaint !== null ||
    image.ocr.status === 'skipped' ||
    image.objects?.status === 'skipped'
  );
}

function fileAlerts({ resource, measured }: Judged): readonly Alert[] {
  const { format, truncated, trailing_bytes: trailing, damage, complaint } = measured;
  const found: Alert[] = [];
  if (resource.mismatch) {
    const message = `The name ends in .${resource.declaredType} but the content is ${format.toUpperCase()}.`;
    const evidence = { value: resource.declaredType, threshold: measured.extensions.join(', ') };
    found.push(alert('EXTENSION_MISMATCH', 'warning', message, evidence));
  }
  if (truncated !== null) {
    found.push(alert('TRUNCATED', 'error', `The file ends before its picture does: ${truncated}.`));
  }
  if (trailing > 0) {
    const message = `${trailing.toLocaleString('en-US')} bytes follow the end of the picture.`;
    found.push(alert('TRAILING_DATA', 'info', message, { value: trailing, threshold: 0 }));
  }
  if (damage.length > 0) {
    const message = `The file is damaged: ${damage[0]}.`;
    found.push(alert('DAMAGED', 'warning', message, { value: damage.length, threshold: 0 }));
  }
  if (complaint !== null && truncated === null) {
    found.push(alert('DECODE_ERRORS', 'warning', `The decoder complained and went on: ${complaint}.`));
  }
  return found;
}

function metadataAlerts({ measured }: Judged): readonly Alert[] {
  const { exif_damage: damage, gps } = measured;
  const found: Alert[] = [];
  if (damage.length > 0) {
    const message = `The EXIF data is damaged: ${damage[0]}.`;
    found.push(alert('BAD_EXIF', 'warning', message, { value: damage.length, threshold: 0 }));
  }
  if (gps && gps.latitude_deg !== null && gps.longitude_deg !== null) {
    const message = 'The file says where the picture was taken. Remove it before you publish the file.';
    const value = `${gps.latitude_deg.toFixed(5)}, ${gps.longitude_deg.toFixed(5)}`;
    found.push(alert('GPS_PRESENT', 'warning', message, { value, threshold: 'no position' }));
  }
  return found;
}

function pictureAlerts({ measured: { file, undecoded } }: Judged): readonly Alert[] {
  const found: Alert[] = [];
  if (undecoded !== null) {
    const message =
      'The pixels of this HEIC file are HEVC, which is not decoded here; its metadata was read. Convert it to JPEG.';
    found.push(alert('NOT_DECODABLE', 'error', message, { value: undecoded }));
  }
  if (file.frames > 1) {
    const message = `The picture is an animation of ${file.frames} frames; the first one was measured.`;
    found.push(alert('ANIMATED', 'info', message, { value: file.frames, threshold: 1 }));
  }
  if (file.pages > 1) {
    const message = `The file has ${file.pages} pages; the first one was measured.`;
    found.push(alert('MULTI_PAGE', 'info', message, { value: file.pages, threshold: 1 }));
  }
  if (file.colour_model === 'cmyk' || file.colour_model === 'ycck') {
    const message = 'The picture is in CMYK, for print: browsers show its colours differently.';
    found.push(alert('CMYK', 'info', message, { value: file.colour_model }));
  }
  const { samples } = file;
  if (samples?.shown === 'stretched') {
    const range =
      samples.least === null || samples.greatest === null
        ? 'none of which is a number'
        : `from ${told(samples.least)} to ${told(samples.greatest)}`;
    const message = `The pixels are numbers ${range}, not brightness: the least was made black, the greatest white.`;
    found.push(alert('VALUES_STRETCHED', 'info', message, { value: samples.kind }));
  }
  if (file.megapixels > HUGE_ABOVE_MEGAPIXELS) {
    const message = `The picture has ${file.megapixels.toFixed(1)} megapixels.`;
    found.push(alert('HUGE', 'info', message, { value: file.megapixels, threshold: HUGE_ABOVE_MEGAPIXELS }));
  }
  return found;
}

const told = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 6 });

function lookAlerts({ image }: Judged): readonly Alert[] {
  // Measured values are neither sharp nor bright.
  const stretched = image.file.samples?.shown === 'stretched';
  const { stats, exposure } = stretched ? { stats: null, exposure: null } : image;
  const near = image.near_duplicates;
  const found: Alert[] = [];
  const sharpest = stats?.sharpness.sharpest_tile_laplacian_var ?? null;
  if (stats && sharpest !== null && sharpest < BLURRY_BELOW && stats.luma.std >= EXPOSURE.flatStd) {
    const message = 'Nothing in the picture is sharp: even its sharpest tile has little detail.';
    found.push(alert('BLURRY', 'warning', message, { value: sharpest, threshold: BLURRY_BELOW }));
  }
  if (stats && exposure?.verdict === 'overexposed') {
    const evidence = { value: stats.luma.mean, threshold: EXPOSURE.brightMean };
    found.push(alert('OVEREXPOSED', 'warning', 'The picture is too bright: its lights are lost.', evidence));
  }
  if (stats && exposure?.verdict === 'underexposed') {
    const evidence = { value: stats.luma.mean, threshold: EXPOSURE.darkMean };
    found.push(alert('UNDEREXPOSED', 'warning', 'The picture is dark as a whole.', evidence));
  }
  const [nearest] = near.found ?? [];
  if (nearest) {
    const count = near.found?.length ?? 0;
    const message =
      count === 1
        ? 'Another image of this owner looks nearly the same.'
        : `${count}${near.more ? ' or more' : ''} other images of this owner look nearly the same.`;
    const evidence = {
      where: nearest.resource_id,
      value: nearest.distance_bits,
      threshold: near.within_bits,
    };
    found.push(alert('NEAR_DUPLICATE', 'info', message, evidence));
  }
  return found;
}
