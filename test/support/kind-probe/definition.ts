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

export const once = probeKind('once', 'no-repeat');
export const again = probeKind('again', 'allow-rerun');
