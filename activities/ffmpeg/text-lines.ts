/** Cuts a stream of bytes into lines. */
export interface LineCutter {
  readonly write: (bytes: Buffer) => void;
  /** Hands over what came after the last line break. */
  readonly end: () => void;
}

export function lineCutter(line: (line: string) => void): LineCutter {
  let rest = '';
  return {
    write: (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(line);
    },
    end: () => line(rest),
  };
}
