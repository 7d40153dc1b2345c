/** Everything that an image analysis refuses, with what to do about it. None of it is mended by a retry. */
import { ProgramFailure } from '../program/outcome.ts';

const IMAGE_HINT = 'Submit a JPEG, PNG, WebP, GIF, TIFF, AVIF, HEIC, BMP or SVG file.';

export const refusals = {
  empty: () =>
    new ProgramFailure(
      'EMPTY_FILE',
      'The file has no bytes.',
      'Upload it again; the transfer may have been cut off.',
    ),
  unknown: () =>
    new ProgramFailure(
      'NOT_AN_IMAGE',
      'The first bytes of the file are of no image format that is known here.',
      IMAGE_HINT,
    ),
  unsupported: (format: string) =>
    new ProgramFailure(
      'UNSUPPORTED_FORMAT',
      `The file is ${format}, which is not decoded here.`,
      `Convert it first. ${IMAGE_HINT}`,
    ),
  header: (format: string, why: string) =>
    new ProgramFailure(
      'IMAGE_HEADER_BROKEN',
      `The header of the ${format} file is damaged: ${why}.`,
      'Export the image again, or upload it again if its transfer was cut off.',
    ),
  parts: (format: string) =>
    new ProgramFailure(
      'IMAGE_HEADER_BROKEN',
      `The ${format} file is cut into more parts than any real one.`,
      'Export the image again.',
    ),
  size: (format: string) =>
    new ProgramFailure(
      'INVALID_DIMENSIONS',
      `The ${format} file says that its picture has no width or no height.`,
      'The header is damaged: export the image again.',
    ),
  tooLarge: (what: string, limit: string) =>
    new ProgramFailure(
      'IMAGE_TOO_LARGE',
      `The image has ${what}, more than the limit of ${limit}.`,
      'Make it smaller, or cut it into parts, and submit those.',
    ),
  undecodable: (format: string, why: string) =>
    new ProgramFailure(
      'IMAGE_UNDECODABLE',
      `No picture could be decoded from the ${format} file${why ? `: ${why}` : ''}.`,
      'Check that it opens elsewhere; if its end is missing, upload it again.',
    ),
} as const;
