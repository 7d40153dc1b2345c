import type { Json } from '../ledger/ledger.ts';
import type { JsonSchema } from './kind-description.ts';

/** One property of a JSON Schema, so that it can be shown in a line. */
export interface SchemaField {
  readonly name: string;
  /** `number 0..1`, `one of a, b`, `list of objects`, `text or null`. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** The properties of an object's schema, in their order; none for anything else. */
export function fieldsOf(schema: JsonSchema | null): readonly SchemaField[] {
  const properties = objectOf(schema?.['properties']);
  const required = schema?.['required'];
  return Object.entries(properties).map(([name, property]) => {
    const inner = objectOf(property);
    return {
      name,
      type: typeOf(inner),
      required: Array.isArray(required) && required.includes(name),
      description: descriptionOf(inner),
    };
  });
}

function descriptionOf(schema: JsonSchema): string {
  const { description, default: otherwise } = schema;
  const said = typeof description === 'string' ? description : '';
  if (otherwise === undefined || otherwise === null) return said;
  return [said, `${JSON.stringify(otherwise)} unless said`].filter((part) => part !== '').join('; ');
}

function objectOf(value: Json | undefined): JsonSchema {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonSchema) : {};
}

function typeOf(schema: JsonSchema): string {
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) {
    return [...new Set(alternatives.map((one) => typeOf(objectOf(one))))].join(' or ');
  }
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].join(', ')}`;
  const type = schema['type'];
  // zod puts `number or null` so.
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one })).join(' or ');
  if (type === 'number' || type === 'integer') return numberOf(schema);
  if (type === 'array') return listOf(objectOf(schema['items']));
  return names[String(type)] ?? 'any';
}

const names: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

/** zod bounds every integer by what a double holds, which says nothing. */
function numberOf(schema: JsonSchema): string {
  const bound = (key: string): string => {
    const value = schema[key];
    return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? String(value) : '';
  };
  const [low, high] = [bound('minimum') || bound('exclusiveMinimum'), bound('maximum')];
  const name = schema['type'] === 'integer' ? 'whole number' : 'number';
  return low === '' && high === '' ? name : `${name} ${low}..${high}`;
}

function listOf(items: JsonSchema): string {
  const inner = typeOf(items);
  return inner === 'object' ? 'list of objects' : `list of ${inner}`;
}
