import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeStackData } from '../../dev/stack.ts';
import { eventually } from '../support/flow.ts';
import {
  launch,
  type Product,
  penguins,
  runCli,
  startProduct,
  trailer,
  weather,
} from '../support/product.ts';

describe('on a running stack', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.stop());

  const recordKeys = ['kind', 'resourceId', 'outcome', 'state', 'generation', 'workflowId', 'runId'];

  it('prints one JSON object a line for each file, and exits 0 when all completed', async () => {
    const run = await product.cli(['analyze', '--json', product.place(launch), product.place(penguins)]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.records.map((record) => record['kind']).sort()).toEqual(['profiling', 'video']);
    for (const record of run.records) {
      expect(Object.keys(record)).toEqual(expect.arrayContaining(recordKeys));
      expect(record).toMatchObject({
        state: 'completed',
        outcome: 'started',
        result: { status: 'complete' },
      });
    }
  });

  it('exits 1 and names code, sentence and hint when one of the files cannot be analysed', async () => {
    const run = await product.cli(['analyze', '--json', product.place(weather), 'missing.mp4']);
    expect(run.code).toBe(1);
    const failed = run.records.find((record) => record['error'] !== undefined);
    expect(failed?.['error']).toMatchObject({
      code: 'INPUT_NOT_FOUND',
      message: expect.any(String),
      hint: expect.any(String),
    });
    expect(run.records.some((record) => record['state'] === 'completed')).toBe(true);
  });

  it('prints a report with shots, loudness, columns and alerts for people', async () => {
    const run = await product.cli(['analyze', product.place(trailer), product.place(weather)]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/Shots[\s\S]*00:00:13:22[\s\S]*LUFS/);
    expect(run.stdout).toMatch(/temp_max[\s\S]*numeric[\s\S]*▅[\s\S]*Alerts/);
    expect(run.stdout).toMatch(/full result: onceflow result video:/);
  });

  it('gives the result of the generation that was named, and says so where there is none', async () => {
    const source = product.place(weather);
    const first = await product.cli(['submit', 'profiling', 'by-generation', '--source', source, '--wait']);
    expect(first.code, first.stderr).toBe(0);
    await product.cli(['rerun', 'profiling:by-generation', '--wait']);
    const generation = async (n: string) =>
      product.cli(['result', 'profiling:by-generation', '--generation', n, '--json']);
    for (const n of [1, 2]) {
      const { records } = await generation(String(n));
      expect(records[0]).toMatchObject({ generation: n, standingGeneration: 2 });
    }
    const none = await generation('9');
    expect(none.code).toBe(1);
    expect(none.records[0]?.['error']).toMatchObject({ code: 'NEVER_SUBMITTED' });
  });

  it('tells of the run that it waited for, though another one follows at once', async () => {
    const cpu = product.embedded.pids()['cpu'] ?? 0;
    const ids = ['waited-for', 'analysed-once'] as const;
    const source = product.place(weather, 'followed.csv');
    process.kill(cpu, 'SIGSTOP');
    const waiting = [
      product.cli(['submit', 'profiling', ids[0], '--source', source, '--wait', '--json']),
      product.cli(['analyze', source, '--id', ids[1], '--json']),
    ];
    try {
      for (const resourceId of ids) {
        await eventually('it was submitted', () => product.client.get({ kind: 'profiling', resourceId }));
        await product.client.submit('profiling', resourceId, { onDuplicate: 'coalesce' });
      }
    } finally {
      process.kill(cpu, 'SIGCONT');
    }
    for (const { code, records, stderr } of await Promise.all(waiting)) {
      expect(code, stderr).toBe(0);
      expect(records[0]).toMatchObject({ generation: 1, state: 'completed', result: { status: 'complete' } });
    }
    for (const resourceId of ids) {
      expect(await product.client.runs({ kind: 'profiling', resourceId })).toHaveLength(2);
    }
  });

  it('lists analyses, runs, steps and the audit trail', async () => {
    const list = await product.cli(['list', '--kind', 'video', '--json']);
    expect(list.records.length).toBeGreaterThan(0);
    const target = String(list.records[0]?.['workflowId']);
    const runs = await product.cli(['runs', target, '--steps', '--events']);
    expect(runs.stdout).toMatch(/video\.chunk[\s\S]*run\.completed/);
    const status = await product.cli(['status', String(list.records[0]?.['runId']), '--json']);
    expect(status.records[0]).toMatchObject({ state: 'completed', workflowId: target });
  });

  it('asks for operator role and a reason before it computes a finished video again', async () => {
    await product.cli([
      'submit',
      'video',
      'again',
      '--source',
      product.place(launch, 'again.webm'),
      '--wait',
    ]);
    const asSubmitter = await product.cli([
      '--role',
      'submitter',
      'rerun',
      'video:again',
      '--reason',
      'test',
    ]);
    expect(asSubmitter).toMatchObject({ code: 2, stderr: expect.stringContaining('FORBIDDEN') });
    const without = await product.cli(['rerun', 'video:again']);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('REASON_REQUIRED') });
    const run = await product.cli(['rerun', 'video:again', '--reason', 'new ffmpeg', '--wait', '--json']);
    expect(run.records.at(-1)).toMatchObject({ generation: 2, state: 'completed' });
  });

  it('says what memory gave, GPU-seconds, and what a clean would remove', async () => {
    const steps = await product.cli(['runs', 'video:again', '--steps']);
    expect(steps.stdout).toMatch(/video\.chunk[^\n]*remembered[^\n]*from [^\n]+, generation 1/);
    const runs = await product.cli(['runs', 'video:again', '--json']);
    const gpu = runs.records.map((record) => record['gpuSeconds'] as Record<string, number>);
    expect(gpu[0]?.['savedByMemory']).toBeGreaterThan(gpu[0]?.['used'] ?? 0);
    expect((await product.cli(['status', 'video:again'])).stdout).toMatch(
      /gpu +[\d.]+ s used|saved by step memory/,
    );
    // Nothing is an hour old.
    const dry = await product.cli(['clean', '--dry-run', '--json']);
    const calls = { duplicateCalls: 0, idempotencyKeys: 0, refusedWrites: 0, workers: 0 };
    expect(dry.records).toEqual([
      { dryRun: true, files: [], bytes: 0, memoryEntries: 0, calls, strange: [] },
    ]);
    await product.sql(`update onceflow.step_attempts set ended_at = ended_at - interval '60 days'`);
    await product.sql(`update onceflow.runs set ended_at = ended_at - interval '60 days'`);
    await product.sql(`update onceflow.step_memory set at = at - interval '60 days'`);
    await product.sql(`delete from onceflow.resources where resource_id = 'again'`);
    const [said] = (await product.cli(['clean', '--dry-run', '--json'])).records;
    const done = await product.cli(['clean', '--json']);
    expect(done.records).toEqual([{ ...said, dryRun: false }]);
    expect((await product.cli(['clean'])).stdout).toMatch(/^removed 0 files/);
  });

  it('exits 2 for wrong usage', async () => {
    expect((await product.cli(['analyse', 'x'])).code).toBe(2);
    expect((await product.cli(['list', '--state', 'asleep'])).code).toBe(2);
    expect((await product.cli(['status', 'nonsense'])).code).toBe(2);
    expect((await product.cli(['analyze'])).code).toBe(2);
  });

  it('exits 3 when the ledger cannot be reached', async () => {
    const env = { ONCEFLOW_DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none' };
    const run = await product.cli(['list', '--json'], { env });
    expect(run.code).toBe(3);
    expect(run.records[0]).toMatchObject({ error: { code: 'LEDGER_UNREACHABLE' } });
  });

  it('exits 130 when interrupted, and the analysis goes on', async () => {
    const film = product.place(trailer, 'interrupted.mp4');
    const run = await product.cli(['analyze', film, '--id', 'interrupted'], { interruptAt: /video\./ });
    expect(run.code).toBe(130);
    const result = await product.client.result({ kind: 'video', resourceId: 'interrupted' });
    expect(result.generation).toBe(1);
  });
});

