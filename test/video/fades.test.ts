/** What a shot begins with, where black lies between two of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyseVideo } from './analyse.ts';
import { openWorkshop, type Workshop } from './made.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const source = (graph: string) => ['-f', 'lavfi', '-i', `${graph}s=160x90:r=25`];
const SOURCES = [...source('testsrc2='), ...source('color=black:'), ...source('mandelbrot=')];
const FADE_OUT = ',fade=out:st=2:d=1';
const FADE_IN = ',fade=in:st=0:d=1';

/** Three seconds of a picture, one of black, three of another picture. */
async function transitions(name: string, out: string, into: string) {
  const graph = `[0]trim=duration=3${out}[a];[1]trim=duration=1[b];[2]trim=duration=3${into}[c]`;
  const joined = `${graph};[a][b][c]concat=n=3,format=yuv420p`;
  const file = workshop.make(`${name}.mp4`, ...SOURCES, '-filter_complex', joined, '-c:v', 'libx264');
  const { result } = await analyseVideo(file, workshop.folder());
  const beginnings = result.video.shots.map((shot) => [Math.round(shot.start_s), shot.transition]);
  return { beginnings, fades: result.video.technical.fades.map(({ direction }) => direction) };
}

test.each([
  ['faded out and in', FADE_OUT, FADE_IN, ['out', 'in'], ['fade', 'fade']],
  ['cut to black and faded in', '', FADE_IN, ['in'], ['cut', 'fade']],
  ['faded out and cut from black', FADE_OUT, '', ['out'], ['fade', 'cut']],
  ['cut to black and from it', '', '', [], ['cut', 'cut']],
])('two pictures %s', async (name, out, into, fades, [black, picture]) => {
  expect(await transitions(name, out, into)).toEqual({
    beginnings: [
      [0, 'start'],
      [3, black],
      [4, picture],
    ],
    fades,
  });
});
