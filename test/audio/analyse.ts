/** Runs the steps of an audio analysis with the real sandbox, but without ledger and engine. */
import { audioSteps } from '../../activities/audio/steps.ts';
import type { AudioParams } from '../../kinds/audio/params.ts';
import type { AudioResult } from '../../kinds/audio/result.ts';
import { openSteps, type Steps, type StepsDone } from '../support/steps.ts';

export interface Analysed extends StepsDone {
  readonly result: AudioResult;
  readonly codes: readonly string[];
}

/** The whole story; levels, spectrum and speech beside each other, as the workflow has it. */
export async function analyseAudio(
  file: string,
  directory: string,
  params: AudioParams = {},
  options: { readonly modelsDirectory?: string } = {},
): Promise<Analysed> {
  const steps = await openSteps(audioSteps, file, directory, options);
  try {
    return await analyse(steps, params);
  } finally {
    await steps.close();
  }
}

async function analyse(steps: Steps, params: AudioParams): Promise<Analysed> {
  const { fence: probe } = await steps.run('audio.probe', 'one', { params });
  const [levels, spectrum, speech] = await Promise.all([
    steps.run('audio.levels', 'one', { probe, params }),
    steps.run('audio.spectrum', 'one', { probe }),
    steps.run('audio.speech', 'one', { probe, params }),
  ]);
  const heard = { probe, speech: speech.fence };
  const transcript =
    params.transcript === 'on' ? await steps.run('audio.transcript', 'one', heard) : undefined;
  const joined = await steps.run('audio.result', 'one', {
    probe,
    levels: levels.fence,
    spectrum: spectrum.fence,
    speech: speech.fence,
    ...(transcript && { transcript: transcript.fence }),
    params,
  });
  const result = steps.document(joined.fence) as AudioResult;
  return { ...steps.done(), result, codes: result.alerts.map((alert) => alert.code) };
}
