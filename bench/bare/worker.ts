/**
 * The yardsticks: `bare` does workflows and activities in one process, as the SDK sets a worker up; `bare-steps` does
 * activities alone.
 */
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import * as activities from './activities.ts';

const [taskQueue = '', address = '', namespace = ''] = process.argv.slice(2);
const connection = await NativeConnection.connect({ address });
const workflows =
  taskQueue === 'bare' ? { workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)) } : {};
const worker = await Worker.create({ connection, namespace, taskQueue, activities, ...workflows });
await worker.run();
await connection.close();
