/** What there is to say of a kind, for people. */
import type { KindDescription } from '../../client/index.ts';
import { fieldsOf } from '../../client/json-schema-fields.ts';
import { plain, table } from '../text.ts';

export function kindText(kind: KindDescription): string {
  const title = `${kind.kind}  ${kind.title}, ${kind.policy}, version ${kind.version}, result ${kind.resultSchema}`;
  return [title, '', indented(stepsTable(kind)), ...paramsLines(kind)].join('\n');
}

function stepsTable({ steps }: KindDescription): string {
  const rows = steps.map((step) => [
    step.name,
    step.queue,
    String(step.version),
    minutes(step.timeoutMs),
    minutes(step.stallMs),
    [step.summary, ...(step.models.length > 0 ? [`(${step.models.join(', ')})`] : [])].join(' '),
  ]);
  return table([['step', 'queue', 'version', 'at most', 'stalls after', 'does'], ...rows], [2, 3, 4]);
}

function paramsLines({ params }: KindDescription): readonly string[] {
  if (params === null) return ['', '  params: any object'];
  const rows = fieldsOf(params).map(({ name, type, description }) => [name, type, plain(description, 300)]);
  if (rows.length === 0) return ['', '  no params'];
  return ['', indented(table([['param', 'type', 'is'], ...rows]))];
}

/** `60 s`, `3 min`. */
export function minutes(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds >= 120 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
