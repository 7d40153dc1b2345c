import { expect, test } from 'vitest';
import * as audio from '../../kinds/audio/flow.ts';
import { audioParamsSchema } from '../../kinds/audio/params-schema.ts';
import { onlyParams } from '../../kinds/only-params.ts';
import * as video from '../../kinds/video/flow.ts';
import type { VideoParams } from '../../kinds/video/params.ts';
import { videoParamsSchema } from '../../kinds/video/params-schema.ts';
import { audio as audioDefinition } from '../../kinds/audio/definition.ts';
import { video as videoDefinition } from '../../kinds/video/definition.ts';

const switches = (definition: typeof audioDefinition | typeof videoDefinition) =>
  definition.steps.flatMap((step) => step.switch ?? []);

test('every param reaches a step or decides whether one is done', () => {
  const ofAudio = [...audio.PROBE_PARAMS, ...audio.LEVELS_PARAMS, ...audio.SPEECH_PARAMS];
  expect([...ofAudio, ...switches(audioDefinition)].sort()).toEqual(
    Object.keys(audioParamsSchema.shape).sort(),
  );
  const ofVideo = [...video.PROBE_PARAMS, ...video.SHOT_PARAMS];
  expect([...ofVideo, ...switches(videoDefinition)].sort()).toEqual(
    Object.keys(videoParamsSchema.shape).sort(),
  );
});

test('a step is given what it depends on, and of that only what was said', () => {
  const params: VideoParams = { shot_threshold: 30, text: 'off' };
  expect(onlyParams<VideoParams, keyof VideoParams>(params, video.SHOT_PARAMS)).toEqual({
    shot_threshold: 30,
  });
});
