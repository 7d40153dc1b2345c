import { defineAnalysis, type Policy, type StepDefinition } from '../../../kinds/define.ts';

/** Two kinds that cost next to nothing, so that a run of thousands is about what happens between their writes. */
function lightKind<const Kind extends string>(kind: Kind, policy: Policy) {
  const step = (name: string): StepDefinition => ({
    name: `${kind}.${name}`,
    queue: 'cpu',
    version: 1,
    timeoutMs: 60_000,
    stallMs: 20_000,
    summary: `${name} of the fault run`,
    readsInput: true,
    remembered: false,
  });
  return defineAnalysis({
    kind,
    policy,
    version: 1,
    title: 'Light',
    steps: [step('work'), step('result')],
    resultStep: `${kind}.result`,
    resultSchema: `analysis.${kind}/1`,
    longRunningMs: 60_000,
  });
}

export const single = lightKind('single', 'no-repeat');
export const repeated = lightKind('repeated', 'allow-rerun');
