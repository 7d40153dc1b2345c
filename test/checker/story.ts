import type { RunState, Trigger } from '../../policy/states.ts';
import type { AnswerLine, CallLine, ComputationLine, EventLine, HistoryLine, Verb } from './history.ts';

/** Histories made by hand: each verb adds the lines that the product would leave, 10 ms after the one before. */
export interface Story {
  readonly lines: HistoryLine[];
  call(verb: Verb, asking?: Partial<CallLine>): string;
  answer(id: string, told: Partial<AnswerLine>): void;
  /** A call with its answer. */
  ask(verb: Verb, told: Partial<AnswerLine>, asking?: Partial<CallLine>): void;
  opens(
    generation: number,
    about?: { trigger?: Trigger; authorised?: boolean; incarnation?: number },
  ): string;
  becomes(generation: number, state: RunState): void;
  /** An attempt that begins, is seen at work, and is finished if nothing else is said. */
  attempt(generation: number, fence: number, state?: 'running' | 'finished'): void;
  finishes(fence: number): void;
  works(fence: number): void;
  commits(generation: number, fence: number, incarnation?: number): void;
  deletes(): void;
  /** Opens, works and commits a generation. */
  completes(generation: number, fence: number, about?: Parameters<Story['opens']>[1]): void;
}

export function tell(policy: 'no-repeat' | 'allow-rerun' = 'no-repeat'): Story {
  const lines: HistoryLine[] = [];
  const key = { kind: 'film', resourceId: 'r' };
  let now = 1_000_000;
  let made = 0;
  const tick = () => (now += 10);
  const event = (about: Partial<EventLine>) => {
    made += 1;
    const at = tick();
    const nothing = { generation: null, runId: null, from: null, to: null, type: 'run' } as const;
    lines.push({ line: 'event', ...key, eventId: made, at, committedAt: at, ...nothing, ...about });
  };
  const find = <Line extends HistoryLine>(is: (line: HistoryLine) => line is Line): Line => {
    const found = lines.find(is);
    if (!found) throw new Error('the story has no such line');
    return found;
  };
  const runOf = (generation: number) =>
    find(
      (line): line is Extract<HistoryLine, { line: 'run' }> =>
        line.line === 'run' && line.generation === generation,
    );
  const put = (line: HistoryLine, changed: object) =>
    void (lines[lines.indexOf(line)] = { ...line, ...changed } as never);

  const story: Story = {
    lines,
    call(verb, asking = {}) {
      const id = `c${lines.length}`;
      lines.push({ line: 'call', ...key, id, at: tick(), client: 'a', verb, source: true, ...asking });
      return id;
    },
    answer: (id, told) => void lines.push({ line: 'answer', id, at: tick(), outcome: 'seen', ...told }),
    ask: (verb, told, asking) => story.answer(story.call(verb, asking), told),
    opens(generation, about = {}) {
      const { trigger = 'submit', authorised = false, incarnation = 1 } = about;
      const runId = `run-${generation}`;
      event({ generation, runId, to: 'pending', type: `run.${trigger}` });
      const ownership = { policy, authorised, incarnation, trigger, createdAt: now };
      lines.push({ line: 'run', ...key, runId, generation, state: 'pending', ...ownership });
      return runId;
    },
    becomes(generation, state) {
      const run = runOf(generation);
      event({ generation, runId: run.runId, from: run.state, to: state, type: `run.${state}` });
      put(run, { state });
    },
    attempt(generation, fence, state = 'finished') {
      const { runId } = runOf(generation);
      const place = { step: 'film.result', instance: 'one', temporalRunId: `t-${generation}` };
      lines.push({
        line: 'attempt',
        ...key,
        fence,
        runId,
        ...place,
        state: 'running',
        startedAt: tick(),
        endedAt: null,
      });
      story.works(fence);
      if (state === 'finished') story.finishes(fence);
    },
    finishes(fence) {
      const attempt = find(
        (line): line is Extract<HistoryLine, { line: 'attempt' }> =>
          line.line === 'attempt' && line.fence === fence,
      );
      put(attempt, { state: 'finished', endedAt: tick() });
    },
    works: (fence) => {
      const line: ComputationLine = { line: 'computation', ...key, step: 'film.result', fence, at: tick() };
      lines.push(line);
    },
    commits(generation, fence, incarnation = 1) {
      const { runId } = runOf(generation);
      lines.push({ line: 'commit', ...key, generation, incarnation, runId, fence, at: tick() });
      story.becomes(generation, 'completed');
    },
    deletes: () => event({ type: 'resource.deleted' }),
    completes(generation, fence, about = {}) {
      story.opens(generation, about);
      story.becomes(generation, 'running');
      story.attempt(generation, fence);
      story.commits(generation, fence, about.incarnation);
    },
  };
  return story;
}
