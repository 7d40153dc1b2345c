import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { settings } from '../../config/settings.ts';

const page = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url));

it('documents every setting (after a change: npm test -- test/config -u)', async () => {
  const rows = Object.values(settings).map(
    ({ env, unset, description }) => `| \`${env}\` | ${unset} | ${description} |`,
  );
  await expect(markdown(rows)).toMatchFileSnapshot(page);
});

function markdown(rows: readonly string[]): string {
  return `# Configuration

Everything is set by environment variables, read once at start by one schema (\`config/settings.ts\`). A variable that
starts with \`ONCEFLOW_\` and is no setting stops the process and says what was probably meant. An empty variable counts
as not set. \`connect({...})\` takes the same settings as options, which win over the environment.

| variable | when it is not set | what it is |
|---|---|---|
${rows.join('\n')}

## Temporal

Temporal's own variables and profile file are honoured, as every Temporal tool reads them:

| variable | what it is |
|---|---|
| \`TEMPORAL_ADDRESS\` | \`host:port\`; not set: the running embedded stack of the data directory, else \`localhost:7233\` |
| \`TEMPORAL_NAMESPACE\` | not set: the embedded stack's, else \`default\` |
| \`TEMPORAL_API_KEY\` | API key of Temporal Cloud; switches TLS on |
| \`TEMPORAL_TLS\`, \`TEMPORAL_TLS_CLIENT_CERT_PATH\`, \`TEMPORAL_TLS_CLIENT_KEY_PATH\`, \`TEMPORAL_TLS_SERVER_CA_CERT_PATH\`, \`TEMPORAL_TLS_SERVER_NAME\` | TLS; each path has a \`_DATA\` form that holds the text itself |
| \`TEMPORAL_CONFIG_FILE\`, \`TEMPORAL_PROFILE\` | profile file (default: the Temporal CLI's own) and the profile in it |

The server needs the search attributes \`AnalysisKind\`, \`ResourceId\`, \`AnalysisPolicy\`, \`AnalysisStep\`, \`Trigger\`,
\`Owner\` (Keyword) and \`Generation\` (Int). The embedded stack and \`docker-compose.yml\` register them.

## Where the ledger is

\`ONCEFLOW_DATABASE_URL\`, if it is set. Else the embedded stack that runs on the data directory (\`onceflow up\`, or an
\`onceflow analyze\` that is under way). Else the call fails with \`LEDGER_UNREACHABLE\` and says what to do.

One process opens at most \`ONCEFLOW_POOL_MAX\` connections, and one more to be notified. A call that finds all of them
busy waits \`ONCEFLOW_POOL_WAIT_MS\`, then fails with \`POOL_EXHAUSTED\`; it never hangs. The same time is how long a call
whose connection was lost is repeated before it fails with \`LEDGER_UNREACHABLE\`.
`;
}
