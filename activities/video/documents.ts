/** What the steps of a video analysis leave for each other in the ledger. */
import type { Container } from '../../kinds/container/sniff.ts';
import type { IdetCounts } from '../../kinds/video/interlacing.ts';
import type { Crop } from '../../kinds/video/letterbox.ts';
import type { ChunkRange, TimeBase } from '../../kinds/video/plan.ts';
import type { ColourRange } from '../../media/video/colour.ts';
import type { Mp4Outline } from '../../media/video/mp4-boxes.ts';
import type { StillsPlan } from '../../media/video/chunk-command.ts';
import type { Probed } from '../ffmpeg/probed.ts';
import type { Programme } from '../sound/readers.ts';
import type { Segment } from '../../kinds/video/frames.ts';
import type { Scene } from '../../kinds/video/scenes.ts';
import type { ReadKeyframe, TextSpan } from '../../kinds/video/text-spans.ts';
import type { InferenceRun, ModelUse, Skipped } from '../inference/outcome.ts';
import type { SpeechFound } from '../inference/speech.ts';
import type { TextFound } from '../inference/text.ts';

/** What the packets of the video stream say, without decoding any. */
export interface PacketScan {
  readonly packets: number;
  readonly keyframes: number;
  readonly bytes: number;
  readonly gopMean: number | null;
  readonly gopMax: number | null;
  readonly firstPts: number | null;
  /** Of the last frame shown, and where that ends, in ticks. */
  readonly lastPts: number | null;
  readonly endPts: number | null;
  /** False where times are missing or jump: then the video cannot be cut into chunks. */
  readonly orderly: boolean;
  /** End of the last packet in the file, bytes. */
  readonly endOfData: number;
  readonly keyframeTimes: readonly { readonly pts: number; readonly packetsBefore: number }[];
}

export interface ProbeDocument {
  readonly sniffed: Container;
  readonly probed: Probed;
  readonly videoIndex: number;
  readonly audioIndex: number | null;
  readonly timeBase: TimeBase;
  /** Start of the container in ticks of the video stream: zero of every time in the result. */
  readonly originTicks: number;
  /** Of the first frame that decodes. */
  readonly picture: { readonly width: number; readonly height: number; readonly pixelFormat: string | null };
  readonly range: ColourRange;
  readonly rotation: StillsPlan['rotation'];
  readonly mirrored: boolean;
  readonly framesPerSecond: number;
  readonly durationSeconds: number;
  readonly packets: Omit<PacketScan, 'keyframeTimes'>;
  readonly outline: Mp4Outline | null;
  readonly chunks: readonly ChunkRange[];
  readonly stills: StillsPlan;
  /** What the demuxer complained about, at most 20 lines, without paths. */
  readonly complaints: readonly string[];
  readonly tool: { readonly name: 'ffprobe' };
}

export interface StillDocument {
  readonly pts: number;
  readonly offset: number;
  readonly bytes: number;
  /** What cropdetect makes of this frame alone. */
  readonly crop: Crop | null;
}

export interface ChunkDocument {
  readonly frames: number;
  /** True when the frames file ends with the first frame of the next chunk. */
  readonly leadOut: boolean;
  readonly gridPixels: number;
  readonly stills: readonly StillDocument[];
  /** Of the first 300 frames, in the first chunk. */
  readonly head: { readonly idet: IdetCounts | null; readonly crop: Crop | null } | null;
  readonly decodeErrors: number;
  readonly complaints: readonly string[];
  readonly provider: 'cuda' | 'cpu';
  /** Why it is not what the worker offered, if so. */
  readonly providerReason: string | null;
}

export interface AudioDocument extends Programme {
  readonly streamIndex: number;
  /** From the container's start to the track's end. */
  readonly duration_s: number;
  readonly silence: readonly Segment[];
  readonly decodeErrors: number;
  /** What the loudness was measured over, where the format of the track changes on the way; else null. */
  readonly lastPart_s: number | null;
  /** False where nothing of the track decodes. */
  readonly decodes: boolean;
  /** Why there is no loudness; null where there is one, or nothing to measure. */
  readonly unweighted: string | null;
}

export interface KeyframeDocument {
  readonly shot: number;
  readonly t_s: number;
  readonly uri: string;
  readonly width_px: number;
  readonly height_px: number;
  /** Variance of the Laplacian of luma. */
  readonly sharpness: number;
  /** The most frequent colours with their share, most frequent first. */
  readonly dominant: readonly { readonly hex: string; readonly share: number }[];
  /** 64-bit difference hash, hexadecimal. */
  readonly dhash: string;
  readonly luma_mean: number;
}

export interface KeyframesDocument {
  readonly keyframes: readonly KeyframeDocument[];
  readonly scenes: readonly Scene[];
  readonly sprite: {
    readonly uri: string;
    readonly vtt_uri: string;
    readonly tiles: number;
    readonly columns: number;
    readonly tile_width_px: number;
    readonly tile_height_px: number;
    readonly interval_s: number;
  } | null;
  readonly poster: { readonly uri: string; readonly t_s: number } | null;
}

interface SpeechFoundDocument extends InferenceRun {
  readonly status: 'ok';
  readonly segments: readonly (Segment & { readonly probability: number })[];
  readonly speech_s: number;
  readonly covered_s: number;
  readonly params: SpeechFound['params'];
  /** The track was longer than what is listened to. */
  readonly cutShort: boolean;
  readonly model: ModelUse;
}

/** As an outcome of inference, or nothing that it could be given. */
interface SkippedDocument {
  readonly status: 'skipped';
  readonly reason: Skipped['reason'] | 'no_samples' | 'no_keyframes';
  readonly hint: string;
}

export type SpeechDocument = SpeechFoundDocument | SkippedDocument;

interface TextFoundDocument extends Omit<InferenceRun, 'provider'> {
  readonly status: 'ok';
  readonly providers: readonly InferenceRun['provider'][];
  readonly keyframes: readonly (ReadKeyframe & { readonly unreadable: string | null })[];
  readonly spans: readonly TextSpan[];
  readonly params: TextFound['params'];
  readonly models: readonly ModelUse[];
}

export type TextDocument = TextFoundDocument | SkippedDocument;

export const ARTEFACTS = {
  frames: { name: 'frames.bin', mediaType: 'application/octet-stream' },
  stills: { name: 'stills.mjpeg', mediaType: 'video/x-motion-jpeg' },
  loudness: { name: 'loudness.json', mediaType: 'application/json' },
  timeline: { name: 'timeline.json', mediaType: 'application/json' },
  sprite: { name: 'sprite.jpg', mediaType: 'image/jpeg' },
  vtt: { name: 'sprite.vtt', mediaType: 'text/vtt' },
  poster: { name: 'poster.jpg', mediaType: 'image/jpeg' },
  speech: { name: 'speech.json', mediaType: 'application/json' },
  text: { name: 'text.json', mediaType: 'application/json' },
} as const;
