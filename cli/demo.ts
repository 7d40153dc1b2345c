import { fileURLToPath } from 'node:url';
import { type Answer, connect, type Onceflow, resourceIdOf } from '../client/index.ts';
import { type Embedded, startEmbedded } from '../dev/embedded.ts';
import { analyze } from './commands/analyze.ts';
import { exitCodes } from './exit-codes.ts';
import { watchOutput } from './lost-output.ts';
import { configOf, createOutput, reportError } from './session.ts';

/**
 * The main job on real media: a film trailer and a table, analysed on the embedded stack; then both asked for again,
 * to show the two policies. `--keep` leaves the stack up.
 */
const media = ['sintel_trailer-720p.mp4', 'seattle-weather.csv'].map((name) =>
  fileURLToPath(new URL(`../examples/media/${name}`, import.meta.url)),
) as [string, string];

const keep = process.argv.includes('--keep');
const output = createOutput({});
watchOutput();

process.exitCode = await demo().catch((error: unknown) => reportError(error, output));

async function demo(): Promise<number> {
  output.note('Onceflow demo: one film trailer, one table.\n');
  const embedded = await startEmbedded(configOf({}), {
    roots: [fileURLToPath(new URL('../examples/media', import.meta.url))],
    onProgress: output.note,
    onFailure(error) {
      reportError(error, output);
      // As Ctrl-C does: the analysis that would wait for that worker ends, and then the stack.
      process.kill(process.pid, 'SIGINT');
    },
  });
  try {
    const code = await analyze(media, {});
    if (code !== exitCodes.completed) return code;
    const client = await connect({ role: 'operator' });
    try {
      await askAgain(client);
    } finally {
      await client.close();
    }
    await showWhereToLook(embedded);
    return exitCodes.completed;
  } finally {
    await embedded.stop();
  }
}

async function askAgain(client: Onceflow): Promise<void> {
  output.text('\n━━ Both asked for again ━━\n');
  const [film, table] = media;
  const heavy = await client.submit('video', await resourceIdOf(film), { source: film });
  const light = await client.submit('profiling', await resourceIdOf(table), { source: table });
  tell('video, no-repeat', heavy);
  tell('profiling, allow-rerun', light);
  await client.result(light);
  output.text(`\nThe table was profiled again: its newest result is of generation ${light.generation}.`);
}

function tell(what: string, answer: Answer): void {
  output.text(
    `${what.padEnd(24)} ${answer.outcome.padEnd(10)} generation ${answer.generation}: ${answer.why}`,
  );
}

async function showWhereToLook(embedded: Embedded): Promise<void> {
  if (!keep) {
    output.text(
      '\nTo look at it all in the Temporal UI: npm run demo -- --keep, then open the address it prints.',
    );
    output.text('Status and results stay: npm run onceflow -- up, then npm run onceflow -- list');
    return;
  }
  const workflows = `${embedded.temporalUiUrl ?? ''}/namespaces/${embedded.temporalNamespace}/workflows`;
  const [film, table] = media;
  output.text(`\nTemporal UI: ${workflows}`);
  output.text(`  the film:  ${workflows}?query=${await queryOf('video', film)}`);
  output.text(`  the table: ${workflows}?query=${await queryOf('profiling', table)}`);
  if (embedded.attached) return;
  output.text('The stack stays up until Ctrl-C.');
  await new Promise<void>((stop) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop());
  });
}

async function queryOf(kind: string, path: string): Promise<string> {
  return encodeURIComponent(`AnalysisKind="${kind}" AND ResourceId="${await resourceIdOf(path)}"`);
}
