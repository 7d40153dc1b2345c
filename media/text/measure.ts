/** The child program that measures one text. */
import { runAsProgram } from '../program/run.ts';
import type { TextJob } from './job.ts';
import { measureText } from './measure-text.ts';

await runAsProgram<TextJob>(measureText);
