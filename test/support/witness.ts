import { readFileSync } from 'node:fs';
import type { Product, Witnessed } from './product.ts';

/** The warm child is a worker's, not a run's: it holds numbers only, lives on for the next use, and ends when it was idle. */
const warmChild = 'onnx inference';

/** Children of runs that the witness saw start and that still live; a zombie does not live. */
export function runningChildren(product: Product, title?: RegExp): readonly Witnessed[] {
  const ended = new Set(
    product.witnessed().flatMap((line) => (line.event === 'ended' ? [`${line.title} ${line.pid}`] : [])),
  );
  return product
    .witnessed(title)
    .filter((line) => line.title !== warmChild)
    .filter((line) => line.event === 'started' && !ended.has(`${line.title} ${line.pid}`) && lives(line.pid));
}

function lives(pid: number): boolean {
  try {
    const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
