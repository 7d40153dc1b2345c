/** Results of all kinds: what no result may hold, and names that say their unit. */
import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../../client/built-in-kinds.ts';
import { describeKind } from '../../client/index.ts';
import { brokenRules, lacksUnit, unitsMissing } from '../support/result-rules.ts';

/** Names that are right without a unit, by kind, each with its reason. */
const UNITLESS: Readonly<Record<string, readonly string[]>> = {
  // A share of full scale, as the samples are.
  audio: ['dc_offset'],
  // Of texts, in characters, as the profile of ydata and Frictionless name them.
  profiling: ['min_length', 'max_length', 'mean_length', 'median_length'],
};

test('there is a schema of the result of every kind, and of its params', () => {
  const described = builtInKinds.map(describeKind);
  expect(described.length).toBeGreaterThan(1);
  for (const { kind, params, result } of described) {
    expect(params, `params of ${kind}`).not.toBeNull();
    expect(result, `result of ${kind}`).toMatchObject({ type: 'object' });
  }
});

test.each(builtInKinds.map((entry) => [entry.definition.kind, entry] as const))(
  'what a result of %s measures says in what unit',
  (kind, entry) => {
    expect(unitsMissing(describeKind(entry).result, UNITLESS[kind])).toEqual([]);
  },
);

test.each(builtInKinds.map((entry) => [entry.definition.kind, entry] as const))(
  'the schema of %s accepts no number that JSON cannot hold, and names itself',
  (kind, { definition, result }) => {
    expect(definition.resultSchema).toMatch(new RegExp(`^analysis\\.${kind}/\\d+$`));
    const { properties } = describeKind({ definition, ...(result ? { result } : {}) }).result as unknown as {
      properties: { schema: { const: string } };
    };
    expect(properties.schema.const).toBe(definition.resultSchema);
  },
);

describe('the rules find', () => {
  test.each([
    ['a number that is none', { a: [{ mean: Number.NaN }] }, ['.a[0].mean: NaN']],
    ['an endless number', { peak_db: Number.NEGATIVE_INFINITY }, ['.peak_db: -Infinity']],
    ['what JSON leaves out', { a: undefined }, ['.a: undefined, which JSON leaves out']],
    ['a path of the machine', { uri: '/tmp/x/poster.jpg' }, ['.uri: an absolute path, /tmp/x/poster.jpg']],
    ['a number without a unit', { duration: 3 }, ['.duration: its name lacks a unit']],
    [
      'numbers in a list without a unit',
      { frame_sizes: 1, sizes: [], size: [1] },
      ['.size[0]: its name lacks a unit'],
    ],
  ])('%s', (_, result, expected) => {
    expect(brokenRules(result)).toEqual(expected);
  });

  test('nothing in a good result', () => {
    const good = { duration_s: 3, size_bytes: 1, uri: 'poster.jpg', text: 'and/or /dev/null', x: null };
    expect(brokenRules({ ...good, count: 3, width_px: 4, speech_ratio: 0.5 })).toEqual([]);
  });

  test.each(['bitrate', 'sample_rate', 'frameInterval', 'delay', 'max_height'])('%s lacks a unit', (name) => {
    expect(lacksUnit(name)).toBe(true);
  });

  test.each(['bitrate_bps', 'rate_hz', 'frame_interval_ms', 'timestamps', 'resized', 'threshold'])(
    '%s does not',
    (name) => {
      expect(lacksUnit(name)).toBe(false);
    },
  );
});
