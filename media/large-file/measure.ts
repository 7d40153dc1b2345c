/** The child program that measures one chunk; about once a second a line of stdout says where it could go on from. */
import { writeSync } from 'node:fs';
import { runAsProgram } from '../program/run.ts';
import type { MeasureJob } from './job.ts';
import { measureChunk } from './measure-chunk.ts';

const STDOUT = 1;
const tell = (line: string): void => void writeSync(STDOUT, `${line}\n`);

await runAsProgram<MeasureJob>((job, report) => measureChunk(job, report, { everyMs: 1_000, tell }));
