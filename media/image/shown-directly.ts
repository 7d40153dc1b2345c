/** Which images models are shown as they are. Apart from those that decode: a worker asks too, and loads no decoder. */

/** Formats that are decoded anew, in full; of others models are shown the largest thumbnail. */
const SHOWN_DIRECTLY: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif', 'bmp']);

interface Measured {
  readonly format: string;
  readonly file: { readonly samples?: unknown };
}

/** Numbers that are no brightness became a picture only here: a decoder shows most of them black. */
export function isShownDirectly({ format, file }: Measured): boolean {
  return SHOWN_DIRECTLY.has(format) && !file.samples;
}
