/** Every export is a workflow type: its name is the kind's. */
export { image } from './image.ts';
export { audio } from './audio.ts';
export { largeFile as 'large-file' } from './large-file.ts';
export { profiling } from './profiling.ts';
export { text } from './text.ts';
export { upload } from './upload.ts';
export { video } from './video.ts';
