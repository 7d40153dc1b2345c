/** Lines of a video's report that tell of scenes, speech, on-screen text and objects. */
import type { VideoResult } from '../../client/index.ts';
import { clock, number, plain } from '../text.ts';
import { transcriptLine } from './transcript.ts';

type Video = VideoResult['video'];

const mostScenes = 12;
const mostTexts = 8;
const mostSegments = 8;
const mostLabels = 8;

/** Nothing for a result of an analyser that looked for none of them. */
export function inferenceLines({ scenes, speech, text, transcript, objects }: Video): string {
  const parts = [
    scenesLines(scenes),
    speechLine(speech),
    transcriptLine(transcript),
    ...textLines(text),
    ...objectsLines(objects),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function scenesLines(scenes: Video['scenes']): string {
  if (!scenes || scenes.length < 2) return '';
  const shown = scenes.slice(0, mostScenes).map((scene) => {
    const [first, last] = [scene.first_shot + 1, scene.last_shot + 1];
    const shots = first === last ? `shot ${first}` : `shots ${first}–${last}`;
    return `${clock(scene.start_s)}–${clock(scene.end_s)} (${shots})`;
  });
  return `scenes      ${shown.join('  ')}${more(scenes.length, mostScenes)}`;
}

function speechLine(speech: Video['speech']): string {
  if (!speech) return '';
  if (speech.status === 'skipped') return `speech      not looked for: ${plain(speech.reason)}`;
  if (speech.segment_count === 0) return 'speech      none';
  const segments = speech.segments ?? [];
  const shown = segments
    .slice(0, mostSegments)
    .map(({ start_s, end_s }) => `${clock(start_s)}–${clock(end_s)}`);
  const share = speech.ratio === null ? '' : ` (${number(speech.ratio * 100)} %)`;
  return `speech      ${number(speech.speech_s)} s${share}  ${shown.join('  ')}${more(speech.segment_count, mostSegments)}`;
}

function textLines(text: Video['text']): readonly string[] {
  if (!text) return [];
  if (text.status === 'skipped') return [`text        not read: ${plain(text.reason)}`];
  if (text.span_count === 0) return ['text        none on the keyframes'];
  const spans = (text.spans ?? []).slice(0, mostTexts);
  const lines = spans.map(({ first_seen_s, last_seen_s, text: said }, index) => {
    const until = last_seen_s > first_seen_s ? `–${clock(last_seen_s)}` : '';
    return `${index === 0 ? 'text' : ''}`.padEnd(12) + `${clock(first_seen_s)}${until}  ${plain(said, 80)}`;
  });
  const left = text.span_count - spans.length;
  return left > 0 ? [...lines, `${' '.repeat(12)}… and ${left} more in ${text.uri}`] : lines;
}

function objectsLines(objects: Video['objects']): readonly string[] {
  if (!objects) return [];
  if (objects.status === 'skipped') {
    return [`objects     not looked for: ${plain(objects.reason)}. ${plain(objects.hint, 200)}`];
  }
  if (objects.label_count === 0) return ['objects     none on the keyframes'];
  const lines = objects.labels.slice(0, mostLabels).map((one, index) => {
    const most = one.most_at_once > 1 ? `, up to ${one.most_at_once} at once` : '';
    const seen = `on ${one.keyframes} of ${objects.keyframes_looked_at} keyframes${most}`;
    return `${index === 0 ? 'objects' : ''}`.padEnd(12) + `${plain(one.label, 40)}  ${seen}`;
  });
  const left = objects.label_count - lines.length;
  return left > 0 ? [...lines, `${' '.repeat(12)}… and ${left} more in ${objects.uri}`] : lines;
}

function more(count: number, shown: number): string {
  return count > shown ? `  … ${count} in all` : '';
}
