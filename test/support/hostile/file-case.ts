/** Files that an upload must hold back, or at least not be fooled by: how each is made, and what is to be said. */
export interface FileCase {
  readonly title: string;
  readonly name: string;
  readonly bytes: () => Buffer;
  /** Codes of the reasons, all of them. */
  readonly reasons: readonly string[];
  readonly container: string;
}

export const fileCase = (
  title: string,
  name: string,
  bytes: () => Buffer,
  container: string,
  ...reasons: readonly string[]
): FileCase => ({ title, name, bytes, container, reasons });
