/** What the steps of an audio analysis leave for each other in the ledger. */
import type { MeasuredLevels, MeasuredSpectrum } from '../../kinds/audio/measured.ts';
import type { AudioSettings } from '../../kinds/audio/params.ts';
import type { Container } from '../../kinds/container/sniff.ts';
import type { Segment } from '../../kinds/segment.ts';
import type { Mp4Outline } from '../../media/video/mp4-boxes.ts';
import type { Probed, ProbedStream } from '../ffmpeg/probed.ts';
import type { SpeechOutcome } from '../inference/speech.ts';
import type { Programme } from '../sound/readers.ts';

/** What comes out of the decoder, by its first frame. */
export interface DecodedFormat {
  readonly rate_hz: number;
  readonly channels: number;
  readonly layout: string | null;
  /** ffmpeg's name: s16, fltp. */
  readonly sample_format: string;
  /** Time of the first sample, as the file counts. */
  readonly first_s: number;
}

export interface ProbeDocument {
  readonly sniffed: Container;
  readonly outline: Mp4Outline | null;
  readonly declaresDuration: boolean;
  readonly probed: Probed;
  readonly stream: ProbedStream;
  readonly tracks: number;
  readonly decoded: DecodedFormat;
  /** Start of the container: zero of every time in the result. */
  readonly origin_s: number;
  /** Start of the track after that. */
  readonly start_s: number;
  /** What the file says of the track's length, where it says something of its own. */
  readonly declared_s: number | null;
  readonly complaints: readonly string[];
}

export interface LevelsDocument {
  readonly measured: MeasuredLevels;
  /** Null where loudness is not defined; `unweighted` says why. */
  readonly programme: Programme | null;
  readonly unweighted: string | null;
  /** What the loudness was measured over; less than the track where its format changes on the way. */
  readonly programme_s: number;
  readonly silence: readonly Segment[];
  readonly silenceSettings: AudioSettings['silence'];
  readonly duration_s: number;
  readonly decodeErrors: number;
  readonly complaints: readonly string[];
}

export interface SpectrumDocument {
  readonly measured: MeasuredSpectrum;
}

/** How several channels became the one that speech is looked for in. */
export interface SpeechMix {
  readonly method: 'as_is' | 'mixdown' | 'loudest_channel';
  readonly channel: number | null;
  /** Power of the mixdown against the mean of the channels; null for one channel, and for silence. */
  readonly mixdown_db: number | null;
}

export interface SpeechDocument {
  readonly outcome:
    | SpeechOutcome
    | { readonly status: 'skipped'; readonly reason: string; readonly hint: string };
  readonly mix: SpeechMix | null;
  readonly threshold: number;
}

export const ARTEFACTS = {
  loudness: { name: 'loudness.json', mediaType: 'application/json' },
  waveform: { name: 'waveform.json', mediaType: 'application/json' },
  spectrogram: { name: 'spectrogram.png', mediaType: 'image/png' },
  speech: { name: 'speech.json', mediaType: 'application/json' },
  silence: { name: 'silence.json', mediaType: 'application/json' },
} as const;
