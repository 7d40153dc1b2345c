/** Where somebody speaks: the audio track as 16 kHz mono, given to the detector of speech. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpeechInput, SpeechValue } from '../../kinds/video/flow.ts';
import { rounded, segment } from '../../kinds/video/frames.ts';
import { detectSpeech } from '../inference/speech.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { ARTEFACTS, type ProbeDocument, type SpeechDocument } from './documents.ts';
import { SAMPLE_RATE_HZ, writeLoudestChannel } from './loudest-channel.ts';
import { number } from '../ffmpeg/probed.ts';

export const speech: StepImplementation<SpeechInput, SpeechValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  if (plan.audioIndex === null) throw new RangeError('the probe found no audio track');
  const document = await listen(context, plan, plan.audioIndex);
  const segments = document.status === 'ok' ? document.segments : [];
  const path = context.artefact(ARTEFACTS.speech.name, ARTEFACTS.speech.mediaType);
  await writeFile(path, JSON.stringify({ segments }));
  return { value: { status: document.status, segments: segments.length }, document };
};

async function listen(
  context: StepContext,
  plan: ProbeDocument,
  streamIndex: number,
): Promise<SpeechDocument> {
  const samples = join(context.directory, 'speech.f32');
  try {
    const track = await writeLoudestChannel(context, plan, streamIndex, samples);
    if (track.duration_s === 0) {
      return {
        status: 'skipped',
        reason: 'no_samples',
        hint: 'Nothing of the audio track decodes; convert the file and submit that.',
      };
    }
    const outcome = await detectSpeech(context, { pcmPath: samples, sampleRate: SAMPLE_RATE_HZ });
    if (outcome.status === 'skipped') return outcome;
    const offset = startOfTrack(plan, streamIndex);
    return {
      ...outcome,
      segments: outcome.segments.map(({ start_s, end_s, probability }) => ({
        ...segment(start_s + offset, end_s + offset),
        probability: rounded(probability, 4),
      })),
      speech_s: rounded(outcome.speech_s, 3),
      covered_s: rounded(track.duration_s, 3),
      cutShort: track.cutShort,
    };
  } finally {
    // A film's samples take more room than all its other findings.
    await rm(samples, { force: true });
  }
}

/** Seconds from the container's start to the first sample. */
function startOfTrack(plan: ProbeDocument, streamIndex: number): number {
  const stream = plan.probed.streams.find((one) => one.index === streamIndex);
  const origin = number(plan.probed.format.start_time) ?? 0;
  return (number(stream?.start_time) ?? origin) - origin;
}
