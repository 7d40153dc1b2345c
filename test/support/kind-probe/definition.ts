import { defineAnalysis, type Policy, type StepDefinition } from '../../../kinds/define.ts';

/** Kinds that do nothing but wait, fail and write when a test says so (steps.ts), through the real product. */
function probeKind<const Kind extends string>(kind: Kind, policy: Policy) {
  const step = (name: string, queue: StepDefinition['queue']): StepDefinition => ({
    name: `${kind}.${name}`,
    queue,
    version: 1,
    timeoutMs: 60_000,
    stallMs: 6_000,
    summary: `${name} of a test`,
    readsInput: true,
    remembered: name === 'work',
  });
  return defineAnalysis({
    kind,
    policy,
    version: 1,
    title: 'Probe',
    steps: [step('digest', 'io'), step('work', 'cpu'), { ...step('result', 'cpu'), readsInput: false }],
    resultStep: `${kind}.result`,
    resultSchema: `analysis.${kind}/1`,
    longRunningMs: 60_000,
  });
}

/** A story whose steps depend on each other in part, for step memory: left and right, join of both, result. */
function chainKind<const Kind extends string>(kind: Kind, sharesMemory: boolean) {
  const probe = probeKind(kind, 'allow-rerun');
  const [digest, work, result] = probe.steps as [StepDefinition, StepDefinition, StepDefinition];
  const step = (name: string, changed: Partial<StepDefinition> = {}) => ({
    ...work,
    ...changed,
    name: `${kind}.${name}`,
  });
  return defineAnalysis({
    ...probe,
    sharesMemory,
    steps: [
      digest,
      step('left', { models: ['scales'] }),
      step('right', { queue: 'gpu' }),
      step('join', { readsInput: false }),
      { ...result, remembered: true },
    ],
  });
}

export const chain = chainKind('chain', true);
/** The same, and keeps its memory to each resource. */
export const alone = chainKind('alone', false);

export const once = probeKind('once', 'no-repeat');
export const again = probeKind('again', 'allow-rerun');

export const probeKinds = { once, again, chain, alone } as const;
export type ProbeKind = keyof typeof probeKinds;
