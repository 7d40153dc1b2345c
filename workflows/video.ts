import { video as definition } from '../kinds/video/definition.ts';
import {
  type AudioInput,
  type AudioValue,
  type ChunkInput,
  type ChunkValue,
  chunkInputs,
  type KeyframesInput,
  type KeyframesValue,
  type ObjectsInput,
  type ObjectsValue,
  PROBE_PARAMS,
  type ProbeInput,
  type ProbeValue,
  type ResultInput,
  SHOT_PARAMS,
  type SpeechInput,
  type SpeechValue,
  type TextInput,
  type TextValue,
  type TranscriptInput,
  type TranscriptValue,
} from '../kinds/video/flow.ts';
import { type Marked, markOutput } from '../kinds/output-mark.ts';
import { onlyParams } from '../kinds/only-params.ts';
import { type VideoParams, videoSettings } from '../kinds/video/params.ts';
import type { Outcome, RunInput, StepAnswer } from '../activities/contract.ts';
import { inFlight } from './in-flight.ts';
import { analyse } from './lifecycle.ts';
import type { Run } from './run.ts';

/** One chunk on the device and one that waits for it: a long film leaves room for others. */
const CHUNKS_IN_FLIGHT = 2;

export function video(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    const params = run.params as VideoParams;
    run.phase('digest', 'reads the file once, to know its bytes again');
    await run.digest();

    run.phase('probe', 'reads the container and plans the chunks');
    const probe = await run.step<ProbeValue, ProbeInput>('video.probe', {
      params: onlyParams(params, PROBE_PARAMS),
    });

    const [chunks, audio] = await Promise.all([measureChunks(run, probe), measureAudio(run, probe)]);
    const measured = { probe: markOutput(probe), chunks: chunks.map(markOutput) };
    const ofShots = onlyParams(params, SHOT_PARAMS);

    // Only now, so that at most two steps of this run ask for the device.
    const [{ keyframes, text, objects }, { speech, transcript }] = await Promise.all([
      showShots(run, { ...measured, params: ofShots }),
      hearTrack(run, probe),
    ]);

    run.phase('result', 'joins the chunks and decides on cuts');
    return run.step<unknown, ResultInput>('video.result', {
      ...measured,
      params,
      audio: audio && markOutput(audio),
      keyframes: markOutput(keyframes),
      text: text && markOutput(text),
      speech: speech && markOutput(speech),
      ...(transcript && { transcript: markOutput(transcript) }),
      ...(objects && { objects: markOutput(objects) }),
    });
  });
}

async function measureChunks(
  run: Run,
  probe: StepAnswer<ProbeValue>,
): Promise<readonly StepAnswer<ChunkValue>[]> {
  let measured = 0;
  const inputs = chunkInputs(probe.fence, probe.value);
  const show = () => run.phase('chunk', `${measured} of ${inputs.length} chunks measured`);
  show();
  return inFlight(CHUNKS_IN_FLIGHT, inputs, async ({ chunk }) => {
    const input = { probe: markOutput(probe), chunk };
    const answer = await run.step<ChunkValue, ChunkInput>('video.chunk', input, `chunk-${chunk}`);
    measured += 1;
    show();
    return answer;
  });
}

async function showShots(run: Run, measured: Marked<KeyframesInput>) {
  run.phase('keyframes', 'takes an image of every shot');
  const keyframes = await run.step<KeyframesValue, KeyframesInput>('video.keyframes', measured);
  const { readsText, findsObjects } = videoSettings(run.params);
  const images = { keyframes: markOutput(keyframes) };
  const text = readsText ? await readScreen(run, images) : null;
  const objects = findsObjects ? await findObjects(run, images) : null;
  return { keyframes, text, objects };
}

function readScreen(run: Run, images: Marked<TextInput>): Promise<StepAnswer<TextValue>> {
  run.phase('text', 'reads what stands on the screen');
  return run.step<TextValue, TextInput>('video.text', images);
}

function findObjects(run: Run, images: Marked<ObjectsInput>): Promise<StepAnswer<ObjectsValue>> {
  run.phase('objects', 'looks for things on the keyframes');
  return run.step<ObjectsValue, ObjectsInput>('video.objects', images);
}

async function hearTrack(run: Run, probe: StepAnswer<ProbeValue>) {
  const { findsSpeech, transcribes } = videoSettings(run.params);
  if (!probe.value.hasAudio || !findsSpeech) return { speech: null, transcript: null };
  const track = { probe: markOutput(probe) };
  const speech = await run.step<SpeechValue, SpeechInput>('video.speech', track);
  if (!transcribes) return { speech, transcript: null };
  const input = { ...track, speech: markOutput(speech) };
  const transcript = await run.step<TranscriptValue, TranscriptInput>('video.transcript', input);
  return { speech, transcript };
}

async function measureAudio(run: Run, probe: StepAnswer<ProbeValue>): Promise<StepAnswer<AudioValue> | null> {
  if (!probe.value.hasAudio) return null;
  return run.step<AudioValue, AudioInput>('video.audio', { probe: markOutput(probe) });
}