describe('without a running stack', () => {
  const home = mkdtempSync(join(tmpdir(), 'onceflow-cli-'));
  const env = {
    ...process.env,
    ONCEFLOW_DATABASE_URL: undefined,
    ONCEFLOW_DATA_DIRECTORY: join(home, 'data'),
  };
  afterAll(async () => {
    await removeStackData(join(home, 'data'));
    rmSync(home, { recursive: true, force: true });
  });

  it('analyze starts one, analyses, stops it, and answers from the ledger the next time', async () => {
    const first = await runCli(['analyze', '--json', launch], { cwd: home, env });
    expect(first.code, first.stderr).toBe(0);
    expect(first.records[0]).toMatchObject({ outcome: 'started', state: 'completed' });
    expect(existsSync(join(home, 'data', 'stack.json'))).toBe(false);
    const second = await runCli(['analyze', '--json', launch], { cwd: home, env });
    expect(second.records[0]).toMatchObject({ outcome: 'completed', generation: 1 });
  });

  it('two at once share one stack, which stays until both have ended', async () => {
    const table = runCli(['analyze', '--json', penguins], { cwd: home, env });
    const film = runCli(['analyze', '--json', launch, '--id', 'beside'], { cwd: home, env });
    for (const run of await Promise.all([table, film])) {
      expect(run.code, run.stderr).toBe(0);
      expect(run.records[0]).toMatchObject({ outcome: 'started', state: 'completed' });
    }
    expect(existsSync(join(home, 'data', 'stack.json'))).toBe(false);
  });

  it('ends and says why when a worker of its own stack does not stay up', async () => {
    const run = await runCli(['analyze', '--json', penguins, '--id', 'no-worker'], {
      cwd: home,
      env: { ...env, FFPROBE_PATH: join(home, 'missing') },
    });
    expect(run.code, run.stderr).toBe(3);
    expect(run.records.at(-1)).toMatchObject({
      error: { code: 'WORKER_FAILED', message: expect.stringContaining('MEDIA_TOOLS_NOT_FOUND') },
    });
    expect(existsSync(join(home, 'data', 'stack.json'))).toBe(false);
  });

  it('names the way out, and no path of this machine, when the data directory cannot be made', async () => {
    const run = await runCli(['analyze', penguins, '--data-directory', join(penguins, 'data')], {
      cwd: home,
      env,
    });
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('--data-directory') });
    expect(run.stderr).not.toContain(penguins);
  });

  it('says how to start one', async () => {
    const run = await runCli(['list'], { cwd: home, env });
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('onceflow up') });
  });
});
