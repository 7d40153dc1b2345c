/** Speech to text by a model of the wav2vec2 family: a waveform in, for each frame a score of every unit out. */
import { greedyPath } from './greedy.ts';
import type { Tensor } from './protocol.ts';
import type { ReadUnits } from './requests.ts';
import { type Model, Refused } from './runtime.ts';

export async function hear(model: Model, samples: Float32Array, blank: number): Promise<ReadUnits> {
  const [input] = model.inputs;
  const [output] = model.outputs;
  if (input === undefined || output === undefined)
    throw new Refused('MODEL_BROKEN', 'the model has no input');
  const feed: Tensor = {
    name: input.name,
    type: 'float32',
    dims: [1, samples.length],
    data: standardised(samples),
  };
  const logits = (await model.run([feed])).get(output) as Tensor;
  const classes = logits.dims.at(-1) ?? 0;
  if (!(logits.data instanceof Float32Array) || classes <= blank)
    throw new Refused('MODEL_BROKEN', 'the model does not answer with scores of units');
  return greedyPath(logits.data, { classes, blank, logits: true });
}

/** Zero mean and unit variance, as these models were trained. */
function standardised(samples: Float32Array): Float32Array {
  let sum = 0;
  for (const sample of samples) sum += sample;
  const mean = sum / Math.max(1, samples.length);
  let squares = 0;
  for (const sample of samples) squares += (sample - mean) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, samples.length) + 1e-7);
  return samples.map((sample) => (sample - mean) / deviation);
}
