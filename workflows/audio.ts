import { audio as definition } from '../kinds/audio/definition.ts';
import type {
  LevelsInput,
  LevelsValue,
  ProbeInput,
  ProbeValue,
  ResultInput,
  SpectrumInput,
  SpectrumValue,
  SpeechInput,
  SpeechValue,
} from '../kinds/audio/flow.ts';
import type { AudioParams } from '../kinds/audio/params.ts';
import { markOutput } from '../kinds/output-mark.ts';
import type { Outcome, RunInput } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';

export function audio(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    const params = run.params as AudioParams;
    run.phase('digest', 'reads the file once, to know its bytes again');
    await run.digest();

    run.phase('probe', 'reads the container and finds the track');
    const probe = markOutput(await run.step<ProbeValue, ProbeInput>('audio.probe', { params }));

    run.phase('levels', 'measures loudness and spectrum, listens for speech');
    const [levels, spectrum, speech] = await Promise.all([
      run.step<LevelsValue, LevelsInput>('audio.levels', { probe, params }),
      run.step<SpectrumValue, SpectrumInput>('audio.spectrum', { probe }),
      run.step<SpeechValue, SpeechInput>('audio.speech', { probe, params }),
    ]);

    run.phase('result', 'joins what was measured and judges it');
    return run.step<unknown, ResultInput>('audio.result', {
      probe,
      levels: markOutput(levels),
      spectrum: markOutput(spectrum),
      speech: markOutput(speech),
      params,
    });
  });
}
