/**
 * Loudness (EBU R128), silence and levels, in one decode pass: ffmpeg's filters look at the samples on their way to our
 * own meters. Loudness comes as a file of metadata, a block for each 100 ms; nothing of a track is kept in memory.
 */
import { createReadStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { refusals } from '../../kinds/audio/failures.ts';
import type { LevelsInput, LevelsValue } from '../../kinds/audio/flow.ts';
import { measuredLevelsSchema } from '../../kinds/audio/measured.ts';
import { type AudioSettings, audioSettings } from '../../kinds/audio/params.ts';
import { rounded } from '../../kinds/segment.ts';
import { MIN_LOUDNESS_RATE_HZ, UNWEIGHTED } from '../../kinds/sound/loudness.ts';
import { plainLine, refuse } from '../ffmpeg/child-exit.ts';
import { AS_MONO, isUnplacedMono, layoutOf } from '../sound/layout.ts';
import { logReader, loudnessReader } from '../sound/readers.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { ARTEFACTS, type LevelsDocument, type ProbeDocument } from './documents.ts';
import { measureSound, soundJob } from './feed.ts';

const METADATA = 'loudness.txt';
const LOUDNESS = `ebur128=metadata=1:peak=true+sample:framelog=quiet,ametadata=mode=print:file=${METADATA}`;
const MOST_COMPLAINTS = 20;

export const levels: StepImplementation<LevelsInput, LevelsValue> = async (context, input) => {
  const plan = (await context.output(input.probe)).document as ProbeDocument;
  const { silence } = audioSettings(input.params);
  const unweighted = whyUnweighted(plan);
  const weighted = unweighted === null;
  const log = complainingLog(context, plan);
  const found = await measureSound(
    context,
    plan,
    { title: 'ffmpeg levels', module: 'sound/measure-levels' },
    soundJob(plan),
    {
      filters: [
        ...(isUnplacedMono(plan.decoded) ? [AS_MONO] : []),
        ...[countedOn(plan), detector(silence), ...(weighted ? [LOUDNESS] : [])],
      ],
      onStderrLine: log.line,
    },
  );
  const measured = measuredLevelsSchema.parse(found);
  if (measured.samples === 0) throw refuse(refusals.noSamples());
  const programme = await readProgramme(context, plan, weighted);
  const duration = measured.samples / plan.decoded.rate_hz;
  const loudness = programme.result(log.summary());
  const document: LevelsDocument = {
    measured,
    programme: weighted ? loudness : null,
    unweighted,
    programme_s: loudness.measured_s,
    silence: log.silence(plan.start_s + duration),
    silenceSettings: silence,
    duration_s: rounded(duration),
    decodeErrors: log.errors(),
    complaints: log.complaints,
  };
  const path = context.artefact(ARTEFACTS.loudness.name, ARTEFACTS.loudness.mediaType);
  await writeFile(path, JSON.stringify({ interval_s: 1, short_term_lufs: programme.series() }));
  const value = { integrated_lufs: loudness.integrated_lufs, duration_s: document.duration_s };
  return { value, document };
};

/** The log, and those of its lines that are errors. */
function complainingLog(context: StepContext, plan: ProbeDocument) {
  const log = logReader(plan.origin_s);
  const complaints: string[] = [];
  return {
    ...log,
    complaints,
    line(line: string): void {
      const before = log.errors();
      log.line(line);
      if (log.errors() > before && complaints.length < MOST_COMPLAINTS) {
        complaints.push(plainLine(line, context.input));
      }
    },
  };
}

/** Why the loudness of such sound is not defined; null where it is. */
function whyUnweighted({ decoded }: ProbeDocument): string | null {
  if (decoded.rate_hz < MIN_LOUDNESS_RATE_HZ) return UNWEIGHTED.slow;
  return layoutOf(decoded) === null ? UNWEIGHTED.unplaced : null;
}

/**
 * Times by samples from the first one on: those of joined files start anew. Where the format changes ffmpeg builds the
 * filters again, and the part after that begins at its own time.
 */
function countedOn({ origin_s, decoded }: ProbeDocument): string {
  return `asetpts=N+max(STARTPTS\\,${Math.round(origin_s * decoded.rate_hz)})`;
}

function detector({ noise_db, min_duration_s }: AudioSettings['silence']): string {
  return `silencedetect=noise=${noise_db}dB:duration=${min_duration_s}`;
}

/** The values of each block, long since written, read line by line. */
async function readProgramme(context: StepContext, plan: ProbeDocument, weighted: boolean) {
  const total = plan.declared_s === null ? {} : { total: Math.round(plan.declared_s) };
  const programme = loudnessReader(plan.origin_s, (seconds) => {
    if (seconds % 60 < 1) context.progress({ done: Math.round(seconds), ...total, unit: 's of loudness' });
  });
  if (!weighted) return programme;
  const path = join(context.directory, METADATA);
  for await (const line of createInterface({ input: createReadStream(path) })) programme.line(line);
  await rm(path);
  return programme;
}
