/**
 * Loudness (EBU R128), peaks and silence of the audio track, in one pass over it; it is one chunk.
 *
 * ffmpeg's summary has one decimal, its frame metadata three: the metadata of the last 100 ms block holds the values
 * of the whole programme. Peaks are linear there, with three decimals, so quiet ones come from the summary.
 */
import { writeFile } from 'node:fs/promises';
import type { AudioInput, AudioValue } from '../../kinds/video/flow.ts';
import { LONGEST_STEP_S, RESTARTING } from '../../kinds/video/joined-times.ts';
import { DEMUXERS } from '../../kinds/container/sniff.ts';
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
import { loudnessReader, logReader } from '../sound/readers.ts';
import { number } from '../ffmpeg/probed.ts';
import { lineCutter } from '../ffmpeg/text-lines.ts';

const DETECT = `silencedetect=noise=${SILENCE.noise_db}dB:duration=${SILENCE.min_duration_s}`;
/** As the times of frames are, where they jump. */
const JUMP = `lt(PTS\\,PREV_INPTS)+gt((PTS-PREV_INPTS)*TB\\,${LONGEST_STEP_S})`;
const COUNTED_ON = `asetpts=PTS-st(0\\,ld(0)+if(${JUMP}\\,PTS-PREV_INPTS-NB_SAMPLES))`;
const LOUDNESS = 'ebur128=metadata=1:peak=true+sample:framelog=quiet';

export const audio: StepImplementation<AudioInput, AudioValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  if (plan.audioIndex === null) throw new RangeError('the probe found no audio track');
  const origin = number(plan.probed.format.start_time) ?? 0;
  const programme = loudnessReader(origin, (seconds) =>
    context.progress({ done: Math.round(seconds), total: Math.round(plan.durationSeconds), unit: 's' }),
  );
  const log = logReader(origin);
  await decodeAudio(context, plan, plan.audioIndex, programme.line, log.line);
  const silence = log.silence(programme.end());
  const { end_s, ...measured } = programme.result(log.summary());
  const document: AudioDocument = {
    streamIndex: plan.audioIndex,
    ...measured,
    // The last block of less than 100 ms is not reported; a silence to the end tells where that is.
    duration_s: Math.max(end_s, silence.at(-1)?.end_s ?? 0),
    silence,
    decodeErrors: log.errors(),
  };
  const path = context.artefact(ARTEFACTS.loudness.name, ARTEFACTS.loudness.mediaType);
  await writeFile(path, JSON.stringify({ interval_s: 1, short_term_lufs: programme.series() }));
  return { value: { integrated_lufs: document.integrated_lufs }, document };
};

async function decodeAudio(
  context: StepContext,
  plan: ProbeDocument,
  streamIndex: number,
  onMetadata: (line: string) => void,
  onLog: (line: string) => void,
): Promise<void> {
  const metadata = lineCutter(onMetadata);
  const exit = await context.child({
    title: 'ffmpeg loudness',
    pipeline: [{ argv: [context.tools.ffmpeg, ...audioArguments(context.input.path, plan, streamIndex)] }],
    directory: context.directory,
    readable: [context.input.path],
    limits: DECODER_LIMITS,
    onStdout: metadata.write,
    onStderrLine: onLog,
  });
  throwIfKilled(exit, 'ffmpeg');
  metadata.end();
}

function audioArguments(path: string, plan: ProbeDocument, streamIndex: number): readonly string[] {
  const input = { path, demuxer: plan.sniffed.demuxer, demuxers: DEMUXERS };
  const joined = RESTARTING.includes(plan.sniffed.demuxer) ? `${COUNTED_ON},` : '';
  const filters = `${joined}${DETECT},${LOUDNESS},ametadata=mode=print:file=pipe\\\\:1`;
  return [
    ...ffmpegArguments('info'),
    ...['-vn', '-sn', '-dn', ...decoderArguments(), ...demuxerArguments(input)],
    // Otherwise a transport stream would be counted from the beginning of this track, not of the container.
    ...['-copyts', '-i', fileArgument(input)],
    ...['-map', `0:${streamIndex}`, '-af', filters, '-f', 'null', '-'],
  ];
}
