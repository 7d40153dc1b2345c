import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { kindText } from '../../cli/report/kinds.ts';
import { describeKind } from '../../client/index.ts';
import { fieldsOf } from '../../client/json-schema-fields.ts';
import { defineAnalysis } from '../../kinds/define.ts';
import { generatedPart, schemaFile } from '../../tools/check/kind-page.ts';

const definition = defineAnalysis({
  ...{ kind: 'scan', policy: 'allow-rerun', version: 3, title: 'Scan', longRunningMs: 60_000 },
  ...{ resultStep: 'scan.all', resultSchema: 'analysis.scan/2' },
  steps: [
    {
      ...{ name: 'scan.all', queue: 'cpu', version: 2, timeoutMs: 90_000, stallMs: 180_000 },
      ...{ summary: 'looks at all of it', readsInput: true, remembered: true },
    },
  ],
});
const params = z.strictObject({
  depth: z.number().int().min(1).describe('how deep | wide'),
  mode: z.enum(['fast', 'exact']).optional(),
  names: z.array(z.string()).optional(),
  limit: z.number().max(5).nullable().optional(),
  least: z.number().default(1).describe('shortest'),
});
const result = z.object({
  ...{ schema: z.literal('analysis.scan/2'), alerts: z.array(z.object({ code: z.string() })) },
  scan: z.object({ found: z.array(z.object({ at_s: z.number() })).describe('in order') }),
});

describe('what is said of a kind', () => {
  test('params are described by name, type, need and meaning', () => {
    expect(fieldsOf(describeKind({ definition, params }).params)).toEqual([
      { name: 'depth', type: 'whole number 1..', required: true, description: 'how deep | wide' },
      { name: 'mode', type: 'one of fast, exact', required: false, description: '' },
      { name: 'names', type: 'list of text', required: false, description: '' },
      { name: 'limit', type: 'number ..5 or null', required: false, description: '' },
      { name: 'least', type: 'number', required: false, description: 'shortest; 1 unless said' },
    ]);
  });

  test('a kind without schemas, or with those of another library, is described without them', () => {
    expect(describeKind({ definition })).toMatchObject({
      params: null,
      result: null,
      steps: [{ models: [] }],
    });
    const foreign = { safeParse: () => ({ success: true, data: {} }) } as unknown as z.ZodType;
    expect(describeKind({ definition, params: foreign }).params).toBeNull();
  });

  test('models of a step are named', () => {
    const step = { ...definition.steps[0], models: ['silero-vad'] };
    const named = describeKind({ definition: { ...definition, steps: [step] } as typeof definition });
    expect(kindText(named)).toContain('(silero-vad)');
    expect(generatedPart(named)).toContain('`silero-vad`');
  });

  test('the page names steps, params, and the fields beside the envelope', () => {
    const page = generatedPart(describeKind({ definition, params, result }));
    expect(page).toContain('| `scan.all` | cpu | 2 | 90 s | 3 min | | looks at all of it |');
    expect(page).toContain('| `depth` | whole number 1.. | how deep \\| wide |');
    expect(page).toContain('| `scan.found` | list of objects | in order |');
    expect(page).not.toContain('`alerts`');
  });

  test('the schema file validates results and carries that of the params', () => {
    const file = JSON.parse(schemaFile(describeKind({ definition, params, result })));
    expect(file).toMatchObject({ title: 'Scan: result of scan, analysis.scan/2', type: 'object' });
    expect(file.$defs.params).toMatchObject({ required: ['depth'], additionalProperties: false });
    expect(
      z.fromJSONSchema(file).safeParse({ schema: 'analysis.scan/2', alerts: [], scan: {} }).success,
    ).toBe(false);
  });

  test('the command line shows a kind in one screen', () => {
    const text = kindText(describeKind({ definition, params, result }));
    expect(text.split('\n')[0]).toBe('scan  Scan, allow-rerun, version 3, result analysis.scan/2');
    expect(text).toMatch(/scan\.all +cpu +2 +90 s +3 min +looks at all of it/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(120);
  });
});
