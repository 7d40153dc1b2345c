import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../config/config.ts';
import { readRunningStack } from '../../config/running-stack.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'config-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A home without a Temporal profile file, so that the developer's own does not decide. */
const env = (more: Record<string, string> = {}) => ({
  HOME: directory,
  XDG_CONFIG_HOME: directory,
  TEMPORAL_CONFIG_FILE: join(directory, 'none.toml'),
  ...more,
});

function errorOf(more: Record<string, string>): ConfigError {
  try {
    loadConfig({ env: env(more) });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('configuration', () => {
  it('works without any variable', () => {
    const config = loadConfig({ env: env() });
    expect(config).toMatchObject({
      poolMax: 10,
      poolWaitMs: 5000,
      role: 'submitter',
      roots: [process.cwd()],
    });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.dataDirectory).toBe(join(process.cwd(), '.onceflow'));
  });

  it('reads numbers and colon separated directories, and takes an empty variable as not set', () => {
    const config = loadConfig({
      env: env({ ONCEFLOW_POOL_MAX: '3', ONCEFLOW_ROOTS: '/films:/tables', ONCEFLOW_ROLE: '' }),
    });
    expect(config).toMatchObject({ poolMax: 3, roots: ['/films', '/tables'], role: 'submitter' });
  });

  it('lets overrides win over the environment', () => {
    const config = loadConfig({
      env: env({ ONCEFLOW_POOL_MAX: '3', TEMPORAL_ADDRESS: 'one:7233' }),
      overrides: { poolMax: 4, roots: ['/films'], temporal: { address: 'two:7233' } },
    });
    expect(config).toMatchObject({ poolMax: 4, roots: ['/films'], temporal: { address: 'two:7233' } });
  });

  it('says what was meant when a variable is misspelt', () => {
    const error = errorOf({ ONCEFLOW_DATABSE_URL: 'postgres://localhost/x' });
    expect(error.code).toBe('CONFIG_UNKNOWN_KEY');
    expect(error.message).toContain('did you mean ONCEFLOW_DATABASE_URL?');
  });

  it.each([
    ['ONCEFLOW_POOL_MAX', 'ten'],
    ['ONCEFLOW_POOL_MAX', '0'],
    ['ONCEFLOW_DATABASE_URL', 'mysql://localhost/x'],
    ['ONCEFLOW_ROLE', 'root'],
    ['ONCEFLOW_OWNER', 'a b'],
  ])('refuses %s=%s and names the variable', (name, value) => {
    const error = errorOf({ [name]: value });
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', setting: name });
    expect(error.hint).not.toBe('');
  });

  it("honours Temporal's variables: address, namespace, API key with TLS", () => {
    const { temporal } = loadConfig({
      env: env({ TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_NAMESPACE: 'media', TEMPORAL_API_KEY: 'key' }),
    });
    expect(temporal).toMatchObject({ address: 'cloud:7233', namespace: 'media' });
    expect(temporal.connection).toMatchObject({ apiKey: 'key', tls: true });
  });

  it("honours Temporal's profile file, and the environment over it", async () => {
    const file = join(directory, 'temporal.toml');
    await writeFile(file, '[profile.staging]\naddress = "file:7233"\nnamespace = "from-file"\n');
    const { temporal } = loadConfig({
      env: { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'staging', TEMPORAL_NAMESPACE: 'from-env' },
    });
    expect(temporal).toMatchObject({ address: 'file:7233', namespace: 'from-env' });
  });

  it('says so when the Temporal profile does not exist', () => {
    expect(errorOf({ TEMPORAL_PROFILE: 'nowhere' })).toMatchObject({ code: 'CONFIG_TEMPORAL' });
  });

  it('finds the embedded stack of a data directory, and takes a half-written file for none', async () => {
    expect(await readRunningStack(directory)).toBeUndefined();
    const state = {
      databaseUrl: 'postgres://x/y',
      temporalAddress: 'h:1',
      temporalNamespace: 'default',
      owner: {},
    };
    await writeFile(join(directory, 'stack.json'), JSON.stringify(state));
    expect(await readRunningStack(directory)).toMatchObject({ databaseUrl: 'postgres://x/y' });
    await writeFile(join(directory, 'stack.json'), '{"databaseUrl": "post');
    expect(await readRunningStack(directory)).toBeUndefined();
  });
});
