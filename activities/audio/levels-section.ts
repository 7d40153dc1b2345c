import { levelsOf } from '../../kinds/audio/levels.ts';
import type { AudioSections } from '../../kinds/audio/result.ts';
import { deadChannels, STEREO, stereoOf } from '../../kinds/audio/stereo.ts';
import type { LevelsDocument, ProbeDocument } from './documents.ts';
import { soundJob } from './feed.ts';

export function levelsSection({ measured }: LevelsDocument, plan: ProbeDocument): AudioSections['levels'] {
  const { integerBits } = soundJob(plan);
  const fullScale = integerBits === 0 ? 1 : 2 ** (integerBits - 1);
  // The largest integer is one less than half of their range.
  const scale = integerBits === 0 ? 1 : fullScale / (fullScale - 1);
  const channels = measured.channels.map((one, channel) => ({ channel, ...levelsOf([one], scale) }));
  return {
    full_scale: fullScale,
    overall: levelsOf(measured.channels, scale),
    channels,
    dead_channels: [
      ...deadChannels(
        channels.map((one) => one.rms_db),
        plan.decoded.layout,
      ),
    ],
    odd_samples: measured.oddSamples,
    method: 'as ffmpeg astats, noise floor as up to its version 6; running averages and windows of 50 ms',
  };
}

export function stereoSection({ measured }: LevelsDocument): AudioSections['stereo'] {
  return measured.stereo && { ...stereoOf(measured.stereo), limits: { ...STEREO } };
}
