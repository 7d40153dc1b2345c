/** One kind under test, with the verbs of the suite. */
import { ok } from 'node:assert/strict';
import { dirname } from 'node:path';
import type { KindEntry } from '../client/kinds.ts';
import type { Answer, SubmitOptions } from '../client/onceflow.ts';
import type { StepDefinition } from '../kinds/define.ts';
import { workflowIdOf } from '../policy/ids.ts';
import type { WorkLine } from './holds.ts';
import type { ConformanceSettings, Sample, SampleInput } from './sample.ts';
import { eventually, stateOf, type SuiteStack } from './stack.ts';

/** What a resource is for; ids are global, so each kind has resources of its own. */
export type Role = 'conforming' | 'bad' | 'cancelled' | 'killed';

export interface Subject {
  readonly kind: string;
  readonly entry: KindEntry;
  readonly sample: Sample;
  readonly stack: SuiteStack;
  readonly cancelWithinMs: number;
  /** Steps that the good sample reaches, in the order of the definition. */
  readonly steps: readonly StepDefinition[];
  /** What no text for people may contain. */
  readonly secrets: readonly string[];
  key(role: Role): { readonly kind: string; readonly resourceId: string };
  workflowId(role: Role): string;
  submit(role: Role, options?: SubmitOptions<string>, input?: SampleInput): Promise<Answer>;
  /** The same again, although it is completed. */
  rerun(role: Role, options?: { readonly fromScratch?: boolean }): Promise<Answer>;
  reaches(role: Role, state: string): Promise<void>;
  isHeld(role: Role, step: string, since: number): boolean;
  /** Of the record, from a line on. */
  work(role: Role, since: number): readonly WorkLine[];
  /** Length of the record now. */
  mark(): number;
}

export function subjectOf(stack: SuiteStack, sample: Sample, settings: ConformanceSettings): Subject {
  const { kind, good, bad, without = [] } = sample;
  const entry = stack.kindOf(kind);
  const { steps } = entry.definition;
  ok(
    without.every((name) => steps.some((step) => step.name === name)),
    `${without.join(', ')}: not all are steps of ${kind}`,
  );
  const files = [good.file, bad.file].flatMap((file) => (file === undefined ? [] : [dirname(file)]));
  const key = (role: Role) => ({ kind, resourceId: `${kind}.${role}` });
  const workflowId = (role: Role) => workflowIdOf(key(role));
  const lines = (role: Role, since: number) =>
    stack.holds
      .lines()
      .slice(since)
      .filter((line) => line.workflowId === workflowId(role));
  const submit = (role: Role, options: SubmitOptions<string>, input: SampleInput) =>
    stack.client.submit(kind, key(role).resourceId, { ...inputOf(input), ...options });
  return {
    kind,
    entry,
    sample,
    stack,
    cancelWithinMs: settings.cancelWithinMs ?? 5_000,
    steps: steps.filter(({ name }) => !without.includes(name)),
    secrets: [stack.dataDirectory, ...files],
    key,
    workflowId,
    submit: (role, options = {}, input = good) => submit(role, options, input),
    rerun: (role, options = {}) =>
      submit(role, { ...options, onDuplicate: 'rerun', reason: 'conformance' }, good),
    reaches: (role, state) =>
      eventually(`${workflowId(role)} is ${state}`, async () => (await stateOf(stack, key(role))) === state),
    isHeld: (role, step, since) =>
      lines(role, since).some((line) => line.event === 'held' && line.step === step),
    work: lines,
    mark: () => stack.holds.lines().length,
  };
}

function inputOf({ file, params }: SampleInput): SubmitOptions<string> {
  return { ...(file === undefined ? {} : { source: file }), ...(params === undefined ? {} : { params }) };
}
