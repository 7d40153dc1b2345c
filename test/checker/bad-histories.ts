import type { RuleName } from './check.ts';
import type { Story } from './story.ts';

const reason = { authority: true } as const;

/** Begins as a good history does; each bad one then breaks the rule that it is listed under. */
function asked(story: Story): void {
  story.ask('submit', { outcome: 'unknown' });
}
function analysed(story: Story): void {
  asked(story);
  story.completes(1, 7);
}
function running(story: Story): void {
  asked(story);
  story.opens(1);
  story.becomes(1, 'running');
}

export const bad: readonly (readonly [RuleName, string, (story: Story) => void])[] = [
  ['one final state', 'a run that never ends', running],
  [
    'one final state',
    'a run that was answered with and does not exist',
    (story) => {
      analysed(story);
      story.ask('submit', { outcome: 'running', generation: 1, runId: 'nobody', state: 'running' });
    },
  ],
  [
    'one final state',
    'a run that is closed twice',
    (story) => {
      analysed(story);
      story.becomes(1, 'failed');
    },
  ],
  ['one cause for each generation', 'a run that nobody asked for', (story) => story.completes(1, 7)],
  [
    'one cause for each generation',
    'one call that made two',
    (story) => {
      asked(story);
      story.completes(1, 7);
      story.completes(2, 8, { authorised: true });
    },
  ],
  [
    'one cause for each generation',
    'a reset that nobody made',
    (story) => {
      analysed(story);
      story.completes(2, 8, { trigger: 'reset', authorised: true });
    },
  ],
  [
    'one result for each generation',
    'two results',
    (story) => {
      analysed(story);
      story.lines.push({ ...story.lines.find((line) => line.line === 'commit') } as never);
    },
  ],
  [
    'one result for each generation',
    'a completed run without one',
    (story) => {
      running(story);
      story.becomes(1, 'completed');
    },
  ],
  [
    'one result for each generation',
    'a reader who was shown another one',
    (story) => {
      analysed(story);
      story.ask('get', { generation: 1, state: 'completed', result: 1, resultFence: 6 });
    },
  ],
  [
    'one result for each generation',
    'a result of an attempt that left none',
    (story) => {
      running(story);
      story.attempt(1, 7, 'running');
      story.commits(1, 7);
    },
  ],
  [
    'finished no-repeat analyses are not computed again',
    'a second run without authority',
    (story) => {
      analysed(story);
      asked(story);
      story.completes(2, 8);
    },
  ],
  [
    'finished no-repeat analyses are not computed again',
    'an attempt that begins after the end',
    (story) => {
      analysed(story);
      story.attempt(1, 8, 'running');
    },
  ],
  [
    'finished no-repeat analyses are not computed again',
    'work under no fence',
    (story) => {
      analysed(story);
      story.works(99);
    },
  ],
  [
    'fences only grow, and older ones write nothing',
    'an output of an older attempt',
    (story) => {
      running(story);
      story.attempt(1, 7, 'running');
      story.attempt(1, 8);
      story.finishes(7);
      story.commits(1, 8);
    },
  ],
  [
    'fences only grow, and older ones write nothing',
    'a result of an older attempt',
    (story) => {
      running(story);
      story.attempt(1, 7);
      story.attempt(1, 8, 'running');
      story.commits(1, 7);
    },
  ],
  [
    'fences only grow, and older ones write nothing',
    'a later attempt with a smaller fence',
    (story) => {
      running(story);
      story.attempt(1, 8);
      story.attempt(1, 7);
      story.commits(1, 8);
    },
  ],
  [
    'fences only grow, and older ones write nothing',
    'an output in a closed run',
    (story) => {
      running(story);
      story.attempt(1, 7, 'running');
      story.becomes(1, 'cancelled');
      story.finishes(7);
    },
  ],
  [
    'fences only grow, and older ones write nothing',
    'an output that is refused for the attempt of another instance',
    (story) => {
      running(story);
      story.attempt(1, 7, 'running');
      const refused = {
        line: 'refused',
        kind: 'film',
        resourceId: 'r',
        what: 'finish',
        why: 'newer',
      } as const;
      story.lines.push({ ...refused, fence: 7, at: 2_000_000 });
    },
  ],
  [
    'runs are adopted in order',
    'the run of an earlier reset after that of a later one',
    (story) => {
      analysed(story);
      for (const temporalRunId of ['t2', 't3']) story.ask('reset', { outcome: 'done', temporalRunId });
      story.completes(2, 8, { trigger: 'reset', authorised: true });
      story.completes(3, 9, { trigger: 'reset', authorised: true });
      const owner = { line: 'registration', kind: 'film', resourceId: 'r', at: 0 } as const;
      story.lines.push({ ...owner, number: 1, temporalRunId: 't3', runId: 'run-2' });
      story.lines.push({ ...owner, number: 2, temporalRunId: 't2', runId: 'run-3' });
    },
  ],
  [
    'no read is older than what is known',
    'unknown after the submit was answered',
    (story) => {
      const id = story.call('submit');
      story.opens(1);
      story.answer(id, { outcome: 'started', generation: 1, runId: 'run-1', state: 'pending' });
      story.ask('get', {});
      story.becomes(1, 'cancelled');
    },
  ],
  [
    'no read is older than what is known',
    'running after somebody was told that it is completed',
    (story) => {
      analysed(story);
      story.ask('get', { generation: 1, state: 'completed', result: 1 });
      story.ask('get', { generation: 1, state: 'running', result: null });
    },
  ],
  [
    'no read is older than what is known',
    'a failed rerun that forgets the standing result',
    (story) => {
      analysed(story);
      story.ask('get', { generation: 1, state: 'completed', result: 1 });
      story.ask('rerun', { outcome: 'unknown' }, reason);
      story.opens(2, { trigger: 'rerun', authorised: true });
      story.becomes(2, 'failed');
      story.ask('get', { generation: 2, state: 'failed', result: null });
    },
  ],
  [
    'answers follow the admission table',
    'running, of a completed one',
    (story) => {
      analysed(story);
      story.lines.push({
        line: 'event',
        kind: 'film',
        resourceId: 'r',
        eventId: 50,
        at: 1_050_000,
        committedAt: 1_050_000,
        type: 'x',
        generation: null,
        runId: null,
        from: null,
        to: null,
      });
      story.lines.push({
        line: 'call',
        kind: 'film',
        resourceId: 'r',
        id: 'late',
        at: 1_060_000,
        client: 'a',
        verb: 'submit',
      });
      story.lines.push({
        line: 'answer',
        id: 'late',
        at: 1_060_010,
        outcome: 'running',
        generation: 1,
        runId: 'run-1',
      });
    },
  ],
  [
    'answers follow the admission table',
    'completed, of one that never completed',
    (story) => {
      running(story);
      story.ask('submit', { outcome: 'completed', generation: 1, runId: 'run-1' });
      story.becomes(1, 'failed');
    },
  ],
  [
    'answers follow the admission table',
    'started although a result stands',
    (story) => {
      analysed(story);
      const id = story.call('submit');
      story.completes(2, 8);
      story.answer(id, { outcome: 'started', generation: 2, runId: 'run-2' });
    },
  ],
  [
    'follow-ups outlive their callers',
    'a follow-up that nobody runs',
    (story) => {
      asked(story);
      story.opens(1);
      story.ask('submit', { outcome: 'running', generation: 1 }, { onDuplicate: 'coalesce', ...reason });
      story.becomes(1, 'cancelled');
    },
  ],
];
