#!/usr/bin/env node
/**
 * The command `onceflow`. In a checkout it runs cli/main.ts, for which it takes the packaged Node when the one that
 * started it is too old to run TypeScript; in an installed package it runs what the build made of it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'cli', 'main.ts');
const built = (name) => join(root, 'dist', name);

const isAtLeast = (major, minor) => {
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
};

const packagedNode = () => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    return undefined;
  }
};

const stop = (message) => {
  process.stderr.write(`onceflow: ${message}\n`);
  process.exit(3);
};

/** Keeps what Node makes of our modules for the next call; those before Node 22 make it anew each time. */
const keepCompiledCode = ({ codeDirectoryOfUser }) => {
  const directory = codeDirectoryOfUser();
  if (directory !== undefined) nodeModule.enableCompileCache?.(join(directory, 'node'));
};

/** Runs the same command under another Node and ends as it ends. */
const runUnder = (node) => {
  const child = spawn(node, [source, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal; we wait for how it ends. A SIGTERM to us alone is passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => stop(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
};

if (!existsSync(source)) {
  if (!isAtLeast(20, 19)) stop(`needs Node 20.19 or newer, this is ${process.versions.node}.`);
  // cli/main looks at argv[1] to know that it is the program and not a module somebody imported.
  process.argv[1] = built('cli/main.js');
  keepCompiledCode(await import(pathToFileURL(built('config/compiled-code.js')).href));
  await import(pathToFileURL(process.argv[1]).href);
} else if (isAtLeast(22, 18)) {
  process.argv[1] = source;
  keepCompiledCode(await import('../config/compiled-code.ts'));
  await import(pathToFileURL(source).href);
} else {
  const node = packagedNode();
  if (node === undefined || !existsSync(node)) {
    stop(
      `needs Node 22.18 or newer to run from a checkout, this is ${process.versions.node}. Run \`npm ci\` first.`,
    );
  } else runUnder(node);
}
