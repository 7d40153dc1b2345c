/** Container, streams and tags, the track to analyse, and what its decoder gives. No header is believed. */
import { refusals } from '../../kinds/audio/failures.ts';
import type { ProbeInput, ProbeValue } from '../../kinds/audio/flow.ts';
import { audioSettings } from '../../kinds/audio/params.ts';
import { asSound, SOUND_DEMUXERS } from '../../kinds/container/sniff-sound.ts';
import { rounded } from '../../kinds/segment.ts';
import type { TrustlessInput } from '../../media/ffmpeg/input.ts';
import { refuse } from '../ffmpeg/child-exit.ts';
import { ffprobeJson, reasonOf } from '../ffmpeg/ffprobe.ts';
import { number, type Probed, type ProbedStream } from '../ffmpeg/probed.ts';
import type { StepImplementation } from '../step-context.ts';
import type { ProbeDocument } from './documents.ts';
import { firstFrame } from './first-frame.ts';
import { type Inspected, inspect } from './inspect-file.ts';
import { withShortTags } from './short-tags.ts';

const SHOW = ['-show_format', '-show_streams', '-show_chapters'];

export const probe: StepImplementation<ProbeInput, ProbeValue> = async (context, { params }) => {
  const inspected = await inspect(context);
  const { demuxer } = inspected.sniffed;
  const input: TrustlessInput = { path: context.input.path, demuxer, demuxers: SOUND_DEMUXERS };
  const complaints: string[] = [];
  const probed = await ffprobeJson(context, input, SHOW, complaints);
  if (!probed || probed.streams.length === 0) throw refuse(refusals.undecodable(reasonOf(complaints)));
  const stream = trackOf(probed, audioSettings(params).track);
  const decoded = await firstFrame(context, input, stream.index);
  const origin = number(probed.format.start_time) ?? 0;
  const document: ProbeDocument = {
    ...inspected,
    sniffed: hasPictures(probed) ? inspected.sniffed : asSound(inspected.sniffed),
    probed: withShortTags(probed),
    stream,
    tracks: audioStreams(probed).length,
    decoded,
    origin_s: origin,
    start_s: rounded(Math.max(0, decoded.first_s - origin)),
    declared_s: inspected.declaresDuration ? declaredOf(probed, stream, inspected) : null,
    complaints,
  };
  const value = {
    stream: stream.index,
    codec: stream.codec_name ?? 'unknown',
    rate_hz: decoded.rate_hz,
    channels: decoded.channels,
    duration_s: document.declared_s,
  };
  return { value, document };
};

function audioStreams(probed: Probed): readonly ProbedStream[] {
  return probed.streams.filter((stream) => stream.codec_type === 'audio');
}

export function isCover(stream: ProbedStream): boolean {
  return stream.disposition?.['attached_pic'] === 1;
}

function hasPictures(probed: Probed): boolean {
  return probed.streams.some((stream) => stream.codec_type === 'video' && !isCover(stream));
}

function trackOf(probed: Probed, wanted: number): ProbedStream {
  const tracks = audioStreams(probed);
  const track = tracks[wanted];
  if (track) return track;
  if (tracks.length > 0) throw refuse(refusals.noSuchTrack(wanted, tracks.length));
  const kinds = [...new Set(probed.streams.map((stream) => stream.codec_type ?? 'unknown'))];
  throw refuse(refusals.noAudio(kinds.join(', ')));
}

/** The container's length is the track's only where nothing else could be longer. */
function declaredOf(probed: Probed, stream: ProbedStream, { sniffed, outline }: Inspected): number | null {
  const alone = probed.streams.every((one) => one === stream || isCover(one));
  const ofData = sniffed.demuxer === 'wav' ? (outline?.duration_s ?? null) : null;
  return ofData ?? number(stream.duration) ?? (alone ? number(probed.format.duration) : null);
}
