/** What is said, where somebody speaks. Without a model for it the step is skipped, with the reason. */
import type { TranscriptInput, TranscriptValue } from '../../kinds/video/flow.ts';
import type { TranscriptSection } from '../../kinds/inference/result-parts.ts';
import { transcriptSection } from '../inference/sections.ts';
import { transcribe, whyNotTranscribed } from '../inference/transcript.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import type { ProbeDocument, SpeechDocument } from './documents.ts';
import { NO_SAMPLES, SAMPLE_RATE_HZ, startOfTrack, withLoudestChannel } from './loudest-channel.ts';

export const transcript: StepImplementation<TranscriptInput, TranscriptValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  if (plan.audioIndex === null) throw new RangeError('the probe found no audio track');
  const speech = (await context.output(input.speech)).document as SpeechDocument;
  const document = await hear(context, plan, plan.audioIndex, speech);
  const words = document.status === 'ok' ? document.word_count : 0;
  return { value: { status: document.status, words }, document, remember: document.status === 'ok' };
};

async function hear(
  context: StepContext,
  plan: ProbeDocument,
  streamIndex: number,
  speech: SpeechDocument,
): Promise<TranscriptSection> {
  const missing = await whyNotTranscribed(context);
  if (missing) return missing;
  const offset_s = startOfTrack(plan, streamIndex);
  const segments =
    speech.status === 'ok'
      ? {
          segments: speech.segments.map(({ start_s, end_s }) => ({
            start_s: start_s - offset_s,
            end_s: end_s - offset_s,
          })),
        }
      : {};
  return withLoudestChannel(context, plan, streamIndex, async ({ path, duration_s }) => {
    if (duration_s === 0) return NO_SAMPLES;
    const heard = await transcribe(context, { pcmPath: path, sampleRate: SAMPLE_RATE_HZ }, segments);
    return heard.status === 'skipped' ? heard : transcriptSection(context, heard, { offset_s, ...segments });
  });
}
