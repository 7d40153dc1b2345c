export type ConfigErrorCode =
  /** A value does not have the form that the setting asks for. */
  | 'CONFIG_INVALID'
  /** An environment variable starts with ONCEFLOW_ and is no setting. */
  | 'CONFIG_UNKNOWN_KEY'
  /** Temporal's profile file or variables cannot be used. */
  | 'CONFIG_TEMPORAL';

/** Thrown by `loadConfig`, before anything is connected to. `setting` is the environment variable. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  readonly setting: string;
  readonly hint: string;

  constructor(error: {
    code: ConfigErrorCode;
    setting: string;
    message: string;
    hint: string;
    cause?: unknown;
  }) {
    super(error.message, { cause: error.cause });
    this.name = 'ConfigError';
    this.code = error.code;
    this.setting = error.setting;
    this.hint = error.hint;
  }
}
