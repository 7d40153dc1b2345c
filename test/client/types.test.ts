import { expectTypeOf, it } from 'vitest';
import type { AnalysisResult, Answer, Onceflow, ParamsOf, ResultOf } from '../../client/index.ts';
import type { ProfilingParams } from '../../kinds/profiling/params.ts';
import type { ProfilingResult } from '../../kinds/profiling/result.ts';

declare module '../../client/index.ts' {
  interface AnalysisTypes {
    'type-probe': { params: { depth: number }; result: { found: string[] } };
  }
}

it('params and results are typed by kind, also those of a kind that was added', () => {
  expectTypeOf<ParamsOf<'profiling'>>().toEqualTypeOf<ProfilingParams>();
  expectTypeOf<ResultOf<'profiling'>>().toEqualTypeOf<ProfilingResult>();
  expectTypeOf<ResultOf<'type-probe'>>().toEqualTypeOf<{ found: string[] }>();
  type Submitted = Awaited<ReturnType<typeof submitted>>;
  const submitted = (client: Onceflow) => client.submit('profiling', 'table', { params: { header: 'none' } });
  expectTypeOf<Submitted>().toEqualTypeOf<Answer<'profiling'>>();
  const waited = async (client: Onceflow) => client.result(await submitted(client));
  expectTypeOf<Awaited<ReturnType<typeof waited>>>().toEqualTypeOf<AnalysisResult<'profiling'>>();
});
