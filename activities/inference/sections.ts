/** Sections of results that are the same in every kind whose steps ask these models. */
import { writeFile } from 'node:fs/promises';
import type {
  KeyframeObjectsSection,
  ObjectsSection,
  TranscriptSection,
} from '../../kinds/inference/result-parts.ts';
import { rounded } from '../../kinds/segment.ts';
import type { HowDone } from '../result-envelope.ts';
import type { StepContext } from '../step-context.ts';
import type { DetectedObject, ImageObjects, ObjectsFound } from './objects.ts';
import type { InferenceRun, ModelUse } from './outcome.ts';
import type { Transcript } from './transcript.ts';

const TRANSCRIPT_ARTEFACT = { name: 'transcript.json', mediaType: 'application/json' } as const;
const OBJECTS_ARTEFACT = { name: 'objects.json', mediaType: 'application/json' } as const;

const MOST_WORDS = 300;
const MOST_CHARACTERS = 20_000;
const MOST_OBJECTS = 200;
const MOST_LABELS = 300;

export interface Listened {
  /** From the container's start to the first sample. */
  readonly offset_s: number;
  /** What was listened to, from the first sample; absent: the whole track. */
  readonly segments?: readonly { readonly start_s: number; readonly end_s: number }[];
}

/** Leaves the whole of it as an artefact. */
export async function transcriptSection(
  context: StepContext,
  transcript: Transcript,
  { offset_s, segments }: Listened,
): Promise<TranscriptSection> {
  const { text, confidence, heard_s, params, model } = transcript;
  const within = segments ? 'segments of speech' : 'the whole track';
  const words = transcript.words.map((one) => ({
    ...one,
    start_s: rounded(one.start_s + offset_s, 3),
    end_s: rounded(one.end_s + offset_s, 3),
  }));
  const path = context.artefact(TRANSCRIPT_ARTEFACT.name, TRANSCRIPT_ARTEFACT.mediaType);
  await writeFile(path, JSON.stringify({ text, words }));
  return {
    status: 'ok',
    text: text.length > MOST_CHARACTERS ? null : text,
    words: words.length > MOST_WORDS ? null : words,
    word_count: words.length,
    uri: TRANSCRIPT_ARTEFACT.name,
    confidence,
    heard_s: rounded(heard_s, 3),
    recogniser: { name: model.name, params: { ...params, within } },
    ...howItRan(transcript),
  };
}

/** Leaves all of them as an artefact where they are many. */
export async function objectsSection(
  context: StepContext,
  found: ObjectsFound,
  objects: readonly DetectedObject[],
): Promise<ObjectsSection> {
  const listed = objects.map(({ box_px: [left, top, width, height], ...one }) => ({
    ...one,
    box_px: [left, top, width, height] as [number, number, number, number],
  }));
  const many = objects.length > MOST_OBJECTS;
  if (many) {
    const path = context.artefact(OBJECTS_ARTEFACT.name, OBJECTS_ARTEFACT.mediaType);
    await writeFile(path, JSON.stringify({ objects }));
  }
  const counts = new Map<string, number>();
  for (const { label } of objects) counts.set(label, (counts.get(label) ?? 0) + 1);
  return {
    status: 'ok',
    objects: listed.slice(0, MOST_OBJECTS),
    object_count: objects.length,
    uri: many ? OBJECTS_ARTEFACT.name : null,
    labels: [...counts]
      .map(([label, count]) => ({ label, objects: count }))
      .sort((a, b) => b.objects - a.objects)
      .slice(0, MOST_LABELS),
    detector: { name: found.model.name, params: found.params },
    ...howItRan(found),
  };
}

export interface KeyframeObjects extends Omit<ImageObjects, 'id'> {
  readonly shot: number;
  readonly t_s: number;
  readonly uri: string;
}

/** Leaves what stands where as an artefact. */
export async function keyframeObjectsSection(
  context: StepContext,
  found: ObjectsFound,
  keyframes: readonly KeyframeObjects[],
): Promise<KeyframeObjectsSection> {
  const path = context.artefact(OBJECTS_ARTEFACT.name, OBJECTS_ARTEFACT.mediaType);
  await writeFile(path, JSON.stringify({ keyframes }));
  const labels = labelsOf(keyframes);
  const unreadable = keyframes.filter((one) => one.unreadable !== null).length;
  return {
    status: 'ok',
    labels: labels.slice(0, MOST_LABELS),
    label_count: labels.length,
    object_count: keyframes.reduce((sum, { objects }) => sum + objects.length, 0),
    uri: OBJECTS_ARTEFACT.name,
    keyframes_looked_at: keyframes.length - unreadable,
    keyframes_unreadable: unreadable,
    keyframes_with_objects: keyframes.filter(({ objects }) => objects.length > 0).length,
    detector: { name: found.model.name, params: found.params },
    ...howItRan(found),
  };
}

type Labels = Extract<KeyframeObjectsSection, { status: 'ok' }>['labels'];

/** Keyframes come in order of time. */
function labelsOf(keyframes: readonly KeyframeObjects[]): Labels {
  const seen = new Map<string, Labels[number]>();
  for (const { t_s, objects } of keyframes) {
    for (const [label, scores] of scoresByLabel(objects)) {
      const before = seen.get(label);
      seen.set(label, {
        label,
        keyframes: (before?.keyframes ?? 0) + 1,
        most_at_once: Math.max(before?.most_at_once ?? 0, scores.length),
        best_score: Math.max(before?.best_score ?? 0, ...scores),
        first_seen_s: before?.first_seen_s ?? t_s,
        last_seen_s: t_s,
      });
    }
  }
  return [...seen.values()].sort((a, b) => b.keyframes - a.keyframes);
}

function scoresByLabel(objects: readonly DetectedObject[]): ReadonlyMap<string, readonly number[]> {
  const scores = new Map<string, number[]>();
  for (const { label, score } of objects) scores.set(label, [...(scores.get(label) ?? []), score]);
  return scores;
}

function howItRan(run: InferenceRun & { readonly model: ModelUse }) {
  const { name, version, sha256, licence } = run.model;
  return {
    model: { name, version, sha256, licence },
    provider: { used: [run.provider], reason: run.provider_note },
    inference_s: rounded(run.inference_s, 3),
    batch: { largest: run.batch.size, halvings: run.batch.halvings },
  };
}

/** For the record of a step whose document is the section. */
export function howInferred(section: TranscriptSection | ObjectsSection | KeyframeObjectsSection): HowDone {
  if (section.status === 'skipped') return { tool: 'onnxruntime', skipped: { reason: section.reason } };
  const { name, params } = 'recogniser' in section ? section.recogniser : section.detector;
  return { tool: name, params };
}
