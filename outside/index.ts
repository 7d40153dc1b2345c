/** `onceflow/kinds`: to declare a kind. Pure, and light enough for workflow code: no zod in it. */
export {
  type AnalysisDefinition,
  defineAnalysis,
  type Policy,
  type Queue,
  type StepDefinition,
} from '../kinds/define.ts';
export { digestStep } from '../kinds/digest-step.ts';
export { type Marked, markOutput, type OutputMark } from '../kinds/output-mark.ts';
export type { KindModule, Schema } from './kind-module.ts';
