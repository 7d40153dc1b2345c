/** What is said, where somebody speaks. Without a model for it the step is skipped, with the reason. */
import type { TranscriptInput, TranscriptValue } from '../../kinds/audio/flow.ts';
import type { TranscriptSection } from '../../kinds/inference/result-parts.ts';
import { transcriptSection } from '../inference/sections.ts';
import { transcribe, whyNotTranscribed } from '../inference/transcript.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import type { ProbeDocument, SpeechDocument } from './documents.ts';
import { RATE_HZ, TOO_LONG, writeSpeechSamples } from './speech-samples.ts';

export const transcript: StepImplementation<TranscriptInput, TranscriptValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  const speech = (await context.output(input.speech)).document as SpeechDocument;
  const document = await hear(context, plan, speech);
  const value: TranscriptValue =
    document.status === 'ok'
      ? { status: 'ok', reason: null, words: document.word_count }
      : { status: 'skipped', reason: document.reason, words: 0 };
  return { value, document, remember: document.status === 'ok' };
};

async function hear(
  context: StepContext,
  plan: ProbeDocument,
  { outcome: speech }: SpeechDocument,
): Promise<TranscriptSection> {
  const missing = await whyNotTranscribed(context);
  if (missing) return missing;
  const samples = await writeSpeechSamples(context, plan);
  if (samples === null) return TOO_LONG;
  const segments = speech.status === 'ok' ? { segments: speech.segments } : {};
  const heard = await transcribe(context, { pcmPath: samples.pcmPath, sampleRate: RATE_HZ }, segments);
  return heard.status === 'skipped'
    ? heard
    : transcriptSection(context, heard, { offset_s: plan.start_s, ...segments });
}
