/** The child program that looks into one file. */
import { runAsProgram } from '../program/run.ts';
import { inspectFile } from './inspect-file.ts';
import type { InspectJob } from './job.ts';

await runAsProgram<InspectJob>(inspectFile);
