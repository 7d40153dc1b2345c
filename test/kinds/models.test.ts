import { expect, it } from 'vitest';
import { memoryKeyOf } from '../../activities/frame/memory-key.ts';
import { defineAnalysis, type StepDefinition } from '../../kinds/define.ts';
import { image } from '../../kinds/image/definition.ts';
import { TEXT_RECOGNISER } from '../../kinds/models/catalogue.ts';
import { movedSteps } from '../../kinds/models/moved-steps.ts';
import { video } from '../../kinds/video/definition.ts';

function step(name: string, more: Partial<StepDefinition> = {}): StepDefinition {
  const limits = {
    version: 1,
    timeoutMs: 1_000,
    stallMs: 1_000,
    summary: name,
    readsInput: true,
    remembered: true,
  };
  return { name: `picture.${name}`, queue: 'cpu', ...limits, ...more };
}

const reads = step('ocr', { models: [TEXT_RECOGNISER] });

it('another digest of a model, or another provider, is another key; a step without models has the key that it had', () => {
  const call = {
    kind: 'picture',
    resourceId: 'r',
    incarnation: 1,
    step: 'picture.ocr',
    instance: 'one',
    input: {},
    pin: null,
    digest: 'd',
  };
  const key = (of: StepDefinition, digest: string, provider: string | null) =>
    memoryKeyOf(of, call, {
      needsBytes: true,
      owner: 'o',
      resource: {},
      outputs: new Map(),
      provider,
      models: of.models ? { [TEXT_RECOGNISER]: digest } : {},
    });
  expect(key(reads, 'one', null)).toBe(key(reads, 'one', null));
  expect(key(reads, 'one', null)).not.toBe(key(reads, 'two', null));
  expect(key(reads, 'one', 'cpu')).not.toBe(key(reads, 'one', 'cuda'));
  expect(key(step('plain'), 'one', 'cpu')).toBe(key(step('plain'), 'two', 'cuda'));
});

it('an installation that looks at images on gpu moves those steps alone', () => {
  const kind = defineAnalysis({
    kind: 'picture',
    policy: 'allow-rerun',
    version: 1,
    title: 'Picture',
    steps: [reads, step('size'), step('text', { queue: 'gpu', models: [TEXT_RECOGNISER] })],
    resultStep: 'picture.size',
    resultSchema: 'analysis.picture/1',
    longRunningMs: 1_000,
  });
  expect(movedSteps(kind, 'cpu')).toEqual({});
  expect(movedSteps(kind, 'gpu')).toEqual({ 'picture.ocr': 'gpu' });
  expect(Object.keys(movedSteps(image, 'gpu'))).toEqual(['image.ocr', 'image.objects']);
  expect(Object.keys(movedSteps(video, 'gpu'))).toEqual(['video.text', 'video.objects']);
});
