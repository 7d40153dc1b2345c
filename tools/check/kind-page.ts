/** The generated half of docs/kinds/<kind>.md, and the JSON Schema beside it. */
import { minutes } from '../../cli/report/kinds.ts';
import type { KindDescription, StepDescription } from '../../client/index.ts';
import { fieldsOf, type SchemaField } from '../../client/json-schema-fields.ts';
import type { JsonSchema } from '../../client/kind-description.ts';

export const GENERATED =
  '<!-- Generated from here on; the text above is written by hand. `npm run check -- --write-docs` writes it anew. -->';

/** What every result begins with; its meaning stands once, in docs/kinds/README.md. */
const ENVELOPE: readonly string[] = [
  'schema',
  'resource',
  'status',
  'steps',
  'summary',
  'alerts',
  'coverage',
];

export function generatedPart(kind: KindDescription): string {
  return [
    GENERATED,
    '',
    '## Facts',
    '',
    `- policy \`${kind.policy}\`, version ${kind.version} of the analyser`,
    `- result \`${kind.resultSchema}\`, written by \`${kind.resultStep}\`${kind.result ? `: [JSON Schema](${kind.kind}.schema.json)` : ''}`,
    `- counts as long-running over ${minutes(kind.longRunningMs)}`,
    '',
    '## Steps',
    '',
    ...markdownTable(
      ['step', 'queue', 'version', 'at most', 'stalls after', 'models', 'does'],
      kind.steps.map(stepCells),
    ),
    '',
    '## Params',
    '',
    ...paramLines(kind),
    '',
    '## Result',
    '',
    ...resultLines(kind),
    '',
  ].join('\n');
}

/** The result's schema, with the params' among its definitions. */
export function schemaFile({ title, kind, resultSchema, params, result }: KindDescription): string {
  const { $schema, $defs, ...rest } = result ?? {};
  const { $schema: _, ...paramsSchema } = params ?? {};
  const definitions = { ...(($defs ?? {}) as JsonSchema), ...(params ? { params: paramsSchema } : {}) };
  const file = {
    ...{ $schema, title: `${title}: result of ${kind}, ${resultSchema}`, ...rest },
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

function stepCells(step: StepDescription): readonly string[] {
  const limits = [minutes(step.timeoutMs), minutes(step.stallMs)];
  const models = step.models.map((model) => `\`${model}\``).join(', ');
  return [`\`${step.name}\``, step.queue, String(step.version), ...limits, models, step.summary];
}

function paramLines({ params }: KindDescription): readonly string[] {
  if (params === null) return ['Any object.'];
  const fields = fieldsOf(params);
  if (fields.length === 0) return ['None.'];
  return markdownTable(
    ['param', 'type', 'is'],
    fields.map((field) => [nameOf(field), field.type, field.description]),
  );
}

/** Two levels: what stands beside the envelope, and what stands in it. */
function resultLines({ result }: KindDescription): readonly string[] {
  if (result === null) return ['A JSON document.'];
  const own = fieldsOf(result).filter(({ name }) => !ENVELOPE.includes(name));
  const rows = own.flatMap((field) => {
    const inner = fieldsOf(propertyOf(result, field.name));
    const below = inner.map((one) => [`\`${field.name}.${one.name}\``, one.type, one.description]);
    return below.length > 0 ? below : [[nameOf(field), field.type, field.description]];
  });
  return ['Beside [what every result has](README.md):', '', ...markdownTable(['field', 'type', ''], rows)];
}

function propertyOf(schema: JsonSchema, name: string): JsonSchema | null {
  const properties = schema['properties'] as Readonly<Record<string, JsonSchema>> | undefined;
  return properties?.[name] ?? null;
}

function nameOf({ name }: SchemaField): string {
  return `\`${name}\``;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replace(/ {2,}\|/g, ' |');
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
