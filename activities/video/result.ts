/** Joins everything that the steps measured, decides, and writes the result. Reads nothing of the file itself. */
import { writeFile } from 'node:fs/promises';
import type { AlertEvidence } from '../../kinds/video/alert-rule.ts';
import { alertsOf, isPartial } from '../../kinds/video/alerts.ts';
import { video as definition } from '../../kinds/video/definition.ts';
import type { ResultInput, ResultValue } from '../../kinds/video/flow.ts';
import { endOfVideo, rounded } from '../../kinds/video/frames.ts';
import { intervalsOf } from '../../kinds/video/frame-rate.ts';
import { interlacingOf } from '../../kinds/video/interlacing.ts';
import { letterboxOf } from '../../kinds/video/letterbox.ts';
import { type VideoSettings, videoSettings } from '../../kinds/video/params.ts';
import { type VideoResult, videoResultSchema } from '../../kinds/video/result.ts';
import { BLACK, FADE, FREEZE } from '../../kinds/video/segments.ts';
import { summary as framesSummary, timelineOf } from '../../kinds/video/timeline.ts';
import type { KeyframeObjectsSection, TranscriptSection } from '../../kinds/inference/result-parts.ts';
import { resourceSection, stepRecords } from '../result-envelope.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { audioSection } from './audio-section.ts';
import { containerSection, streamSection } from '../ffmpeg/container-section.ts';
import { decodedPicture, type Measured } from './decoded-picture.ts';
import { type Decisions, decide } from './decide.ts';
import {
  ARTEFACTS,
  type AudioDocument,
  type KeyframesDocument,
  type ProbeDocument,
  type SpeechDocument,
  type TextDocument,
} from './documents.ts';
import { sceneDetector, speechSection, textSection } from './inference-sections.ts';
import { type Joined, joinChunks } from './join-frames.ts';
import { headlineOf, howDone } from './result-summary.ts';

/** Longer timelines stand in the artefact only. */
const INLINE_POINTS = 300;

export const result: StepImplementation<ResultInput, ResultValue> = async (context, input) => {
  const { probe, audio, keyframes, ...inferred } = await outputsOf(context, input);
  const { text, speech, transcript, objects } = inferred;
  const plan = probe.document as ProbeDocument;
  const settings = videoSettings(input.params);
  const joined = await joinChunks(context, plan, input.chunks);
  const decisions = decide(joined.frames, settings, plan.framesPerSecond);
  const video: VideoResult['video'] = {
    ...sections(plan, joined, decisions, settings, keyframes.document as KeyframesDocument),
    timeline: await writeTimeline(context, joined),
    audio: audio && audioSection(audio.document as AudioDocument, plan),
    speech: speech && speechSection(speech.document as SpeechDocument),
    text: text && textSection(text.document as TextDocument),
    ...(transcript && { transcript: transcript.document as TranscriptSection }),
    ...(objects && { objects: objects.document as KeyframeObjectsSection }),
  };
  const resource = resourceSection(context.input, { ...plan.sniffed, by: 'content' });
  const evidence = {
    ...evidenceOf(plan, joined, resource, speech?.document as SpeechDocument | undefined),
    sound: soundEvidence(audio?.document as AudioDocument | undefined),
  };
  const alerts = [...alertsOf({ resource, video }, evidence)];
  const document: VideoResult = {
    schema: 'analysis.video/1',
    resource,
    status: isPartial(alerts) ? 'partial' : 'complete',
    steps: stepRecords(
      definition,
      [probe, ...joined.outputs, audio, keyframes, ...Object.values(inferred)].filter((one) => one !== null),
      howDone(settings, video),
    ),
    summary: headlineOf(video),
    alerts,
    coverage: coverageOf(plan, joined),
    video,
  };
  videoResultSchema.parse(document);
  const value = { headline: document.summary.headline, shots: video.shots.length, alerts: alerts.length };
  return { value, document };
};

async function outputsOf(context: StepContext, input: ResultInput) {
  const optional = (ref: number | null = null) => (ref === null ? null : context.output(ref));
  return {
    probe: await context.output(input.probe),
    keyframes: await context.output(input.keyframes),
    audio: await optional(input.audio),
    text: await optional(input.text),
    speech: await optional(input.speech),
    transcript: await optional(input.transcript),
    objects: await optional(input.objects),
  };
}

type Sections = Omit<
  VideoResult['video'],
  'timeline' | 'audio' | 'speech' | 'text' | 'transcript' | 'objects'
>;

