/** Models that are fetched, copied, verified and added, from a server of the test's own. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type AddRequest, addModel, pullModel } from '../../activities/inference/install.ts';
import { openModelRegistry } from '../../activities/inference/registry.ts';
import { MODEL_CATALOGUE } from '../../kinds/models/catalogue.ts';
import { modelSchema } from '../../kinds/models/model.ts';
import { download } from '../../media/models/fetch.ts';
import { sha256 } from './infer-in-test.ts';
import { makeDirectory } from './sandboxed.ts';

const quiet = { onProgress: () => {} };
const bytes = Buffer.from('as good as a model');

async function serve(answer: Buffer | number): Promise<string> {
  const server = createServer((_, response) => {
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/detector.onnx`;
}

function detector(from: AddRequest['from'], more: Partial<AddRequest> = {}): AddRequest {
  const image = { width_px: 64, height_px: 64, channels: 'rgb', scale: 1 } as const;
  const facts = {
    name: 'detector',
    version: '1',
    task: 'objects',
    family: 'yolov8',
    licence: 'MIT',
  } as const;
  return { ...facts, image, from, ...more };
}

function fileOf(content: Buffer | string, name = 'model.onnx'): string {
  const path = join(makeDirectory(), name);
  writeFileSync(path, content);
  return path;
}

it('every model of the catalogue has the form of the registry, and those of packages their pinned digests', async () => {
  for (const model of MODEL_CATALOGUE) expect(modelSchema.parse(model)).toEqual(model);
  const listed = await openModelRegistry(makeDirectory()).list();
  const states = Object.fromEntries(listed.map(({ model, state }) => [model.name, state]));
  expect(states).toEqual({
    'silero-vad': 'installed',
    'pp-ocr-det': 'installed',
    'pp-ocr-rec': 'installed',
    'yolox-s': 'absent',
  });
});

it('adds a model from an address, tells progress, and fetches it again when it was changed', async () => {
  const registry = openModelRegistry(makeDirectory());
  const url = await serve(bytes);
  const told: number[] = [];
  const added = await addModel(registry, detector({ url }, { sha256: sha256(bytes) }), {
    onProgress: (_, arrived) => told.push(arrived),
  });
  expect(added.files[0]).toEqual({
    name: 'detector.onnx',
    role: 'model',
    bytes: bytes.length,
    sha256: sha256(bytes),
    source: { url },
  });
  expect(told.at(-1)).toBe(bytes.length);
  const path = join(registry.directory, 'detector', '1', 'detector.onnx');
  expect((await registry.find('task:objects'))?.modelPath).toBe(path);
  expect(await registry.fingerprint(['task:objects', 'task:speech-to-text'])).toEqual({
    'task:objects': sha256(bytes),
    'task:speech-to-text': 'absent',
  });
  writeFileSync(path, 'as bad as a model!');
  await expect(registry.find('detector')).rejects.toMatchObject({ code: 'MODEL_CORRUPT', retry: 'never' });
  expect(await pullModel(registry, 'detector', quiet)).toMatchObject({ fetched: true });
  expect(await pullModel(registry, 'detector', quiet)).toMatchObject({ fetched: false });
});

it('keeps nothing of what has another digest, is not there, or breaks off', async () => {
  const registry = openModelRegistry(makeDirectory());
  const wrong = detector({ url: await serve(bytes) }, { sha256: sha256(Buffer.from('other')) });
  await expect(addModel(registry, wrong, quiet)).rejects.toMatchObject({ code: 'MODEL_CHECKSUM_MISMATCH' });
  const gone = detector({ url: await serve(404) }, { sha256: sha256(bytes) });
  await expect(addModel(registry, gone, quiet)).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
  expect(readdirSync(join(registry.directory, 'detector', '1'))).toEqual([]);
  expect(await registry.find('detector')).toBeNull();
});

it('without a connection says what to fetch, and takes the file when it was copied here', async () => {
  const registry = openModelRegistry(makeDirectory());
  const to = join(makeDirectory(), 'model.onnx');
  const asked = download('http://127.0.0.1:9/model.onnx', {
    ...quiet,
    model: 'm',
    name: 'model.onnx',
    sha256: 'abc',
    to,
  });
  await expect(asked).rejects.toMatchObject({
    code: 'MODEL_DOWNLOAD_FAILED',
    hint: expect.stringMatching(/sha256 abc.*onceflow models pull m --file PATH/),
  });
  expect(existsSync(to)).toBe(false);
  const other = pullModel(registry, 'yolox-s', { ...quiet, file: fileOf('another file') });
  await expect(other).rejects.toMatchObject({ code: 'MODEL_CHECKSUM_MISMATCH' });
});

it('pins the digest of a file, its vocabulary and its labels', async () => {
  const registry = openModelRegistry(makeDirectory());
  const vocabulary = fileOf('{"<pad>": 0}', 'vocab.json');
  const speech = {
    name: 'speech',
    task: 'speech-to-text',
    family: undefined,
    vocabulary,
    image: undefined,
  } as const;
  const added = await addModel(registry, detector({ file: fileOf(bytes) }, speech), quiet);
  expect(added).toMatchObject({
    family: 'wav2vec2-ctc',
    files: [{ sha256: sha256(bytes) }, { role: 'vocabulary' }],
  });
  const fingerprint = (await registry.fingerprint(['speech']))['speech'];
  expect(fingerprint).toBe(`${sha256(bytes)}+${sha256(readFileSync(vocabulary))}`);
  const labels = fileOf('red\r\ngreen\n', 'labels.txt');
  expect((await addModel(registry, detector({ file: fileOf(bytes) }, { labels }), quiet)).labels).toEqual([
    'red',
    'green',
  ]);
});

it('refuses what it could not run, before it fetches anything', async () => {
  const registry = openModelRegistry(makeDirectory());
  const file = fileOf(bytes);
  const refused = [
    detector({ file }, { name: 'yolox-s' }),
    detector({ file }, { name: '../up' }),
    detector({ file }, { family: undefined }),
    detector({ file }, { family: 'wav2vec2-ctc' }),
    detector({ file }, { image: undefined }),
    detector({ file }, { licence: '' }),
    detector({ file }, { task: 'speech-to-text', family: undefined }),
    detector({ url: 'http://127.0.0.1:9/m.onnx' }),
  ];
  for (const request of refused) {
    await expect(addModel(registry, request, quiet)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  await expect(addModel(registry, detector({ file: '/nowhere' }), quiet)).rejects.toMatchObject({
    code: 'MODEL_FILE_MISSING',
  });
  await expect(pullModel(registry, 'nobody', quiet)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
});
