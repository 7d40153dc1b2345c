/** What a caller may set for a video analysis; everything has a default. Checked by params-schema.ts at the edges. */
export interface VideoParams {
  /** Length of one decode-and-detect step. Longer files than 900 of these get longer ones. */
  readonly chunk_s?: number;
  /** PySceneDetect's `threshold` of detect-content. */
  readonly shot_threshold?: number;
  /** PySceneDetect's `min_scene_len`. */
  readonly shot_min_s?: number;
  /** Shares of colour that two keyframes have in common when their shots are linked to one scene. */
  readonly scene_similarity?: number;
  /** Whether speech is listened for; on. */
  readonly speech?: 'on' | 'off';
  /** Whether the text that stands on the keyframes is read; on. */
  readonly text?: 'on' | 'off';
  /** Whether what is said is written down, which listens for speech too; off, since no model for it comes along. */
  readonly transcript?: 'off' | 'on';
  /** Whether things on the keyframes are looked for; off, for the same reason. */
  readonly objects?: 'off' | 'on';
}

export interface VideoSettings {
  readonly chunkSeconds: number;
  readonly shotThreshold: number;
  readonly shotMinSeconds: number;
  readonly sceneSimilarity: number;
  readonly findsSpeech: boolean;
  readonly readsText: boolean;
  readonly transcribes: boolean;
  readonly findsObjects: boolean;
}

export function videoSettings(params: VideoParams): VideoSettings {
  return {
    chunkSeconds: params.chunk_s ?? 60,
    shotThreshold: params.shot_threshold ?? 27,
    shotMinSeconds: params.shot_min_s ?? 0.6,
    sceneSimilarity: params.scene_similarity ?? 0.6,
    findsSpeech: params.speech !== 'off' || params.transcript === 'on',
    readsText: params.text !== 'off',
    transcribes: params.transcript === 'on',
    findsObjects: params.objects === 'on',
  };
}