function sections(
  plan: ProbeDocument,
  joined: Joined,
  decisions: Decisions,
  settings: VideoSettings,
  images: KeyframesDocument,
): Sections {
  const measured = measuredOf(joined);
  const uriOf = new Map(images.keyframes.map((image) => [image.shot, image.uri]));
  const whole = framesSummary(joined.frames, 0, joined.frames.count);
  return {
    container: containerSection(plan, measured.durationSeconds),
    streams: streamSections(plan, measured),
    analysed_stream: plan.videoIndex,
    provider: {
      used: [...new Set(joined.chunks.map((chunk) => chunk.provider))],
      reason: joined.chunks.find((chunk) => chunk.providerReason)?.providerReason ?? null,
    },
    shots: decisions.shots.map((shot) => ({ ...shot, keyframe_uri: uriOf.get(shot.index) ?? null })),
    shot_detector: shotDetector(settings),
    technical: technicalSection(plan, joined, decisions),
    quality: {
      luma: { mean: whole.luma_mean, min: whole.luma_min, max: whole.luma_max },
      saturation_mean: whole.saturation_mean,
      motion_mean: whole.motion,
      method: 'every frame, 8-bit, sampled on the grid of the shot detector',
    },
    keyframes: images.keyframes.map((image) => ({ ...image, dominant: [...image.dominant] })),
    sprite: images.sprite,
    poster: images.poster,
    scenes: images.scenes.map((scene) => ({ ...scene, keyframe_uri: uriOf.get(scene.first_shot) ?? null })),
    scene_detector: sceneDetector(settings.sceneSimilarity),
  };
}

function shotDetector(settings: VideoSettings): VideoResult['video']['shot_detector'] {
  return {
    name: 'PySceneDetect detect-content',
    params: {
      threshold: settings.shotThreshold,
      min_scene_len_s: settings.shotMinSeconds,
      filter: 'merge',
      weights: [1, 1, 1, 0],
    },
  };
}

function streamSections(plan: ProbeDocument, measured: Measured): Sections['streams'] {
  const picture = decodedPicture(plan, measured);
  return plan.probed.streams.map((stream) =>
    streamSection(stream, stream.index === plan.videoIndex ? picture : null),
  );
}

function measuredOf(joined: Joined): Measured {
  const { frames, chunks } = joined;
  return {
    frames: frames.count,
    decodeErrors: chunks.reduce((sum, chunk) => sum + chunk.decodeErrors, 0),
    durationSeconds: frames.count === 0 ? 0 : endOfVideo(frames) - (frames.time[0] as number),
    intervals: intervalsOf(frames.time),
  };
}

function technicalSection(
  plan: ProbeDocument,
  joined: Joined,
  decisions: Decisions,
): VideoResult['video']['technical'] {
  const head = joined.chunks[0]?.head ?? null;
  const declared =
    plan.probed.streams.find((stream) => stream.index === plan.videoIndex)?.field_order ?? null;
  const crops = joined.stills.flatMap((still) => still.crop ?? []);
  return {
    black: [...decisions.black],
    black_detector: { name: 'blackdetect', ...BLACK },
    freeze: [...decisions.freezes],
    freeze_detector: { name: 'freezedetect', ...FREEZE },
    fades: [...decisions.fades],
    fade_detector: { name: 'steady luma change next to black', ...FADE },
    letterbox: letterboxOf(crops, head?.crop ?? null, shownSize(plan)),
    interlacing: head?.idet ? interlacingOf(head.idet, declared) : null,
  };
}

/** Turned, as the stills are. */
function shownSize({ picture, rotation }: ProbeDocument): {
  readonly width: number;
  readonly height: number;
} {
  return rotation % 180 === 0 ? picture : { width: picture.height, height: picture.width };
}

async function writeTimeline(
  context: StepContext,
  joined: Joined,
): Promise<VideoResult['video']['timeline']> {
  const points = [...timelineOf(joined.frames)];
  const path = context.artefact(ARTEFACTS.timeline.name, ARTEFACTS.timeline.mediaType);
  await writeFile(path, JSON.stringify({ interval_s: 1, points }));
  return {
    interval_s: 1,
    uri: ARTEFACTS.timeline.name,
    points: points.length > INLINE_POINTS ? null : points,
  };
}

function evidenceOf(
  plan: ProbeDocument,
  joined: Joined,
  resource: VideoResult['resource'],
  speech: SpeechDocument | undefined,
): Omit<AlertEvidence, 'sound'> {
  return {
    extension: resource.declaredType,
    extensionFits: !resource.mismatch,
    cutOff: (plan.outline?.cut_off ?? false) || plan.packets.endOfData > resource.bytes,
    sampleEntry: plan.outline?.sample_entry ?? null,
    brokenSeams: joined.brokenSeams.map((time) => rounded(time, 3)),
    timeJumps: joined.timeJumps.map((time) => rounded(time, 3)),
    complaints: [...plan.complaints, ...joined.chunks.flatMap((chunk) => chunk.complaints)],
    speechCutShortSeconds: speech?.status === 'ok' && speech.cutShort ? speech.covered_s : null,
  };
}

function soundEvidence(audio: AudioDocument | undefined): AlertEvidence['sound'] {
  return audio
    ? { decodes: audio.decodes, errors: audio.decodeErrors, lastPartSeconds: audio.lastPart_s }
    : null;
}

function coverageOf(plan: ProbeDocument, joined: Joined): VideoResult['coverage'] {
  // Between times that jump lies no length.
  const known = joined.timeJumps.length === 0 && plan.durationSeconds > 0;
  const declared = known ? rounded(plan.durationSeconds) : null;
  return {
    analysedSeconds: rounded(measuredOf(joined).durationSeconds),
    of: declared,
    sampled: false,
    method: 'every frame',
  };
}
