/** What the file is, by its own bytes, before any decoder sees it. */
import { open } from 'node:fs/promises';
import { refusals } from '../../kinds/video/failures.ts';
import { type Container, SNIFF_BYTES, sniff } from '../../kinds/container/sniff.ts';
import { type Mp4Outline, readMp4Outline } from '../../media/video/mp4-boxes.ts';
import type { StepContext } from '../step-context.ts';
import { refuse } from '../ffmpeg/child-exit.ts';

export interface Inspected {
  readonly sniffed: Container;
  /** Of MP4 and QuickTime files. */
  readonly outline: Mp4Outline | null;
}

/** Throws a StepFailure for everything that is no video container. */
export async function inspect(context: StepContext): Promise<Inspected> {
  const file = await open(context.input.path);
  try {
    const head = Buffer.alloc(Math.min(SNIFF_BYTES, context.input.bytes));
    await file.read(head, 0, head.length, 0);
    const sniffed = sniff(head);
    switch (sniffed.is) {
      case 'empty':
        throw refuse(refusals.empty());
      case 'text':
        throw refuse(refusals.text());
      case 'playlist':
        throw refuse(refusals.playlist(sniffed.format));
      case 'image':
        throw refuse(refusals.image(sniffed.format));
      case 'unknown':
        throw refuse(refusals.unknown());
      case 'container': {
        const outline = sniffed.demuxer === 'mov' ? await readMp4Outline(file, context.input.bytes) : null;
        const declared = outline?.sample_entry;
        // The pictures may decode all the same, but no player shows them.
        if (declared && declared.width_px * declared.height_px === 0) throw refuse(refusals.dimensions());
        return { sniffed, outline };
      }
    }
  } finally {
    await file.close();
  }
}
