/** What the inference child can be asked, and what it answers; tensors travel beside it in the frame. */

/** A model by its file. `threads` 1 suits small models in a loop: handing work to others costs them more than it saves. */
export interface ModelAt {
  readonly path: string;
  readonly threads?: number;
}

export type Rectangle = readonly [
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
];

export interface FoundText {
  /** Corners in pixels of the image that was looked at: top left, top right, bottom right, bottom left. */
  readonly box: Rectangle;
  readonly score: number;
}

/** Characters (or units of speech) as a model wrote them: repeats and blanks taken out. */
export interface ReadUnits {
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
  /** Where in the output each stands. */
  readonly frames: readonly number[];
  /** How many there were in all. */
  readonly frameCount: number;
}

export interface ReadLine extends ReadUnits {
  /** How much ground shows before each, in frames. */
  readonly gaps: readonly number[];
}

export interface FoundObject {
  readonly class_index: number;
  readonly score: number;
  /** Left, top, right, bottom, in pixels of the image that was looked at. */
  readonly box: readonly [number, number, number, number];
}

export type ObjectFamily = 'yolox' | 'yolov8';

/** What each request bears besides its tensors, and what its answer does. */
export interface Requests {
  /** Takes the lock of the device; answered when it is held. */
  readonly lock: { readonly ask: { readonly path: string }; readonly answer: object };
  readonly unlock: { readonly ask: object; readonly answer: object };
  readonly load: {
    readonly ask: { readonly model: ModelAt };
    readonly answer: {
      readonly inputs: readonly { readonly name: string; readonly dims: readonly (number | string)[] }[];
      readonly outputs: readonly string[];
    };
  };
  /** Tensors in by name, tensors out by name. */
  readonly run: { readonly ask: { readonly model: ModelAt }; readonly answer: object };
  /** Samples of a track, continued from the last request of the same stream, if not `first`; `last` forgets it. */
  readonly speech: {
    readonly ask: {
      readonly model: ModelAt;
      readonly stream: string;
      readonly first: boolean;
      readonly last: boolean;
    };
    readonly answer: object;
  };
  /** `pixels` [height, width, 3]. */
  readonly findText: {
    readonly ask: { readonly model: ModelAt };
    readonly answer: { readonly found: readonly FoundText[] };
  };
  /** The boxes of lines, which are read in one batch, and `pixels` [height, width, 3]: of each box, or one for all. */
  readonly readLines: {
    readonly ask: {
      readonly model: ModelAt;
      readonly boxes: readonly Rectangle[];
      /** Turned by 180 degrees. */
      readonly turned: boolean;
    };
    readonly answer: { readonly lines: readonly ReadLine[] };
  };
  /** `pixels` [images, height, width, 3]. */
  readonly findObjects: {
    readonly ask: {
      readonly model: ModelAt;
      readonly family: ObjectFamily;
      readonly channels: 'rgb' | 'bgr';
      readonly scale: number;
      readonly minScore: number;
      readonly overlap: number;
    };
    readonly answer: { readonly images: readonly (readonly FoundObject[])[] };
  };
  /** `samples` of one piece of sound. */
  readonly hear: {
    readonly ask: { readonly model: ModelAt; readonly blank: number };
    readonly answer: ReadUnits;
  };
}

export type RequestName = keyof Requests;

/** Every answer says where the model ran. */
export interface Ran {
  readonly provider: 'cuda' | 'cpu';
  readonly providerNote: string | null;
  /** In the model alone. */
  readonly inferenceMs: number;
}
