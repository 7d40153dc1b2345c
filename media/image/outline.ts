/** What the headers of an image file say, before anything is decoded. Each format's reader fills it in. */
export interface Outline {
  /** Of the first picture, as it is coded. */
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number | null;
  readonly channels: number | null;
  readonly hasAlpha: boolean | null;
  readonly colour: 'gray' | 'rgb' | 'ycbcr' | 'cmyk' | 'ycck' | 'palette' | 'lab' | null;
  readonly progressive: boolean | null;
  readonly animation: Animation;
  /** Where the file ends before its picture does, or says that it is longer than it is. */
  readonly truncated: string | null;
  /** Of the rows from the top those that are whole, where the decoder would not say that others are missing. */
  readonly heldRows: number | null;
  /** Bytes after the end of the picture. */
  readonly trailingBytes: number;
  /** What is damaged, though the picture may be whole: one sentence each, without a full stop. */
  readonly damage: readonly string[];
  readonly density: Density | null;
  readonly jpeg: JpegFacts | null;
  /** Pixels are numbers of this kind; null: bytes or words without a sign, as pictures have them. */
  readonly samples: 'float' | 'signed' | 'unsigned' | null;
  /** The number that stands for a missing one among those. */
  readonly noData: number | null;
  /** A block in TIFF form, as EXIF is. */
  readonly exif: Buffer | null;
  /** Its orientation turns nothing: decoders do not look where it was found, or turn the picture by something else. */
  readonly exifIsHidden: boolean;
  readonly xmp: Buffer | null;
  readonly iptc: Buffer | null;
  readonly icc: Buffer | null;
  readonly texts: readonly TextEntry[];
}

/** What somebody or some program wrote into the file: a text chunk of a PNG, a comment of a JPEG or GIF. */
export interface TextEntry {
  /** Null for comments, which have none. */
  readonly keyword: string | null;
  readonly text: string;
}

export interface Animation {
  /** Pictures that are shown one after the other; 1 for a still. */
  readonly frames: number;
  /** Pictures that stand beside each other, as in a TIFF. */
  readonly pages: number;
  readonly duration_s: number | null;
  /** 0: for ever. Null: not animated. */
  readonly loop: number | null;
}

export interface Density {
  readonly x: number;
  readonly y: number;
  readonly unit: 'inch' | 'cm' | 'metre' | 'none';
}

export interface JpegFacts {
  /** Horizontal and vertical factor of the first component over the others, as in `2 2`. */
  readonly sampling: readonly [number, number] | null;
  readonly chroma: string | null;
  readonly quality: { readonly estimate: number; readonly standard_tables: boolean } | null;
  /** The number of the SOF marker: 0 baseline, 1 extended, 2 progressive. */
  readonly encodingProcess: number;
  /** Whether three components are YCbCr, as the decoder would take them. */
  readonly ycc: boolean;
}

export const STILL: Animation = { frames: 1, pages: 1, duration_s: null, loop: null };

export const EMPTY_OUTLINE: Outline = {
  width: 0,
  height: 0,
  bitDepth: null,
  channels: null,
  hasAlpha: null,
  colour: null,
  progressive: null,
  animation: STILL,
  truncated: null,
  heldRows: null,
  trailingBytes: 0,
  damage: [],
  density: null,
  jpeg: null,
  samples: null,
  noData: null,
  exif: null,
  exifIsHidden: false,
  xmp: null,
  iptc: null,
  icc: null,
  texts: [],
};
