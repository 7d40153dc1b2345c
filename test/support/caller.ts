import { connect } from '../../client/index.ts';
import type { CallerJob } from './callers.ts';

/** A process that calls the product as a service does: says `ready`, waits for a word, then one answer a line. */
const job = JSON.parse(process.argv[2] ?? '') as CallerJob;
// Thousands of starts are the relay's: what is asked here is when a submit can be read.
const writer = await connect({ dispatch: job.do === 'submit' ? 'now' : 'relay' });
const reader = await connect();
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function submitAtOnce({ times, kind, resourceId, source }: Extract<CallerJob, { do: 'submit' }>) {
  const one = async () => {
    const { outcome, generation, runId, why } = await writer.submit(kind, resourceId, { source });
    say({ outcome, generation, runId, why });
  };
  await Promise.all(Array.from({ length: times }, one));
}

/** Each lane asks for an analysis, reads it through another client, and cancels it, so that the next ask starts one. */
async function readOwnSubmits({ times, lanes, kind, source }: Extract<CallerJob, { do: 'read-own' }>) {
  const lane = async (_: unknown, number: number) => {
    const ref = { kind, resourceId: `own-${process.pid}-${number}` };
    for (let round = 0; round < times / lanes; round += 1) {
      const asked = await writer.submit(kind, ref.resourceId, { source });
      const seen = await reader.get(ref);
      say({
        asked: asked.generation,
        outcome: asked.outcome,
        seen: seen?.run.generation ?? null,
      });
      await writer.cancel(ref);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

say('ready');
await new Promise((resolve) => process.stdin.once('data', resolve));
if (job.do === 'submit') await submitAtOnce(job);
else await readOwnSubmits(job);
process.stdin.destroy();
await Promise.all([writer.close(), reader.close()]);
