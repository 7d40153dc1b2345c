/** What ONCEFLOW_KINDS names: the kind of this package. */
import type { KindModule } from 'onceflow/kinds';
import { definition } from './definition.ts';
import { scanParams, type ScanResult, scanResult } from './schemas.ts';
import { frontier, page, result, robots } from './steps.ts';

const domainScan: KindModule = {
  definition,
  implementations: {
    'domain-scan.robots': robots,
    'domain-scan.frontier': frontier,
    'domain-scan.page': page,
    'domain-scan.result': result,
  },
  workflowsPath: new URL('workflow.ts', import.meta.url).href,
  params: scanParams,
  result: scanResult,
  report: ({ site }: ScanResult) =>
    site.pages
      .map(
        ({ path, http_status, title, links }) => `${http_status}  ${path}  ${title ?? '–'}  (${links} links)`,
      )
      .join('\n'),
};
export default domainScan;
