import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isOpen, runStates, transitions } from '../../policy/states.ts';

const page = await readFile(new URL('../../docs/state-machine.md', import.meta.url), 'utf8');
const ofCode = runStates.flatMap((from) => transitions[from].map((to) => `${from} -> ${to}`)).sort();

test('the picture in docs/state-machine.md draws the transitions of policy/states.ts', () => {
  const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+) :/gm)].map(([, from, to]) => `${from} -> ${to}`);
  expect(drawn.sort()).toEqual(ofCode);
});

test('its table explains each of them', () => {
  const rows = [...page.matchAll(/^\| (\w+) \| (\w+) \|/gm)].map(([, from, to]) => `${from} -> ${to}`);
  const known = rows.filter((row) => runStates.some((state) => row.startsWith(`${state} `)));
  expect(known.sort()).toEqual(ofCode);
});

test('it begins at pending and ends in the closed states', () => {
  expect(page).toContain('[*] --> pending');
  const ends = [...page.matchAll(/^ {2}(\w+) --> \[\*\]/gm)].map(([, state]) => state);
  expect(ends).toEqual(runStates.filter((state) => !isOpen(state)));
});
