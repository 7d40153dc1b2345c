import { Command, Option } from 'commander';
import { bits, deviceIndex, moduleNames, wholeNumber } from './arguments.ts';
import { addModels } from './program-models.ts';
import * as analyses from './commands/analyses.ts';
import { analyze } from './commands/analyze.ts';
import { clean } from './commands/clean.ts';
import { kinds } from './commands/kinds.ts';
import { list, runs } from './commands/lists.ts';
import { result } from './commands/result.ts';
import { similar } from './commands/similar.ts';
import { down, migrate, up } from './commands/stack.ts';
import { worker } from './commands/worker.ts';
import { productVersion } from './version.ts';

type Finish = (code: Promise<number>) => Promise<void>;

const target = '<analysis>';
const targetHelp = 'KIND:RESOURCE, or a run id';

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ onceflow ${line}`).join('\n')}\n`;
}

const onDuplicate = () =>
  new Option('--on-duplicate <what>', 'when it is running or completed already').choices([
    'return',
    'reject',
    'rerun',
    'coalesce',
  ]);
const fromScratch = () => new Option('--from-scratch', 'take nothing from step memory');
const reason = () => new Option('--reason <text>', 'why; kept in the audit trail');

/** The whole command line. `finish` receives what each command resolves with: the exit code. */
export function buildProgram(finish: Finish): Command {
  const program = new Command('onceflow')
    .description('Durable analyses of media and data on Temporal: run once, or again on purpose.')
    .version(productVersion())
    .option('--json', 'one JSON object a line on stdout, nothing else there')
    .option('-v, --verbose', 'say more on stderr')
    .option('--data-directory <path>', 'where the embedded stack and artefacts live (default .onceflow)')
    .option('--kinds <modules>', 'modules with kinds of your own, comma separated', moduleNames)
    .option('--owner <name>', 'owner of what is created')
    .addOption(
      new Option('--role <role>', 'in which one acts (default operator)').choices([
        'reader',
        'submitter',
        'operator',
        'admin',
      ]),
    )
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(onceflow --help lists the commands)')
    .addHelpText('after', examples('analyze film.mp4 table.csv', 'status video:film-1', 'up'));
  const on = (command: Command, run: (...given: never[]) => Promise<number>) =>
    command.action((...given: unknown[]) => {
      const self = given.at(-1) as Command;
      const named = given.slice(0, -2);
      return finish(run(...([...named, self.optsWithGlobals()] as never[])));
    });
  addMainJob(program, on);
  addStack(program, on);
  addSubmit(program, on);
  addReads(program, on);
  addLists(program, on);
  addKinds(program, on);
  addChanges(program, on);
  addModels(program, on, examples);
  return program;
}

export type On = (command: Command, run: (...given: never[]) => Promise<number>) => Command;

function addMainJob(program: Command, on: On): void {
  on(
    program
      .command('analyze <files...>')
      .description('analyse files: starts the embedded stack if none is running')
      .option('--kind <kind>', 'kind of analysis; by default the content decides')
      .option('--id <resource>', 'resource id, for one file; by default from its name and path')
      .option('--params <json>', 'parameters of the kind')
      .addOption(onDuplicate())
      .addOption(reason())
      .addOption(fromScratch())
      .option('--keep', 'leave the stack up until Ctrl-C')
      .addHelpText(
        'after',
        examples('analyze film.mp4', 'analyze --json -- *.csv', 'analyze film.mp4 --keep'),
      ),
    analyze,
  );
}

function addStack(program: Command, on: On): void {
  on(program.command('up').description('run the whole embedded stack until Ctrl-C or down'), up);
  on(program.command('down').description('stop the embedded stack of this data directory'), down);
  on(program.command('migrate').description("bring the ledger's schema up to date"), migrate);
  on(
    program
      .command('clean')
      .description('remove artefacts and records of calls that nothing needs any more')
      .option('--dry-run', 'remove nothing, say what a clean would remove')
      .option('--keep-days <n>', 'keep closed runs and unused memory for so long (default 30)', wholeNumber)
      .option(
        '--keep-calls-days <n>',
        'keep idempotency keys and logs of calls for so long (default 30)',
        wholeNumber,
      )
      .addHelpText('after', examples('clean --dry-run', 'clean --keep-days 7')),
    clean,
  );
  on(
    program
      .command('worker')
      .description('run one worker against the configured ledger and Temporal')
      .argument('<queue>', 'control, cpu, io or gpu')
      .option(
        '--device <index>',
        'gpu only: which device (default: ONCEFLOW_GPU_DEVICE, else 0)',
        deviceIndex,
      )
      .addHelpText('after', examples('worker control', 'worker gpu --device 1')),
    worker,
  );
}

