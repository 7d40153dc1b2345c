import { count, envelopeWithoutBytes, z } from 'onceflow/results';

export const scanParams = z.strictObject({
  /** Where the scan begins; only pages of the same origin are fetched. */
  url: z.url({ protocol: /^https?$/ }),
  pages_max: z.number().int().min(1).max(200).default(50),
  /** Rounds of links followed from the first page. */
  depth_max: z.number().int().min(0).max(10).default(3),
  page_bytes_max: z.number().int().min(1_000).max(10_000_000).default(1_000_000),
  /** Longest that one page may take. */
  page_timeout_ms: z.number().int().min(100).max(25_000).default(10_000),
});

export const pageSchema = z.strictObject({
  path: z.string(),
  http_status: z.number().int(),
  content_type: z.string().nullable(),
  title: z.string().nullable(),
  links: count,
  /** Of those, links to other origins. */
  links_outside: count,
  body_bytes: count,
  /** The body was longer than `page_bytes_max`; what came after was not read. */
  cut: z.boolean(),
  redirects: count,
});

export const scanResult = z.strictObject({
  schema: z.literal('analysis.domain-scan/1'),
  ...envelopeWithoutBytes,
  site: z.strictObject({
    origin: z.string(),
    robots: z.enum(['read', 'none', 'unreadable']),
    pages: z.array(pageSchema),
    failed: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() })),
    /** Same-origin links that were not followed because robots.txt says so. */
    disallowed: count,
    /** Found and not fetched, because of `pages_max` or `depth_max`. */
    left_out: count,
  }),
});

export type ScanParams = z.infer<typeof scanParams>;
export type PageSummary = z.infer<typeof pageSchema>;
export type ScanResult = z.infer<typeof scanResult>;
