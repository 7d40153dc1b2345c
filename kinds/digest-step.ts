import type { StepDefinition } from './define.ts';

/** `<kind>.digest`, the first step of every kind: never remembered, it must look at the bytes each time. */
export const digestStep = <const Kind extends string>(kind: Kind): StepDefinition => ({
  name: `${kind}.digest`,
  queue: 'io',
  version: 1,
  timeoutMs: 120 * 60_000,
  stallMs: 20_000,
  summary: 'sha256 of the file',
  readsInput: true,
  remembered: false,
});
