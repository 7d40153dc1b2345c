/**
 * Speech detection against the length of the track, text recognition against the time in the models alone, and both on
 * CUDA against the processor, where there is a device. All through the sandbox and the pipes, as workers do it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { detectSpeech, type SpeechFound } from '../activities/inference/speech.ts';
import { readText, type TextFound } from '../activities/inference/text.ts';
import type { StepContext } from '../activities/step-context.ts';
import { findMediaTools } from '../media/ffmpeg-tools.ts';
import { runStep } from '../tools/step-runner.ts';
import { openDevice } from '../workers/device.ts';
import type { Measured } from './measured.ts';

/** A speech of 11 s, so often. */
const REPETITIONS = 60;
const PAGES = 4;
const LINES = 24;
/** Least speed against that of listening, and largest time against that in the models. */
const SPEECH_GOAL = 200;
const TEXT_GOAL = 2;

type Log = (line: string) => void;
type Device = StepContext['device'];

export async function measureInference(log: Log): Promise<readonly Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-inference-'));
  try {
    const track = await makeTrack(directory);
    const pages = await makePages(directory);
    const speech = await hear(track, undefined);
    const text = await read(pages, undefined);
    const device = openDevice(directory, 0);
    if (device.provider === 'cpu') {
      log('CUDA against the processor: not shown, there is no device here');
      return [speech.measured, text.measured];
    }
    const pairs = [
      { name: 'speech on CUDA against the processor', here: speech, there: await hear(track, device) },
      { name: 'text on CUDA against the processor', here: text, there: await read(pages, device) },
    ];
    const note = pairs[0]?.there.found.provider_note;
    if (note) log(`CUDA against the processor: not shown, ${note}`);
    return [speech.measured, text.measured, ...(note ? [] : pairs.map(compare))];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Done {
  readonly measured: Measured;
  readonly found: SpeechFound | TextFound;
  /** What was found, without where and how long. */
  readonly essence: readonly string[];
}

function compare({ name, here, there }: { name: string; here: Done; there: Done }): Measured {
  const cpu_s = here.found.inference_s;
  const cuda_s = there.found.inference_s;
  const same = here.essence.filter((one, index) => one === there.essence[index]).length;
  const parts = { cpu_s, cuda_s, found: here.essence.length, found_the_same: same };
  return { name, ratio: cuda_s / cpu_s, goal: 1, parts };
}

async function hear(track: string, device: Device): Promise<Done> {
  const { found, seconds } = await timed(track, device, async (context) =>
    detectSpeech(context, { pcmPath: track, sampleRate: 16_000 }),
  );
  if (found.status !== 'ok') throw new Error(found.hint);
  const track_s = REPETITIONS * 11;
  const parts = { track_s, wall_s: seconds, inference_s: found.inference_s, segments: found.segments.length };
  const name = `speech in ${track_s} s of sound, against listening to it`;
  return {
    found,
    measured: { name, ratio: track_s / seconds, goal: SPEECH_GOAL, better: 'more', parts },
    // To a tenth of a second, which is the tolerance that reference answers are held to.
    essence: found.segments.map(({ start_s, end_s }) => `${start_s.toFixed(1)} ${end_s.toFixed(1)}`),
  };
}

async function read(pages: readonly string[], device: Device): Promise<Done> {
  const images = pages.map((path) => ({ id: path, path }));
  const { found, seconds } = await timed(pages[0] as string, device, (context) => readText(context, images));
  if (found.status !== 'ok') throw new Error(found.hint);
  const lines = found.images.flatMap((image) => image.lines.map(({ text }) => text));
  const parts = {
    lines: lines.length,
    lines_drawn: PAGES * LINES,
    wall_s: seconds,
    inference_s: found.inference_s,
    lines_per_s: Math.round((lines.length / seconds) * 10) / 10,
  };
  const name = `text of ${PAGES} pages, against the time in the models`;
  return {
    found,
    measured: { name, ratio: seconds / found.inference_s, goal: TEXT_GOAL, parts },
    essence: lines,
  };
}

async function timed<Found>(
  path: string,
  device: Device,
  work: (context: StepContext) => Promise<Found>,
): Promise<{ readonly found: Found; readonly seconds: number }> {
  const options = { digest: 'left-out', ...(device && { device }) } as const;
  const step = async (context: StepContext) => ({ value: null, document: await work(context) });
  const run = await runStep(step, path, null, options);
  return { found: run.document as Found, seconds: Math.round(run.wallMs) / 1_000 };
}

async function makeTrack(directory: string): Promise<string> {
  const { ffmpeg } = await findMediaTools();
  const path = join(directory, 'track.f32');
  const speech = fileURLToPath(new URL('../test/fixtures/jfk.mp3', import.meta.url));
  const args = ['-v', 'error', '-stream_loop', String(REPETITIONS - 1), '-i', speech];
  const to = ['-t', String(REPETITIONS * 11), '-ac', '1', '-ar', '16000', '-f', 'f32le', path];
  if (spawnSync(ffmpeg.path, [...args, ...to], { stdio: 'inherit' }).status !== 0)
    throw new Error('ffmpeg could not decode the track');
  return path;
}

async function makePages(directory: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const lines = Array.from({ length: LINES }, (_, line) => {
      const text = `Page ${page + 1} line ${line + 1}: the quick brown fox jumps`;
      return `<text x="40" y="${40 + line * 38}" font-family="sans-serif" font-size="24">${text}</text>`;
    });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="960"><rect width="100%" height="100%" fill="#fff"/>${lines.join('')}</svg>`;
    const path = join(directory, `page-${page}.png`);
    writeFileSync(path, await sharp(Buffer.from(svg)).png().toBuffer());
    paths.push(path);
  }
  return paths;
}