function addSubmit(program: Command, on: On): void {
  on(
    program
      .command('submit <kind> <resource>')
      .description('ask for an analysis; answers at once')
      .option(
        '--source <path>',
        'where the bytes are; not needed if the resource was put before, or the kind reads none',
      )
      .option('--params <json>', 'parameters of the kind')
      .addOption(onDuplicate())
      .addOption(reason())
      .addOption(fromScratch())
      .option('--priority <n>', '1 (first) to 5', wholeNumber)
      .option('--idempotency-key <key>', 'the same key gives the first answer again')
      .option('--wait', 'wait for the end')
      .addHelpText('after', examples('submit video film-1 --source film.mp4', 'submit video film-1 --wait')),
    analyses.submit,
  );
}

function addReads(program: Command, on: On): void {
  on(
    program.command('status').description('how far it is, and why').argument(target, targetHelp),
    analyses.status,
  );
  on(
    program
      .command('result')
      .description('the newest good result')
      .argument(target, targetHelp)
      .option('--wait', 'wait for the run that is going on')
      .option('--generation <n>', 'that of this generation', wholeNumber)
      .addHelpText('after', examples('result video:film-1 --json')),
    result,
  );
  on(
    program.command('watch').description('follow it to its end').argument(target, targetHelp),
    analyses.watch,
  );
  on(
    program
      .command('similar')
      .description('images of the same owner that look nearly the same')
      .argument(target, targetHelp)
      .option('--within-bits <n>', 'how far their hashes may be apart, 0 to 7 (default 6)', bits)
      .option('--limit <n>', 'at most so many', wholeNumber)
      .addHelpText('after', examples('similar image:sunset-1a2b3c4d')),
    similar,
  );
}

function addLists(program: Command, on: On): void {
  on(
    program
      .command('list')
      .description('analyses, newest first by when each was first asked for')
      .option('--kind <kind>')
      .addOption(
        new Option('--state <state>').choices(['pending', 'running', 'completed', 'failed', 'cancelled']),
      )
      .option('--limit <n>', 'at most so many', wholeNumber)
      .option('--cursor <cursor>', 'go on where the last page ended'),
    list,
  );
  on(
    program
      .command('runs')
      .description('all runs of an analysis')
      .argument(target, targetHelp)
      .option('--steps', 'and the steps of the newest')
      .option('--events', 'and the audit trail')
      .option('--duplicates', 'and the submits that started nothing'),
    runs,
  );
}

function addKinds(program: Command, on: On): void {
  on(
    program
      .command('kinds')
      .description('kinds of analysis: policy, steps with queues and limits, params, result')
      .argument('[kind]', 'of this one only')
      .addHelpText('after', examples('kinds', 'kinds video', 'kinds --json')),
    kinds,
  );
}

function addChanges(program: Command, on: On): void {
  on(
    program.command('cancel').description('end it').argument(target, targetHelp).addOption(reason()),
    analyses.cancel,
  );
  for (const verb of ['retry', 'rerun'] as const) {
    on(
      program
        .command(verb)
        .description(verb === 'retry' ? 'run a failed or cancelled one again' : 'run a completed one again')
        .argument(target, targetHelp)
        .option('--params <json>', 'parameters of the kind')
        .addOption(reason())
        .addOption(fromScratch())
        .option('--wait', 'wait for the end'),
      (named: string, options: analyses.AgainOptions) => analyses.again(verb, named, options),
    );
  }
  on(
    program
      .command('reset')
      .description('run it again from a point in its history')
      .argument(target, targetHelp)
      .option('--to <point>', 'first, last, a step, or an event id of the history', 'first')
      .addOption(reason())
      .addHelpText('after', examples('reset video:film-1 --to video.keyframes --reason "new fonts"')),
    analyses.reset,
  );
}
