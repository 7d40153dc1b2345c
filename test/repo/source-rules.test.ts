import { describe, expect, test } from 'vitest';
import { docsCommandsExist } from '../../tools/check/docs-commands.ts';
import { docsLinksLeadSomewhere } from '../../tools/check/docs-links.ts';
import { filesShort, namesNoMachine } from '../../tools/check/source-rules.ts';

const file = (path: string, text: string) => [{ path, text: () => text }];

describe('file length', () => {
  test('250 lines pass, 251 do not', () => {
    expect(filesShort(file('client/submit.ts', 'x\n'.repeat(250)))).toEqual([]);
    expect(filesShort(file('client/submit.ts', 'x\n'.repeat(251)))).toHaveLength(1);
  });
});

describe('names of machines', () => {
  // Put together here, because the rule reads this file too.
  const slash = '/';

  test.each([
    [slash, 'home/ann/onceflow/a.mp4'].join(''),
    [slash, 'root/.cache/x'].join(''),
    [slash, 'Users/ann/x'].join(''),
    ['https:', slash, slash, 'registry.npm', 'js.org/pg'].join(''),
  ])('%s is found', (line) => {
    expect(namesNoMachine(file('docs/deployment.md', `see ${line}`))).toHaveLength(1);
  });

  test.each([
    '/var/lib/onceflow/artefacts',
    ['shared', slash, 'work/list.md'].join(''),
    'npm ci',
    ['..', slash, 'home/x/y'].join(''),
  ])('%s is not', (line) => {
    expect(namesNoMachine(file('docs/deployment.md', `see ${line}`))).toEqual([]);
  });
});

describe('commands in the docs', () => {
  test('a script that does not exist is found', () => {
    expect(docsCommandsExist(file('README.md', 'Type `npm run fly`.'))).toHaveLength(1);
  });

  test('scripts that exist, and npm commands that are no scripts, are not', () => {
    expect(
      docsCommandsExist(file('README.md', '`npm ci`, `npm test`, `npm run demo -- --keep`, npm packs')),
    ).toEqual([]);
  });
});

describe('links in the docs', () => {
  test('a link to a file that is not there is found', () => {
    expect(docsLinksLeadSomewhere(file('docs/glossary.md', 'see [this](no-such-page.md#part)'))).toHaveLength(
      1,
    );
  });

  test('links to files that are there, and to other sites, are not', () => {
    const text = '[a](../README.md) [b](decisions/) [c](https://temporal.io) [d](#here)';
    expect(docsLinksLeadSomewhere(file('docs/glossary.md', text))).toEqual([]);
  });
});
