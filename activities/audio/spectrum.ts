/** Spectrum, spectrogram and waveform, in a pass of its own beside the levels: two cores share the work. */
import { writeFile } from 'node:fs/promises';
import { bandwidthOf } from '../../kinds/audio/bandwidth.ts';
import type { SpectrumInput, SpectrumValue } from '../../kinds/audio/flow.ts';
import { measuredSpectrumSchema } from '../../kinds/audio/measured.ts';
import { rounded } from '../../kinds/segment.ts';
import type { StepImplementation } from '../step-context.ts';
import { ARTEFACTS, type ProbeDocument, type SpectrumDocument } from './documents.ts';
import { measureSound, soundJob } from './feed.ts';

/** Of longer tracks a part of the frames says enough. */
const LONG_S = 600;

export const spectrum: StepImplementation<SpectrumInput, SpectrumValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  context.artefact(ARTEFACTS.spectrogram.name, ARTEFACTS.spectrogram.mediaType);
  const found = await measureSound(
    context,
    plan,
    { title: 'ffmpeg spectrum', module: 'sound/measure-spectrum' },
    { ...soundJob(plan), spectrogram: ARTEFACTS.spectrogram.name, frameOf: frameOf(plan) },
    {},
  );
  const measured = measuredSpectrumSchema.parse(found);
  const document: SpectrumDocument = { measured };
  const { part_samples, ...series } = measured.waveform;
  const waveform = {
    start_s: plan.start_s,
    interval_s: rounded(part_samples / plan.decoded.rate_hz, 9),
    ...series,
  };
  const path = context.artefact(ARTEFACTS.waveform.name, ARTEFACTS.waveform.mediaType);
  await writeFile(path, JSON.stringify(waveform));
  const bandwidth_hz = bandwidthOf({ power: measured.spectrum.mean_power, rate_hz: plan.decoded.rate_hz });
  return { value: { bandwidth_hz }, document };
};

function frameOf({ declared_s }: ProbeDocument): number {
  return declared_s !== null && declared_s > LONG_S ? 4 : 1;
}
