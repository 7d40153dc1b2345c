import { type Command, CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { watchOutput } from './lost-output.ts';
import { buildProgram } from './program.ts';

const output = watchOutput();
const program = buildProgram(async (code) => {
  process.exitCode = await code;
});
const throwInstead = (command: Command): void => {
  for (const below of command.commands) {
    below.copyInheritedSettings(command.exitOverride());
    throwInstead(below.exitOverride());
  }
};
throwInstead(program);
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.completed : exitCodes.usage;
}
process.once('exit', () => {
  if (output.isLost() && process.exitCode === exitCodes.completed) process.exitCode = exitCodes.failed;
});
