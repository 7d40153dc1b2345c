/** The headline of a result, and with what each step of it was done. */
import { counted } from '../../kinds/counted.ts';
import type { VideoSettings } from '../../kinds/video/params.ts';
import type { AudioResult, VideoResult } from '../../kinds/video/result.ts';
import { isSilent } from '../../kinds/video/sound-alerts.ts';
import { howInferred } from '../inference/sections.ts';
import type { HowDone } from '../result-envelope.ts';
import { skippedOf } from './inference-sections.ts';

const TOOLS: Readonly<Record<string, string>> = {
  'video.probe': 'ffprobe',
  'video.chunk': 'ffmpeg',
  'video.audio': 'ffmpeg',
  'video.keyframes': 'ffmpeg',
  'video.text': 'onnxruntime',
  'video.speech': 'onnxruntime',
};

export function howDone(
  settings: VideoSettings,
  video: Pick<VideoResult['video'], 'speech' | 'text' | 'transcript' | 'objects'>,
): (step: string) => HowDone {
  const { transcript, objects } = video;
  return (step) => {
    if (step === 'video.transcript' && transcript) return howInferred(transcript);
    if (step === 'video.objects' && objects) return howInferred(objects);
    return {
      tool: TOOLS[step] ?? 'onceflow',
      params: step === 'video.probe' ? { chunk_s: settings.chunkSeconds } : {},
      ...skippedOf(video, step),
    };
  };
}

export function headlineOf(video: VideoResult['video']): VideoResult['summary'] {
  const stream = video.streams.find((one) => one.index === video.analysed_stream);
  const picture = stream?.video;
  const fps = picture?.fps_avg ? ` at ${Math.round(picture.fps_avg * 1000) / 1000} fps` : '';
  const sound = video.audio ? soundOf(video.audio) : 'no sound';
  const duration = `${video.container.duration_measured_s.toFixed(1)} s`;
  const shots = counted(video.shots.length, 'shot');
  const { black, freeze, fades, letterbox } = video.technical;
  const peak = video.audio?.loudness.true_peak_dbtp;
  return {
    headline: `${duration}, ${picture?.width_px}x${picture?.height_px} ${stream?.codec ?? 'video'}${fps}, ${shots}, ${sound}`,
    facts: [
      `${counted(picture?.measured?.frames_decoded ?? 0, 'frame')} decoded`,
      `${black.length} black, ${counted(freeze.length, 'frozen part')}, ${counted(fades.length, 'fade')}`,
      ...(letterbox.detected && letterbox.crop
        ? [`letterboxed, picture ${letterbox.crop.width_px}x${letterbox.crop.height_px}`]
        : []),
      ...(typeof peak === 'number' ? [`true peak ${peak.toFixed(1)} dBTP`] : []),
      ...inferredFacts(video),
    ],
  };
}

function soundOf(audio: AudioResult): string {
  if (isSilent(audio)) return 'silent';
  const integrated = audio.loudness.integrated_lufs;
  return integrated === null ? 'no loudness' : `${integrated.toFixed(1)} LUFS`;
}

function inferredFacts({
  scenes,
  speech,
  text,
  transcript,
  objects,
}: VideoResult['video']): readonly string[] {
  return [
    ...(scenes ? [counted(scenes.length, 'scene')] : []),
    ...(speech?.status === 'ok' ? [`${speech.speech_s.toFixed(1)} s of speech`] : []),
    ...(text?.status === 'ok'
      ? [`text on ${text.keyframes_with_text} of ${text.keyframes_read} keyframes`]
      : []),
    ...(transcript?.status === 'ok' ? [`${counted(transcript.word_count, 'word')} written down`] : []),
    ...(objects?.status === 'ok'
      ? [`objects on ${objects.keyframes_with_objects} of ${objects.keyframes_looked_at} keyframes`]
      : []),
  ];
}
