/**
 * Loudness (EBU R128), peaks and silence of the audio track, in one pass over it; it is one chunk.
 *
 * ffmpeg's summary has one decimal, its frame metadata three: the metadata of the last 100 ms block holds the values
 * of the whole programme. Peaks are linear there, with three decimals, so quiet ones come from the summary. Sound whose
 * loudness is not defined goes through in blocks of the same length, for its end, its peak and its silence.
 */
import { writeFile } from 'node:fs/promises';
import type { AudioInput, AudioValue } from '../../kinds/video/flow.ts';
import { LONGEST_STEP_S, RESTARTING } from '../../kinds/video/joined-times.ts';
import { DEMUXERS } from '../../kinds/container/sniff.ts';
import { MIN_LOUDNESS_RATE_HZ, UNWEIGHTED } from '../../kinds/sound/loudness.ts';
import {
  decoderArguments,
  demuxerArguments,
  ffmpegArguments,
  fileArgument,
} from '../../media/ffmpeg/input.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { DECODER_LIMITS, throwIfKilled } from '../ffmpeg/child-exit.ts';
import { SILENCE } from './audio-section.ts';
import { ARTEFACTS, type AudioDocument, type ProbeDocument } from './documents.ts';
import { AS_MONO, isUnplacedMono } from '../sound/layout.ts';
import { BLOCK_S, type LogReader, loudnessReader, logReader } from '../sound/readers.ts';
import { number, type ProbedStream } from '../ffmpeg/probed.ts';
import { lineCutter } from '../ffmpeg/text-lines.ts';

const DETECT = `silencedetect=noise=${SILENCE.noise_db}dB:duration=${SILENCE.min_duration_s}`;
/** As the times of frames are, where they jump. */
const JUMP = `lt(PTS\\,PREV_INPTS)+gt((PTS-PREV_INPTS)*TB\\,${LONGEST_STEP_S})`;
const COUNTED_ON = `asetpts=PTS-st(0\\,ld(0)+if(${JUMP}\\,PTS-PREV_INPTS-NB_SAMPLES))`;
const LOUDNESS = 'ebur128=metadata=1:peak=true+sample:framelog=quiet';
const PEAK = 'astats=measure_perchannel=none:measure_overall=Peak_level';

export const audio: StepImplementation<AudioInput, AudioValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  const stream = plan.probed.streams.find((one) => one.index === plan.audioIndex);
  if (!stream) throw new RangeError('the probe found no audio track');
  const slow = (number(stream.sample_rate) ?? MIN_LOUDNESS_RATE_HZ) < MIN_LOUDNESS_RATE_HZ;
  let pass = await decodeAudio(context, plan, stream, slow ? UNWEIGHTED.slow : null);
  if (pass.log.unplaced()) pass = await decodeAudio(context, plan, stream, UNWEIGHTED.unplaced);
  const { programme, log, unweighted } = pass;
  const silence = log.silence(programme.end());
  const { end_s, measured_s, ...measured } = programme.result(log.summary());
  const document: AudioDocument = {
    streamIndex: stream.index,
    ...measured,
    // The last block of less than 100 ms is not reported; a silence to the end tells where that is.
    duration_s: Math.max(end_s, silence.at(-1)?.end_s ?? 0),
    silence,
    decodeErrors: log.errors(),
    lastPart_s: programme.restarted() ? measured_s : null,
    decodes: log.heard(),
    unweighted: log.heard() ? unweighted : 'nothing of the track decodes',
  };
  const path = context.artefact(ARTEFACTS.loudness.name, ARTEFACTS.loudness.mediaType);
  await writeFile(path, JSON.stringify({ interval_s: 1, short_term_lufs: programme.series() }));
  return { value: { integrated_lufs: document.integrated_lufs }, document };
};

interface Pass {
  readonly programme: ReturnType<typeof loudnessReader>;
  readonly log: LogReader;
  readonly unweighted: string | null;
}

async function decodeAudio(
  context: StepContext,
  plan: ProbeDocument,
  stream: ProbedStream,
  unweighted: string | null,
): Promise<Pass> {
  const origin = number(plan.probed.format.start_time) ?? 0;
  const programme = loudnessReader(origin, (seconds) =>
    context.progress({ done: Math.round(seconds), total: Math.round(plan.durationSeconds), unit: 's' }),
  );
  const log = logReader(origin);
  const metadata = lineCutter(programme.line);
  const filters = filtersOf(plan, stream, unweighted === null);
  const exit = await context.child({
    title: 'ffmpeg loudness',
    pipeline: [
      { argv: [context.tools.ffmpeg, ...audioArguments(context.input.path, plan, stream.index, filters)] },
    ],
    directory: context.directory,
    readable: [context.input.path],
    limits: DECODER_LIMITS,
    onStdout: metadata.write,
    onStderrLine: log.line,
  });
  throwIfKilled(exit, 'ffmpeg');
  metadata.end();
  return { programme, log, unweighted };
}

function filtersOf(plan: ProbeDocument, stream: ProbedStream, weighted: boolean): string {
  const sound = { channels: stream.channels ?? 0, layout: placeOf(stream) };
  const perBlock = Math.max(1, Math.round((number(stream.sample_rate) ?? 0) * BLOCK_S));
  const measures = weighted
    ? [LOUDNESS]
    : [PEAK, `asetnsamples=n=${perBlock}:p=0`, 'ametadata=mode=add:key=block:value=1'];
  return [
    ...(isUnplacedMono(sound) ? [AS_MONO] : []),
    ...(RESTARTING.includes(plan.sniffed.demuxer) ? [COUNTED_ON] : []),
    ...[DETECT, ...measures, 'ametadata=mode=print:file=pipe\\\\:1'],
  ].join(',');
}

/** Some versions of ffprobe say `unknown`, others nothing. */
function placeOf({ channel_layout: layout }: ProbedStream): string | null {
  return layout === undefined || layout === 'unknown' ? null : layout;
}

function audioArguments(
  path: string,
  plan: ProbeDocument,
  streamIndex: number,
  filters: string,
): readonly string[] {
  const input = { path, demuxer: plan.sniffed.demuxer, demuxers: DEMUXERS };
  return [
    ...ffmpegArguments('info'),
    ...['-vn', '-sn', '-dn', ...decoderArguments(), ...demuxerArguments(input)],
    // Otherwise a transport stream would be counted from the beginning of this track, not of the container.
    ...['-copyts', '-i', fileArgument(input)],
    ...['-map', `0:${streamIndex}`, '-af', filters, '-f', 'null', '-'],
  ];
}
