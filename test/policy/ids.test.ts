import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isResourceId, isRunId, parseWorkflowId, workflowIdOf } from '../../policy/ids.ts';

const resourceId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/);
const kind = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);

test('a workflow ID says kind and resource, and nothing else parses', () => {
  fc.assert(
    fc.property(fc.record({ kind, resourceId }), (key) => {
      expect(parseWorkflowId(workflowIdOf(key))).toEqual(key);
    }),
  );
  for (const text of [
    '',
    'video',
    'video:',
    ':x',
    'Video:x',
    'video:a:b',
    'video:../x',
    'video:a b',
    'video:-a',
  ]) {
    expect(parseWorkflowId(text)).toBeNull();
  }
});

test('resource ids and run ids are told apart from anything else', () => {
  expect(['a', 'A.b_c~d-1', 'x'.repeat(128)].every(isResourceId)).toBe(true);
  expect(['', '.a', 'a/b', 'x'.repeat(129), 'a\n'].some(isResourceId)).toBe(false);
  expect(isRunId('0190b7c2-5a7e-7c3e-8b1a-0123456789ab')).toBe(true);
  expect(isRunId('video:x')).toBe(false);
});
