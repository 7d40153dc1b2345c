/**
 * A write to a pipe whose reader has left (`| head`) fails, and ends a process that does not listen: with it, a stack of
 * its own would be left half up. So the command goes on to its end and says nothing more. What cannot be written for
 * another reason, as on a full disk, is told, and the command has failed.
 */
export function watchOutput(): { readonly isLost: () => boolean } {
  let lost = false;
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || lost) return;
    lost = true;
    process.stderr.write(`onceflow: the output could not be written (${error.code ?? error.message})\n`);
  });
  return { isLost: () => lost };
}
