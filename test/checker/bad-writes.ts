import { analysed, asked, running } from './bad-beginnings.ts';
import type { RuleName } from './check.ts';
import type { Story } from './story.ts';

/** What workers and operators leave in the ledger. */
export const badWrites: readonly (readonly [RuleName, string, (story: Story) => void])[] = [
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
];
