import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';

const program = buildProgram(async (code) => {
  process.exitCode = await code;
});
program.exitOverride();
for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.completed : exitCodes.usage;
}
