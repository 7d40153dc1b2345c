/** Params and results of both kinds. Apart from the definitions: workflows import those and need no zod. */
import { type alertSchema, count, envelopeShape, envelopeWithoutBytes, z } from 'onceflow/results';

export const SYMBOL = /^[A-Z][A-Z0-9.]{0,9}$/;

const recentDays = z.number().int().min(1).max(250).default(21);

export const stockParams = z.strictObject({ recentDays });

export const scanParams = z.strictObject({
  /** Folder of price files. */
  market: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .default('synthetic'),
  /** Default: all of the market. */
  symbols: z.array(z.string().regex(SYMBOL)).min(1).max(200).optional(),
  recentDays,
});

export const indicators = z.strictObject({
  days: count,
  from: z.string(),
  to: z.string(),
  last_close: z.number(),
  return_recent_pct: z.number().nullable(),
  return_total_pct: z.number(),
  volatility_year_pct: z.number(),
  average_20_days: z.number().nullable(),
  average_50_days: z.number().nullable(),
  rsi_14_days: z.number().nullable(),
  drawdown_max_pct: z.number(),
  drawdown_from: z.string(),
  drawdown_to: z.string(),
  trend: z.enum(['up', 'down']).nullable(),
});

export const stockResult = z.strictObject({
  schema: z.literal('analysis.stock-analysis/1'),
  ...envelopeShape,
  stock: indicators,
});

export const scanResult = z.strictObject({
  schema: z.literal('analysis.market-scan/1'),
  ...envelopeWithoutBytes,
  market: z.strictObject({
    name: z.string(),
    recent_days: count,
    analysed: count,
    /** Stocks that could not be analysed, and why. */
    failed: z.array(z.strictObject({ symbol: z.string(), code: z.string(), message: z.string() })),
    stocks: z.array(indicators.extend({ symbol: z.string() })),
  }),
});

export type StockParams = z.infer<typeof stockParams>;
export type ScanParams = z.infer<typeof scanParams>;
export type StockResult = z.infer<typeof stockResult>;
export type ScanResult = z.infer<typeof scanResult>;
export type Alert = z.infer<typeof alertSchema>;
