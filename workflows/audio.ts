import { audio as definition } from '../kinds/audio/definition.ts';
import {
  LEVELS_PARAMS,
  type LevelsInput,
  type LevelsValue,
  PROBE_PARAMS,
  type ProbeInput,
  type ProbeValue,
  type ResultInput,
  type SpectrumInput,
  type SpectrumValue,
  SPEECH_PARAMS,
  type SpeechInput,
  type SpeechValue,
  type TranscriptInput,
  type TranscriptValue,
} from '../kinds/audio/flow.ts';
import { onlyParams } from '../kinds/only-params.ts';
import { type AudioParams, audioSettings } from '../kinds/audio/params.ts';
import { type Marked, markOutput } from '../kinds/output-mark.ts';
import type { Outcome, RunInput, StepAnswer } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';
import type { Run } from './run.ts';

export function audio(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    const params = run.params as AudioParams;
    run.phase('digest', 'reads the file once, to know its bytes again');
    await run.digest();

    run.phase('probe', 'reads the container and finds the track');
    const track = { params: onlyParams(params, PROBE_PARAMS) };
    const probe = markOutput(await run.step<ProbeValue, ProbeInput>('audio.probe', track));

    run.phase('levels', 'measures loudness and spectrum, listens for speech');
    const [levels, spectrum, speech] = await Promise.all([
      run.step<LevelsValue, LevelsInput>('audio.levels', {
        probe,
        params: onlyParams(params, LEVELS_PARAMS),
      }),
      run.step<SpectrumValue, SpectrumInput>('audio.spectrum', { probe }),
      run.step<SpeechValue, SpeechInput>('audio.speech', {
        probe,
        params: onlyParams(params, SPEECH_PARAMS),
      }),
    ]);

    const transcript = await transcribe(run, params, { probe, speech: markOutput(speech) });

    run.phase('result', 'joins what was measured and judges it');
    return run.step<unknown, ResultInput>('audio.result', {
      probe,
      levels: markOutput(levels),
      spectrum: markOutput(spectrum),
      speech: markOutput(speech),
      ...(transcript && { transcript: markOutput(transcript) }),
      params,
    });
  });
}

async function transcribe(
  run: Run,
  params: AudioParams,
  input: Marked<TranscriptInput>,
): Promise<StepAnswer<TranscriptValue> | null> {
  if (!audioSettings(params).transcribes) return null;
  run.phase('transcript', 'writes down what is said');
  return run.step<TranscriptValue, TranscriptInput>('audio.transcript', input);
}
