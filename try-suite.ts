import { conformance } from './conformance/index.ts';
import { openWorkshop } from './test/video/made.ts';
import { sampleOf } from './test/conformance/samples.ts';
const workshop = await openWorkshop();
const only = process.argv.slice(2);
const samples = only.map((kind) => ({ kind, ...sampleOf[kind]!(workshop) }));
const suite = conformance({ samples, cancelWithinMs: 8000, onProgress: console.log });
for (const { title, run } of suite.cases) {
  await run().then(() => console.log('ok  ', title), (e: any) => console.log('FAIL', title, '\n    ', String(e.message).slice(0, 1500), '\n', String(e.stack).split('\n').filter((l:string)=>/conformance\//.test(l)).slice(0,3).join('\n')));
  
}
await (suite as any).debug?.();
await suite.stop();
workshop.close();
