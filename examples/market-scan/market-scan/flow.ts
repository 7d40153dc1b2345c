/** What the workflow and the steps say to each other. */
import type { ScanParams } from '../schemas.ts';

export interface ListInput {
  readonly market: string;
  readonly symbols: readonly string[] | null;
  readonly page: number;
}

export interface Listed {
  readonly symbol: string;
  /** First 16 digits of the sha256 of its prices; null: there are none. */
  readonly sha256: string | null;
}

/** A page is small enough to travel: a value has at most 2 kB. */
export interface ListValue {
  readonly stocks: readonly Listed[];
  readonly more: boolean;
}

export interface StockInput extends Listed {
  readonly market: string;
  readonly recentDays: number;
}

export interface Failed {
  readonly symbol: string;
  readonly code: string;
  readonly message: string;
}

export interface ResultInput {
  readonly params: ScanParams;
  /** Fences of the outputs of `stock`. */
  readonly stocks: readonly number[];
  readonly failed: readonly Failed[];
}
