/** Joins everything that the steps measured, decides, and writes the result. Reads nothing of the file itself. */
import { writeFile } from 'node:fs/promises';
import { type AlertEvidence, alertsOf, isPartial } from '../../kinds/audio/alerts.ts';
import { audio as definition } from '../../kinds/audio/definition.ts';
import type { ResultInput, ResultValue } from '../../kinds/audio/flow.ts';
import { audioSettings } from '../../kinds/audio/params.ts';
import { type AudioResult, type AudioSections, audioResultSchema } from '../../kinds/audio/result.ts';
import { summaryOf } from '../../kinds/audio/summary.ts';
import type { TranscriptSection } from '../../kinds/inference/result-parts.ts';
import { rounded } from '../../kinds/segment.ts';
import { howInferred } from '../inference/sections.ts';
import { containerSection, streamSection } from '../ffmpeg/container-section.ts';
import { type HowDone, resourceSection, stepRecords } from '../result-envelope.ts';
import { loudnessSection, silenceSection } from '../sound/section.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import {
  ARTEFACTS,
  type LevelsDocument,
  type ProbeDocument,
  type SpectrumDocument,
  type SpeechDocument,
} from './documents.ts';
import { levelsSection, stereoSection } from './levels-section.ts';
import { isCover } from './probe.ts';
import { spectrumSection, waveformSection } from './spectrum-section.ts';
import { speechSection } from './speech-section.ts';
import { trackSection } from './track-section.ts';

/** Longer lists stand whole in an artefact only. */
const INLINE_POINTS = 300;

interface Documents {
  readonly plan: ProbeDocument;
  readonly levels: LevelsDocument;
  readonly spectrum: SpectrumDocument;
  readonly speech: SpeechDocument;
  /** Null: not asked for. */
  readonly transcript: TranscriptSection | null;
}

export const result: StepImplementation<ResultInput, ResultValue> = async (context, input) => {
  const [probe, levels, spectrum, speech] = await Promise.all(
    [input.probe, input.levels, input.spectrum, input.speech].map((ref) => context.output(ref)),
  );
  const transcript = input.transcript === undefined ? null : await context.output(input.transcript);
  if (!probe || !levels || !spectrum || !speech) throw new RangeError('an output is missing');
  const documents: Documents = {
    plan: probe.document as ProbeDocument,
    levels: levels.document as LevelsDocument,
    spectrum: spectrum.document as SpectrumDocument,
    speech: speech.document as SpeechDocument,
    transcript: transcript && (transcript.document as TranscriptSection),
  };
  const { plan } = documents;
  const audio = await sections(context, documents, audioSettings(input.params).track);
  const resource = resourceSection(context.input, { ...plan.sniffed, by: 'content' });
  const alerts = [...alertsOf({ resource, audio }, evidenceOf(documents))];
  const document: AudioResult = {
    schema: 'analysis.audio/1',
    resource,
    status: isPartial(alerts) ? 'partial' : 'complete',
    steps: stepRecords(
      definition,
      [probe, levels, spectrum, speech, transcript].filter((output) => output !== null),
      (step) => howDone(step, audio),
    ),
    summary: summaryOf(audio),
    alerts,
    coverage: {
      analysedSeconds: audio.track.duration_measured_s,
      of: audio.track.duration_declared_s,
      sampled: false,
      method: 'every sample',
    },
    audio,
  };
  audioResultSchema.parse(document);
  return { value: { headline: document.summary.headline, alerts: alerts.length }, document };
};

function evidenceOf({ plan, levels }: Documents): AlertEvidence {
  return {
    cutOff: plan.outline?.cut_off ?? false,
    complaints: [...plan.complaints, ...levels.complaints],
  };
}

function howDone(step: string, { speech, silence_detector, transcript }: AudioSections): HowDone {
  if (step === 'audio.probe') return { tool: 'ffprobe' };
  if (step === 'audio.levels') return { tool: 'ffmpeg', params: { silence: silence_detector } };
  if (step === 'audio.transcript' && transcript) return howInferred(transcript);
  if (step === 'audio.spectrum') return { tool: 'ffmpeg' };
  const skipped = speech.status === 'skipped' ? { skipped: { reason: speech.reason ?? '' } } : {};
  return { tool: speech.detector.name, params: speech.detector.params, ...skipped };
}

async function sections(context: StepContext, documents: Documents, number: number): Promise<AudioSections> {
  const { plan, levels, transcript } = documents;
  const track = trackSection(plan, levels, number);
  const end_s = plan.start_s + levels.duration_s;
  const silence = silenceSection(levels.silence, { start_s: plan.start_s, end_s }, levels.silenceSettings);
  return {
    container: containerSection(plan, levels.duration_s),
    streams: plan.probed.streams.map((stream) => streamSection(stream, null)),
    track,
    cover: plan.probed.streams.filter(isCover).map((stream) => ({
      stream_index: stream.index,
      codec: stream.codec_name ?? null,
      width_px: stream.width ?? null,
      height_px: stream.height ?? null,
    })),
    loudness: {
      ...loudnessSection(levels.programme, levels.duration_s, ARTEFACTS.loudness.name, levels.unweighted),
      measured_s: levels.programme ? levels.programme_s : 0,
    },
    levels: levelsSection(levels, plan),
    stereo: stereoSection(levels),
    ...silence,
    silence: silence.silence.slice(0, INLINE_POINTS),
    silence_uri: await writeSilence(context, silence.silence),
    silence_count: silence.silence.length,
    silence_s: rounded(silence.silence.reduce((sum, one) => sum + one.duration_s, 0)),
    speech: speechSection(documents.speech, plan, levels.duration_s),
    ...(transcript && { transcript }),
    spectrum: spectrumSection(documents.spectrum, plan),
    waveform: waveformSection(documents.spectrum, plan),
  };
}

async function writeSilence(context: StepContext, silence: AudioSections['silence']): Promise<string | null> {
  if (silence.length <= INLINE_POINTS) return null;
  const path = context.artefact(ARTEFACTS.silence.name, ARTEFACTS.silence.mediaType);
  await writeFile(path, JSON.stringify({ silence }));
  return ARTEFACTS.silence.name;
}
