import type { z } from 'zod';
import { ConfigError } from './errors.ts';
import { nearest } from './nearest.ts';
import { type Setting, settings } from './settings.ts';
import { loadTemporalSettings, type TemporalSettings } from './temporal.ts';

export { ConfigError } from './errors.ts';
export type { TemporalConnectionOptions, TemporalSettings } from './temporal.ts';

/**
 * The only reader of process.env. Parsed once, by one schema; every setting is documented in docs/configuration.md.
 */
export type Settings = {
  readonly [Key in keyof typeof settings]: Readonly<z.output<(typeof settings)[Key]['schema']>>;
};

export interface Config extends Settings {
  readonly temporal: TemporalSettings;
}

export interface ConfigOptions {
  /** Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Stand where the environment says nothing. */
  readonly defaults?: Partial<Settings>;
  /** Win over the environment. */
  readonly overrides?: Partial<Settings> & { readonly temporal?: Partial<TemporalSettings> };
}

/** Throws ConfigError that names the environment variable and what it should be. */
export function loadConfig(options: ConfigOptions = {}): Config {
  const env = withoutEmpty(options.env ?? process.env);
  refuseUnknown(env);
  const { temporal, ...overrides } = options.overrides ?? {};
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const override = (overrides as Record<string, unknown>)[key];
    const fallback = (options.defaults as Record<string, unknown> | undefined)?.[key];
    values[key] = parse(setting, override ?? env[setting.env] ?? fallback);
  }
  const merged = { ...loadTemporalSettings(env), ...temporal };
  return Object.freeze({ ...(values as unknown as Settings), temporal: Object.freeze(merged) });
}

/** An empty variable is how shells and compose files say "not set". */
function withoutEmpty(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(given) as Record<string, string>;
}

function refuseUnknown(env: Readonly<Record<string, string>>): void {
  const known = new Set(Object.values(settings).map((setting) => setting.env));
  for (const key of Object.keys(env)) {
    // ONCEFLOW_TEST_* belongs to test harnesses, which run this code in their own environment.
    if (!key.startsWith('ONCEFLOW_') || key.startsWith('ONCEFLOW_TEST_') || known.has(key)) continue;
    const meant = nearest(key, known);
    throw new ConfigError({
      code: 'CONFIG_UNKNOWN_KEY',
      setting: key,
      message: `${key} is not a setting${meant ? `: did you mean ${meant}?` : ''}`,
      hint: 'see docs/configuration.md for all settings, or unset the variable',
    });
  }
}

function parse(setting: Setting, value: unknown): unknown {
  const parsed = setting.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map((issue) => issue.message).join('; ');
  throw new ConfigError({
    code: 'CONFIG_INVALID',
    setting: setting.env,
    message: `${setting.env} cannot be used: ${why}`,
    hint: `${setting.description} Unset: ${setting.unset}.`,
  });
}
