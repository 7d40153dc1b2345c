/**
 * `npm run truth -- TRUTH.json DIR`: analyses every file that TRUTH.json names and DIR holds, and compares each record
 * of role `must` with our result. Exit code 1 if a record failed, 2 for wrong usage.
 */
import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { builtInKinds } from '../../kinds/registry.ts';
import { type Analyser, openAnalyser } from './analyse.ts';
import type { TruthRecord } from './compare.ts';
import { mappings } from './mappings.ts';
import { isFailure, reportOf, type Verdict } from './report.ts';

async function main(args: readonly string[]): Promise<number> {
  const [truthPath, directory] = args;
  if (!truthPath || !directory) {
    process.stderr.write('Usage: npm run truth -- TRUTH.json DIR\n');
    return 2;
  }
  const { records } = JSON.parse(await readFile(truthPath, 'utf8')) as { records: TruthRecord[] };
  const root = await realpath(directory);
  const wanted = records.filter(({ role, item }) => role === 'must' && existsSync(join(root, item)));
  const absent = records.filter(({ role, item }) => role === 'must' && !existsSync(join(root, item))).length;
  if (absent > 0) process.stderr.write(`${absent} records name files that the directory does not hold\n`);
  const analyser = await openAnalyser(root);
  try {
    const verdicts = await judge(analyser, root, wanted);
    const leftOut = Object.assign({}, ...Object.values(mappings).map((mapping) => mapping.leftOut)) as Record<
      string,
      string
    >;
    process.stdout.write(`${reportOf(verdicts, leftOut)}\n`);
    return verdicts.some(({ outcome }) => isFailure(outcome)) ? 1 : 0;
  } finally {
    await analyser.close();
  }
}

/** One analysis for each kind and file, compared with all of its records. */
async function judge(analyser: Analyser, root: string, records: readonly TruthRecord[]): Promise<Verdict[]> {
  const existing = new Set(builtInKinds.map(({ kind }) => kind));
  const verdicts: Verdict[] = [];
  const work = new Map<string, { kind: string; item: string; records: TruthRecord[] }>();
  for (const record of records) {
    for (const kind of record.kinds) {
      if (!existing.has(kind)) {
        verdicts.push({ ...told(record, kind), outcome: 'kind-missing', comparisons: [] });
        continue;
      }
      const key = JSON.stringify([kind, record.item]);
      const entry = work.get(key) ?? { kind, item: record.item, records: [] };
      work.set(key, entry);
      entry.records.push(record);
    }
  }
  for (const { kind, item, records: own } of work.values()) {
    process.stderr.write(`${kind} ${item}\n`);
    verdicts.push(...(await judgeFile(analyser, kind, join(root, item), own)));
  }
  return verdicts;
}

async function judgeFile(
  analyser: Analyser,
  kind: string,
  path: string,
  records: readonly TruthRecord[],
): Promise<Verdict[]> {
  const mapping = mappings[kind];
  if (!mapping)
    return records.map((record) => ({ ...told(record, kind), outcome: 'unmapped', comparisons: [] }));
  let result: unknown;
  try {
    result = await analyser.analyseFile(kind, path, mapping.params(records));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return records.map((record) => ({ ...told(record, kind), outcome: 'failed', comparisons: [], why }));
  }
  return records.map((record) => {
    const comparisons = mapping.compare(record, result);
    if (comparisons === undefined) return { ...told(record, kind), outcome: 'unmapped', comparisons: [] };
    const agrees = comparisons.length > 0 && comparisons.every((comparison) => comparison.agrees);
    return { ...told(record, kind), outcome: agrees ? 'agrees' : 'disagrees', comparisons };
  });
}

function told(record: TruthRecord, kind: string): Pick<Verdict, 'item' | 'kind' | 'metric'> {
  return { item: record.item, kind, metric: record.metric };
}

process.exitCode = await main(process.argv.slice(2));
