/** Rules that hold for the result of every kind: what stands in it, and how its numbers are named. */

/** A name that measures something must say in what: one of these words, alone or before a qualifier. */
const MEASURED =
  /(?:^|_)(?:duration|length|time|delay|offset|interval|latency|width|height|size|depth|distance|frequency|bitrate|rate|loudness|gain|peak|noise|angle|rotation|speed|age|exposure|focal)(?:_|$)/;

/** Units, and words that say that there is none. */
const UNIT =
  /(?:^|_)(?:s|ms|us|min|h|px|mp|bytes|bit|kib|mib|bits|hz|khz|db|dbfs|dbtp|lufs|lu|bps|kbps|fps|deg|nits|k|mm|m|ev|dpi|iso|percent|ratio|share|count|frames|samples|points|pages|lines|words|characters|code_points|graphemes|sentences|per_[a-z]+)(?:_|$)/;

interface Place {
  readonly path: string;
  readonly key: string;
}

/** What breaks a rule, as `path: why`; empty for a good result. `unitless` are names known to need no unit. */
export function brokenRules(result: unknown, unitless: readonly string[] = []): readonly string[] {
  return walk(result, { path: '', key: '' }).flatMap(({ path, key, value }) => {
    if (value === undefined) return [`${path}: undefined, which JSON leaves out`];
    if (typeof value === 'number' && !Number.isFinite(value)) return [`${path}: ${value}`];
    if (typeof value === 'string' && namesPlace(value)) return [`${path}: an absolute path, ${value}`];
    const nameless = typeof value === 'number' && lacksUnit(key) && !unitless.includes(key);
    return nameless ? [`${path}: its name lacks a unit`] : [];
  });
}

/** Names of numbers in a JSON Schema that lack a unit, whether or not a sample has them. */
export function unitsMissing(schema: unknown, unitless: readonly string[] = []): readonly string[] {
  const found = walk(schema, { path: '', key: '' }).flatMap(({ path, key, value }) => {
    if (key !== 'properties' || value === null || typeof value !== 'object') return [];
    return Object.entries(value).flatMap(([name, property]) =>
      isNumber(property) && lacksUnit(name) && !unitless.includes(name) ? [`${path}.${name}`] : [],
    );
  });
  return [
    ...new Set(found.map((path) => path.replaceAll(/\.(?:properties|items|anyOf|oneOf)|\[\d+\]/g, ''))),
  ];
}

export function lacksUnit(name: string): boolean {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  return MEASURED.test(words) && !UNIT.test(words);
}

function walk(value: unknown, at: Place): readonly (Place & { readonly value: unknown })[] {
  const own = { ...at, value };
  if (value === null || typeof value !== 'object') return [own];
  const entries = Array.isArray(value)
    ? value.map((inner, index) => [`${at.path}[${index}]`, at.key, inner] as const)
    : Object.entries(value).map(([key, inner]) => [`${at.path}.${key}`, key, inner] as const);
  return [own, ...entries.flatMap(([path, key, inner]) => walk(inner, { path, key }))];
}

/** A path of the machine; `/dev/null` in a name and `and/or` in a text are none. */
function namesPlace(text: string): boolean {
  return /^(?:file:\/\/)?\/(?:home|root|tmp|var|usr|opt|work|srv|mnt|data|etc|proc|private|Users)\//.test(
    text,
  );
}

function isNumber(schema: unknown): boolean {
  const { type, anyOf } = (schema ?? {}) as { type?: unknown; anyOf?: readonly unknown[] };
  return (
    [type].flat().some((one) => one === 'number' || one === 'integer') || (anyOf?.some(isNumber) ?? false)
  );
}
