/** Every export is a workflow type: its name is the kind's. */
export { profiling } from './profiling.ts';
export { text } from './text.ts';
export { video } from './video.ts';
