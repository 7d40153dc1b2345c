/** Runs the steps of a video analysis with the real sandbox, but without ledger and engine. */
import type { StepContext } from '../../activities/step-context.ts';
import { videoSteps } from '../../activities/video/steps.ts';
import { chunkInputs, type ProbeValue } from '../../kinds/video/flow.ts';
import type { VideoParams } from '../../kinds/video/params.ts';
import type { VideoResult } from '../../kinds/video/result.ts';
import { openSteps, type Steps, type StepsDone } from '../support/steps.ts';

export interface Analysed extends StepsDone {
  readonly result: VideoResult;
}

export interface AnalyseOptions {
  readonly params?: VideoParams;
  readonly device?: StepContext['device'];
  readonly signal?: AbortSignal;
  readonly modelsDirectory?: string;
  /** Otherwise neither speech nor text is looked for: models take longer than all else. */
  readonly inference?: 'asked';
}

/** The whole story, chunks one after the other beside the audio, as one gpu worker and one cpu worker do it. */
export async function analyseVideo(
  file: string,
  directory: string,
  options: AnalyseOptions = {},
): Promise<Analysed> {
  const steps = await openSteps(videoSteps, file, directory, options);
  try {
    return await analyse(steps, options);
  } finally {
    await steps.close();
  }
}

async function analyse(steps: Steps, { params = {}, inference }: AnalyseOptions): Promise<Analysed> {
  const probe = await steps.run<ProbeValue>('video.probe', 'one', { params });
  const measureChunks = async (): Promise<readonly number[]> => {
    const fences: number[] = [];
    for (const input of chunkInputs(probe.fence, probe.value)) {
      fences.push((await steps.run('video.chunk', `chunk-${input.chunk}`, input)).fence);
    }
    return fences;
  };
  const measureAudio = async (): Promise<number | null> =>
    probe.value.hasAudio ? (await steps.run('video.audio', 'one', { probe: probe.fence })).fence : null;
  const [chunks, audio] = await Promise.all([measureChunks(), measureAudio()]);
  const measured = { probe: probe.fence, chunks, params };
  const keyframes = await steps.run('video.keyframes', 'one', measured);
  const inferred = { text: null, speech: null } as { text: number | null; speech: number | null };
  if (inference === 'asked') {
    inferred.text = (await steps.run('video.text', 'one', { keyframes: keyframes.fence })).fence;
    if (probe.value.hasAudio) {
      inferred.speech = (await steps.run('video.speech', 'one', { probe: probe.fence })).fence;
    }
  }
  const asked = {} as { transcript?: number; objects?: number };
  if (params.transcript === 'on' && inferred.speech !== null) {
    const heard = { probe: probe.fence, speech: inferred.speech };
    asked.transcript = (await steps.run('video.transcript', 'one', heard)).fence;
  }
  if (params.objects === 'on') {
    asked.objects = (await steps.run('video.objects', 'one', { keyframes: keyframes.fence })).fence;
  }
  const joins = { ...measured, audio, keyframes: keyframes.fence, ...inferred, ...asked };
  const result = await steps.run('video.result', 'one', joins);
  return { ...steps.done(), result: steps.document(result.fence) as VideoResult };
}
