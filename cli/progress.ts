import { bar, clock, duration, plain } from './text.ts';

/** What is shown of one analysis while it goes on. */
export interface ProgressLine {
  readonly label: string;
  readonly state: string;
  readonly step: string | null;
  readonly fraction: number | null;
  readonly etaMs: number | null;
  readonly note: string | null;
}

export interface ProgressDisplay {
  update(key: string, line: ProgressLine): void;
  /** Removes the bars, so that a report can be printed. */
  clear(): void;
  say(text: string): void;
}

/** A narrow terminal keeps the step and the time, and does with less of the bar. */
export function progressText(line: ProgressLine, startedAt: number, columns: number): string {
  const labelColumns = columns < 90 ? 18 : 28;
  const barColumns = columns < 70 ? 0 : columns < 90 ? 10 : 24;
  const label = plain(line.label, labelColumns).padEnd(labelColumns);
  const shown = line.fraction === null ? '·'.repeat(barColumns) : bar(line.fraction, barColumns);
  const percent = line.fraction === null ? '    ' : `${String(Math.round(line.fraction * 100)).padStart(3)}%`;
  const rest = line.note ?? line.step ?? line.state;
  const eta = line.etaMs === null ? clock((Date.now() - startedAt) / 1000) : `${duration(line.etaMs)} left`;
  return `${label} ${shown} ${percent}  ${plain(rest, 40)}  ${eta}`.slice(0, columns - 1);
}

/** Bars that redraw themselves in place; for a terminal. */
function terminalDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  const lines = new Map<string, string>();
  const started = new Map<string, number>();
  let drawn = 0;
  const columns = () => stream.columns || 120;
  const erase = () => {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  const draw = () => {
    for (const text of lines.values()) stream.write(`${text.slice(0, columns() - 1)}\n`);
    drawn = lines.size;
  };
  return {
    update(key, line) {
      if (!started.has(key)) started.set(key, Date.now());
      lines.set(key, progressText(line, started.get(key) ?? Date.now(), columns()));
      erase();
      draw();
    },
    clear() {
      erase();
      lines.clear();
    },
    say(text) {
      erase();
      stream.write(`${text}\n`);
      draw();
    },
  };
}

/** One line whenever something a person would want to know has changed; for logs and pipes. */
function logDisplay(stream: NodeJS.WritableStream): ProgressDisplay {
  const last = new Map<string, string>();
  return {
    update(key, line) {
      const text = `${plain(line.label, 60)}: ${line.note ?? line.step ?? line.state}`;
      if (last.get(key) !== text) stream.write(`${text}\n`);
      last.set(key, text);
    },
    clear: () => last.clear(),
    say: (text) => void stream.write(`${text}\n`),
  };
}

/** Progress goes to stderr, so that stdout holds results alone. */
export function createProgressDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? terminalDisplay(stream) : logDisplay(stream);
}
