import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { StackError } from './errors.ts';
import { waitUntil } from './wait.ts';

export const temporalNamespace = 'default';

/** What operators filter by in the Temporal UI. A namespace has ten Keyword slots. */
export const searchAttributes = {
  AnalysisKind: 'Keyword',
  ResourceId: 'Keyword',
  AnalysisPolicy: 'Keyword',
  AnalysisStep: 'Keyword',
  Trigger: 'Keyword',
  Owner: 'Keyword',
  Generation: 'Int',
} as const;

/** The dev server's own 24 h would make finished runs unreadable the next day. */
const retentionHours = 720;

const { IndexedValueType } = proto.temporal.api.enums.v1;
const indexedTypes = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
} as const;

/** Opens a connection to a server on loopback; a proxy that the environment names is never asked. */
export function connectTemporal(address: string, timeoutMs: number): Promise<Connection> {
  return Connection.connect({
    address,
    connectTimeout: timeoutMs,
    channelArgs: { 'grpc.enable_http_proxy': 0 },
  });
}

/** Throws while the server does not serve its namespace yet. */
export async function prepareNamespace(address: string): Promise<void> {
  const connection = await connectTemporal(address, 5000);
  try {
    await connection.withDeadline(Date.now() + 20_000, async () => {
      await ensureRetention(connection);
      await ensureSearchAttributes(connection);
    });
  } finally {
    await connection.close();
  }
}

async function ensureRetention(connection: Connection): Promise<void> {
  const seconds = retentionHours * 3600;
  const current = async () => {
    const { config } = await connection.workflowService.describeNamespace({ namespace: temporalNamespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  };
  if ((await current()) === seconds) return;
  await connection.workflowService.updateNamespace({
    namespace: temporalNamespace,
    config: { workflowExecutionRetentionTtl: proto.google.protobuf.Duration.fromObject({ seconds }) },
  });
  if ((await current()) !== seconds) {
    throw new StackError(
      'TEMPORAL_START_FAILED',
      'Temporal did not take the retention of 30 days',
      'start again, or choose another Temporal version',
    );
  }
}

async function ensureSearchAttributes(connection: Connection): Promise<void> {
  const missing = async () => {
    const known = await connection.operatorService.listSearchAttributes({ namespace: temporalNamespace });
    return Object.entries(searchAttributes).filter(([name]) => known.customAttributes?.[name] === undefined);
  };
  const wanting = await missing();
  if (wanting.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace: temporalNamespace,
    searchAttributes: Object.fromEntries(wanting.map(([name, type]) => [name, indexedTypes[type]])),
  });
  if (!(await waitUntil(async () => (await missing()).length === 0, 15_000, 100))) {
    const names = wanting.map(([name]) => name).join(', ');
    throw new StackError(
      'TEMPORAL_START_FAILED',
      `Temporal did not register the search attributes ${names}`,
      'start again',
    );
  }
}
