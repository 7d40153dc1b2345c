import { defineAnalysis, type Policy, type StepDefinition } from '../../kinds/define.ts';

/**
 * Kinds of one step that does nothing, so that what is measured is the frame: claim, fence, lease, finish, commit.
 * One for each queue, since which worker does the step is all that differs.
 */
function idleKind<const Kind extends string>(kind: Kind, policy: Policy, queue: StepDefinition['queue']) {
  return defineAnalysis({
    kind,
    policy,
    version: 1,
    title: 'Nothing',
    steps: [
      {
        name: `${kind}.work`,
        queue,
        version: 1,
        timeoutMs: 600_000,
        stallMs: 20_000,
        summary: 'nothing, or waits until it is let go',
        readsInput: true,
        remembered: false,
      },
    ],
    resultStep: `${kind}.work`,
    resultSchema: `analysis.${kind}/1`,
    longRunningMs: 600_000,
  });
}

export const light = idleKind('light', 'allow-rerun', 'cpu');
export const lightio = idleKind('lightio', 'allow-rerun', 'io');
export const lightgpu = idleKind('lightgpu', 'allow-rerun', 'gpu');
/** A duplicate of this one is answered with its result, and runs nothing. */
export const kept = idleKind('kept', 'no-repeat', 'cpu');

export const benchKinds = [light, lightio, lightgpu, kept] as const;
