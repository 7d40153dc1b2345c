import { startEmbedded } from '../../dev/embedded.ts';
import { findRunningStack, stopRunningStack } from '../../dev/stack.ts';
import { migrate as migrateLedger } from '../../ledger/migrate.ts';
import { exitCodes } from '../exit-codes.ts';
import { configOf, createOutput, type GlobalOptions, reportError } from '../session.ts';

/** Runs the whole embedded stack until Ctrl-C, SIGTERM or `onceflow down`. */
export async function up(options: GlobalOptions): Promise<number> {
  const output = createOutput(options);
  try {
    const embedded = await startEmbedded(configOf(options), {
      onProgress: output.note,
      onFailure: (error) => void reportError(error, output),
    });
    const addresses = {
      attached: embedded.attached,
      temporalUiUrl: embedded.temporalUiUrl ?? null,
      temporalAddress: embedded.temporalAddress,
      temporalNamespace: embedded.temporalNamespace,
      dataDirectory: embedded.dataDirectory,
    };
    output.record(addresses);
    output.text(
      `Temporal UI  ${addresses.temporalUiUrl ?? 'off'}\nTemporal     ${addresses.temporalAddress}`,
    );
    if (embedded.attached) {
      output.text('The stack was running already; its owner keeps it.');
      return exitCodes.completed;
    }
    output.text('Ctrl-C stops it all.');
    await new Promise<void>((stop) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop());
    });
    output.note('stopping');
    await embedded.stop();
    return exitCodes.completed;
  } catch (error) {
    return reportError(error, output);
  }
}

export async function down(options: GlobalOptions): Promise<number> {
  const output = createOutput(options);
  try {
    const stopped = await stopRunningStack(configOf(options).dataDirectory);
    output.record({ stopped });
    output.text(stopped ? 'The stack is down.' : 'No stack was running here.');
    return exitCodes.completed;
  } catch (error) {
    return reportError(error, output);
  }
}

/** Brings the ledger's schema up to date: of the configured database, else of the running embedded stack. */
export async function migrate(options: GlobalOptions): Promise<number> {
  const output = createOutput(options);
  try {
    const config = configOf(options);
    const url = config.databaseUrl ?? (await findRunningStack(config.dataDirectory))?.databaseUrl;
    if (url === undefined) {
      output.note('onceflow: LEDGER_UNREACHABLE: no database is configured and no stack runs here');
      output.note('  set ONCEFLOW_DATABASE_URL, or start a stack with: onceflow up');
      return exitCodes.unreachable;
    }
    const { applied } = await migrateLedger(url);
    output.record({ applied });
    output.text(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
    return exitCodes.completed;
  } catch (error) {
    return reportError(error, output);
  }
}
