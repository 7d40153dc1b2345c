/** Where somebody speaks. */
import { writeFile } from 'node:fs/promises';
import type { SpeechInput, SpeechValue } from '../../kinds/audio/flow.ts';
import { audioSettings } from '../../kinds/audio/params.ts';
import { detectSpeech } from '../inference/speech.ts';
import type { StepImplementation } from '../step-context.ts';
import { ARTEFACTS, type ProbeDocument, type SpeechDocument } from './documents.ts';
import { RATE_HZ, TOO_LONG, writeSpeechSamples } from './speech-samples.ts';

export const speech: StepImplementation<SpeechInput, SpeechValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  const threshold = audioSettings(input.params).speechThreshold;
  const samples = await writeSpeechSamples(context, plan);
  const outcome: SpeechDocument['outcome'] =
    samples === null
      ? TOO_LONG
      : await detectSpeech(context, { pcmPath: samples.pcmPath, sampleRate: RATE_HZ }, { threshold });
  if (outcome.status === 'ok') {
    const artefact = context.artefact(ARTEFACTS.speech.name, ARTEFACTS.speech.mediaType);
    await writeFile(artefact, JSON.stringify({ start_s: plan.start_s, segments: outcome.segments }));
  }
  const document: SpeechDocument = { outcome, mix: samples?.mix ?? null, threshold };
  const value: SpeechValue =
    outcome.status === 'ok'
      ? { status: 'ok', reason: null, speech_s: outcome.speech_s }
      : { status: 'skipped', reason: outcome.reason, speech_s: null };
  return { value, document, remember: outcome.status === 'ok' };
};
