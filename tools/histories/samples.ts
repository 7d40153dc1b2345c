/** A small good file of every kind, and one that it must refuse. */
import { fileURLToPath } from 'node:url';

export interface HistorySample {
  /** Below the repository. */
  readonly good: string;
  /** Content that no retry can mend; null for kinds that take any: there the file is missing. */
  readonly bad: string | null;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

export const historySamples: Readonly<Record<string, HistorySample>> = {
  video: { good: 'test/fixtures/oa4_launch.webm', bad: 'no film\n', params: { chunk_s: 2 } },
  image: { good: 'test/fixtures/test1.jpg', bad: 'no image\n' },
  audio: { good: 'test/fixtures/jfk.mp3', bad: 'no sound\n' },
  text: { good: 'test/fixtures/udhr_hin.txt', bad: '\u0000\u0001\u0000\u0002' },
  profiling: { good: 'test/fixtures/penguins.csv', bad: '' },
  upload: { good: 'test/fixtures/penguins.csv', bad: null, params: { autoAnalyze: true } },
  'large-file': {
    good: 'examples/media/sintel_trailer-720p.mp4',
    bad: null,
    params: { chunk_bytes: 4 * 1024 ** 2 },
  },
};

export const repositoryFile = (name: string): string =>
  fileURLToPath(new URL(`../../${name}`, import.meta.url));
