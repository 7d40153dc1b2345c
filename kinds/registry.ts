import { audio } from './audio/definition.ts';
import type { AnalysisDefinition } from './define.ts';
import { image } from './image/definition.ts';
import { largeFile } from './large-file/definition.ts';
import { profiling } from './profiling/definition.ts';
import { text } from './text/definition.ts';
import { upload } from './upload/definition.ts';
import { video } from './video/definition.ts';

/** The kinds that come with Onceflow. API, CLI, workers and tests iterate over it. */
export const builtInKinds: readonly AnalysisDefinition[] = [
  ...[video, audio, image, text, profiling],
  ...[upload, largeFile],
];
