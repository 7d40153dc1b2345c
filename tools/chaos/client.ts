/** A client process of the fault run: does what it is told with one analysis after another, and writes it all down. */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect, type Onceflow } from '../../client/index.ts';
import { appendTo } from '../../test/checker/history.ts';
import { createRecorder, recordCalls } from '../../test/checker/record-calls.ts';
import { holdAtWindows, tellParent } from './hold.ts';
import { repeated, single } from './kind/definition.ts';
import type { ToProcess } from './messages.ts';
import { createRandom } from './random.ts';
import { askAbout } from './script.ts';

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'client' },
    history: { type: 'string', default: '' },
    source: { type: 'string', default: '' },
    dispatch: { type: 'string', default: 'now' },
    seed: { type: 'string', default: '1' },
  },
});

holdAtWindows();
const recorded = createRecorder(values.name, appendTo(values.history));
const calls = recordCalls(await connected(), recorded);
process.on('message', (message: ToProcess) => {
  if (message.do !== 'analyse') return;
  const { index } = message;
  const random = createRandom(Number(values.seed) * 1_000_003 + index);
  void askAbout(index, { calls, random, source: values.source }).then(() =>
    tellParent({ said: 'analysed', index }),
  );
});
process.channel?.ref();
tellParent({ said: 'ready' });

/** Postgres may be down when the process starts. */
async function connected(): Promise<Onceflow> {
  for (;;) {
    try {
      return await connect({
        kinds: [{ definition: single }, { definition: repeated }],
        role: 'operator',
        actor: values.name,
        owner: 'chaos',
        dispatch: values.dispatch === 'relay' ? 'relay' : 'now',
      });
    } catch {
      await delay(200);
    }
  }
}
