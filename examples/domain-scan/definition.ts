/**
 * A site: the parent row, and its pages as sub-tasks. It has no bytes; its input is the address.
 *
 *     robots     {url}                          once: what the site allows
 *     frontier   {robots, before, pages}        once a round: which pages come next; a page is `url` and nothing more
 *     page       {frontier, index}              once a page, at most four under way; one that fails is left out
 *     result     {robots, pages, failed}        the join
 *
 * Sub-tasks are instances of a step, not analyses of their own: whatever ends the run (a cancel, the deletion of the
 * resource) ends them, and there is no result of one without the other. Nothing is remembered: a site may have changed.
 */
import { defineAnalysis, type StepDefinition } from 'onceflow/kinds';

const MINUTE_MS = 60_000;

const step = (name: string, queue: StepDefinition['queue'], summary: string): StepDefinition => ({
  name: `domain-scan.${name}`,
  queue,
  version: 1,
  timeoutMs: 2 * MINUTE_MS,
  stallMs: 30_000,
  summary,
  readsInput: false,
  remembered: false,
});

export const definition = defineAnalysis({
  kind: 'domain-scan',
  policy: 'allow-rerun',
  version: 1,
  title: 'Site',
  resultStep: 'domain-scan.result',
  resultSchema: 'analysis.domain-scan/1',
  longRunningMs: 60 * MINUTE_MS,
  steps: [
    step('robots', 'io', 'what the site allows'),
    step('frontier', 'cpu', 'which pages come next'),
    step('page', 'io', 'status, title, links and size of one page'),
    step('result', 'cpu', 'joins the pages'),
  ],
});
