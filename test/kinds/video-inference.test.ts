/** What a video result says of what models answered, or did not. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { SpeechDocument, TextDocument } from '../../activities/video/documents.ts';
import { skippedOf, speechSection, textSection } from '../../activities/video/inference-sections.ts';
import { speechParams } from '../../kinds/inference/speech-segments.ts';
import { inferenceLines } from '../../cli/report/video-inference.ts';
import type { AlertEvidence, Judged } from '../../kinds/video/alert-rule.ts';
import { isPartial } from '../../kinds/video/alerts.ts';
import { INFERENCE_RULES } from '../../kinds/video/inference-alerts.ts';
import { speechSchema, textSchema } from '../../kinds/video/inference-parts.ts';

const model = { name: 'model', version: '1', sha256: 'ab', licence: 'MIT' };
const run = { provider_note: null, inference_s: 0.51234, batch: { size: 8, halvings: 0 } };
const textParams = { min_confidence: 0.5, detect_side_px: 960 };
const skipped = { status: 'skipped', reason: 'model_not_installed', hint: 'Pull it.' } as const;

function heard(count: number): SpeechDocument {
  const segments = Array.from({ length: count }, (_, index) => ({
    ...{ start_s: index * 2, end_s: index * 2 + 1, duration_s: 1, probability: 0.9 },
  }));
  return {
    status: 'ok',
    ...run,
    provider: 'cpu',
    segments,
    speech_s: count,
    covered_s: 1000,
    cutShort: false,
    params: speechParams(),
    model,
  };
}

function read(texts: readonly (string | null)[]): TextDocument {
  const box = [
    [0, 0],
    [9, 0],
    [9, 9],
    [0, 9],
  ] as const;
  const keyframes = texts.map((text, shot) => ({
    ...{ shot, t_s: shot, unreadable: text === null ? 'IMAGE_UNDECODABLE' : null },
    lines: text ? [{ text, confidence: 0.9, box }] : [],
  }));
  const first = texts.find((text) => text) ?? '';
  const sightings = texts.filter((text) => text === first).length;
  const span = { text: first, confidence: 0.9, box_px: box, first_seen_s: 0, last_seen_s: sightings - 1 };
  const spans = first === '' ? [] : [{ ...span, first_shot: 0, last_shot: sightings - 1, sightings }];
  return { status: 'ok', ...run, providers: ['cpu'], keyframes, spans, models: [model], params: textParams };
}

const kept = <Schema extends z.ZodType>(schema: Schema, section: z.infer<Schema>) => {
  expect(schema.parse(section)).toEqual(section);
  return section;
};

type Sections = Pick<Judged['video'], 'speech' | 'text'>;
function alertsOf(sections: Sections, speechCutShortSeconds: number | null = null) {
  const judged = { video: { ...sections, audio: null } } as Judged;
  const evidence = { speechCutShortSeconds } as AlertEvidence;
  return INFERENCE_RULES.map((rule) => rule(judged, evidence)).filter((alert) => alert !== null);
}

describe('speech and text in a video result', () => {
  test('speech tells its share of what was listened to', () => {
    const section = kept(speechSchema, speechSection(heard(300)));
    expect(section).toMatchObject({ segment_count: 300, ratio: 0.3, covered_s: 1000, inference_s: 0.512 });
    expect(section).toMatchObject({ segments: expect.objectContaining({ length: 300 }) });
  });

  test('more than 300 segments stand in the artefact alone', () => {
    expect(speechSection(heard(301))).toMatchObject({
      segments: null,
      segment_count: 301,
      uri: 'speech.json',
    });
  });

  test('text counts keyframes that were read, that show text, and that could not be opened', () => {
    const section = kept(textSchema, textSection(read(['A', '', null])));
    expect(section).toMatchObject({ keyframes_read: 2, keyframes_with_text: 1, keyframes_unreadable: 1 });
    const alerts = alertsOf({ text: section });
    expect(alerts.map(({ code }) => code)).toEqual(['KEYFRAMES_UNREADABLE']);
    expect(isPartial(alerts)).toBe(true);
  });

  test('a missing model makes the step skipped and the result partial, with what to do', () => {
    const sections = { speech: speechSection(skipped), text: textSection(skipped) };
    kept(speechSchema, sections.speech);
    expect(skippedOf(sections, 'video.text')).toEqual({ skipped: { reason: 'model_not_installed' } });
    expect(skippedOf(sections, 'video.chunk')).toEqual({});
    const alerts = alertsOf(sections);
    expect(alerts.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'STEP_SKIPPED video.speech',
      'STEP_SKIPPED video.text',
    ]);
    expect(alerts[0]?.message).toContain('Pull it.');
    expect(isPartial(alerts)).toBe(true);
  });

  test('a text that stays over most keyframes is named as a logo, a title is not', () => {
    const logo = alertsOf({ text: textSection(read(['TV1', 'TV1', 'TV1', 'TV1', 'TV1', 'x'])) });
    expect(logo).toMatchObject([{ code: 'PERSISTENT_TEXT', value: 5, threshold: 5 }]);
    expect(isPartial(logo)).toBe(false);
    expect(alertsOf({ text: textSection(read(['THE END', 'THE END', 'x', 'y', 'z', 'w'])) })).toEqual([]);
  });

  test('a track that was listened to in part makes the result partial', () => {
    const alerts = alertsOf({ speech: speechSection(heard(1)) }, 43_200);
    expect(alerts).toMatchObject([{ code: 'SPEECH_CUT_SHORT', threshold: 43_200 }]);
    expect(isPartial(alerts)).toBe(true);
  });
});

describe('the report of a video', () => {
  test('tells when somebody speaks and what is written, escaped', () => {
    const video = {
      speech: speechSection(heard(2)),
      text: textSection(read(['\u001b[2JHI', '\u001b[2JHI'])),
    } as Judged['video'];
    expect(inferenceLines(video)).toBe(
      [
        'speech      2 s (0.2 %)  0:00.0–0:01.0  0:02.0–0:03.0',
        'text        0:00.0–0:01.0  \\u{1b}[2JHI',
      ].join('\n'),
    );
  });

  test('of a result from before speech and text were looked for says nothing of them', () => {
    expect(inferenceLines({} as Judged['video'])).toBe('');
  });
});
