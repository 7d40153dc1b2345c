/** Where somebody speaks: the audio track as 16 kHz mono, given to the detector of speech. */
import { writeFile } from 'node:fs/promises';
import type { SpeechInput, SpeechValue } from '../../kinds/video/flow.ts';
import { rounded, segment } from '../../kinds/video/frames.ts';
import { detectSpeech } from '../inference/speech.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { ARTEFACTS, type ProbeDocument, type SpeechDocument } from './documents.ts';
import { NO_SAMPLES, SAMPLE_RATE_HZ, startOfTrack, withLoudestChannel } from './loudest-channel.ts';

export const speech: StepImplementation<SpeechInput, SpeechValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  if (plan.audioIndex === null) throw new RangeError('the probe found no audio track');
  const document = await listen(context, plan, plan.audioIndex);
  const segments = document.status === 'ok' ? document.segments : [];
  const path = context.artefact(ARTEFACTS.speech.name, ARTEFACTS.speech.mediaType);
  await writeFile(path, JSON.stringify({ segments }));
  const value = { status: document.status, segments: segments.length };
  return { value, document, remember: document.status === 'ok' };
};

async function listen(
  context: StepContext,
  plan: ProbeDocument,
  streamIndex: number,
): Promise<SpeechDocument> {
  return withLoudestChannel(context, plan, streamIndex, async ({ path, duration_s, cutShort }) => {
    if (duration_s === 0) return NO_SAMPLES;
    const outcome = await detectSpeech(context, { pcmPath: path, sampleRate: SAMPLE_RATE_HZ });
    if (outcome.status === 'skipped') return outcome;
    const offset = startOfTrack(plan, streamIndex);
    return {
      ...outcome,
      segments: outcome.segments.map(({ start_s, end_s, probability }) => ({
        ...segment(start_s + offset, end_s + offset),
        probability: rounded(probability, 4),
      })),
      speech_s: rounded(outcome.speech_s, 3),
      covered_s: rounded(duration_s, 3),
      cutShort,
    };
  });
}
