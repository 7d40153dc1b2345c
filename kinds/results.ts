/** `onceflow/results`: the schemas that the result of every kind is made of, and the zod that they are made with. */
export * from './envelope.ts';
export { z } from 'zod';
