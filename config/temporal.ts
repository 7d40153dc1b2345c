import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ConfigError } from './errors.ts';

/** What `Connection.connect` and `NativeConnection.connect` both take, besides the address. */
export type TemporalConnectionOptions = Omit<
  ReturnType<typeof loadClientConnectConfig>['connectionOptions'],
  'address'
>;

export interface TemporalSettings {
  /** `host:port`; undefined: the running embedded stack, else localhost:7233. */
  readonly address: string | undefined;
  /** Undefined: the running embedded stack's, else `default`. */
  readonly namespace: string | undefined;
  /** TLS, API key and headers, ready to be spread into a connection's options. */
  readonly connection: TemporalConnectionOptions;
}

/**
 * Temporal's own variables (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_* ...) and profile
 * file (TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE). Throws ConfigError CONFIG_TEMPORAL.
 */
export function loadTemporalSettings(env: Readonly<Record<string, string>>): TemporalSettings {
  try {
    const loaded = loadClientConnectConfig({ overrideEnvVars: { ...env } });
    const { address, ...connection } = loaded.connectionOptions;
    const given = Object.entries(connection).filter(([, value]) => value !== undefined);
    return {
      address: address || undefined,
      namespace: loaded.namespace || undefined,
      connection: Object.fromEntries(given),
    };
  } catch (cause) {
    throw new ConfigError({
      code: 'CONFIG_TEMPORAL',
      setting: env.TEMPORAL_PROFILE ? 'TEMPORAL_PROFILE' : 'TEMPORAL_CONFIG_FILE',
      message:
        "Temporal's settings cannot be used: its profile, profile file or a certificate is wrong or missing",
      hint: 'check TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the TEMPORAL_TLS_* files, e.g. with `temporal config list`',
      cause,
    });
  }
}
