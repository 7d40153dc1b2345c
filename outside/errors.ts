export type KindModuleErrorCode =
  /** Neither a file nor an installed package has that name. */
  | 'KIND_MODULE_NOT_FOUND'
  /** The module cannot be loaded, or what it exports is no kind. */
  | 'KIND_MODULE_BROKEN'
  /** Two kinds have one name. */
  | 'KIND_TAKEN';

/** Thrown while kinds are loaded, before anything is connected to. `module` is the name as it was configured. */
export class KindModuleError extends Error {
  readonly code: KindModuleErrorCode;
  readonly module: string;
  readonly hint: string;

  constructor(error: {
    code: KindModuleErrorCode;
    module: string;
    message: string;
    hint: string;
    cause?: unknown;
  }) {
    super(error.message, { cause: error.cause });
    this.name = 'KindModuleError';
    this.code = error.code;
    this.module = error.module;
    this.hint = error.hint;
  }
}

export function broken(module: string, what: string, cause?: unknown): KindModuleError {
  return new KindModuleError({
    code: 'KIND_MODULE_BROKEN',
    module,
    message: `the kind module ${module} cannot be used: ${what}`,
    hint: 'docs/add-a-kind.md says what a kind module exports',
    cause,
  });
}
