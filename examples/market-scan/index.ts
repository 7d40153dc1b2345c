/** What ONCEFLOW_KINDS names: both kinds of this package. */
import type { KindModule } from 'onceflow/kinds';
import { marketScan } from './market-scan/kind.ts';
import { stockAnalysis } from './stock-analysis/kind.ts';

const kinds: readonly KindModule[] = [marketScan, stockAnalysis];
export default kinds;
