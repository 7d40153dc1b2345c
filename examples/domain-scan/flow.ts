/** What the workflow and the steps say to each other. */
import type { PageSummary, ScanParams } from './schemas.ts';

export interface RobotsInput {
  readonly params: ScanParams;
}

export interface RobotsDocument {
  readonly found: 'read' | 'none' | 'unreadable';
  readonly disallow: readonly string[];
  readonly allow: readonly string[];
}

export interface FrontierInput {
  readonly params: ScanParams;
  readonly round: number;
  /** Fences. */
  readonly robots: number;
  readonly before: readonly number[];
  /** Pages of the round before. */
  readonly pages: readonly number[];
}

export interface FrontierDocument {
  readonly paths: readonly string[];
  readonly disallowed: readonly string[];
  readonly leftOut: readonly string[];
}

/** How many pages the round has; their addresses stay in the document, since a value is small. */
export interface FrontierValue {
  readonly pages: number;
}

export interface PageInput {
  readonly params: ScanParams;
  readonly frontier: number;
  readonly index: number;
}

export interface PageDocument {
  readonly summary: PageSummary;
  /** Same-origin paths that the page links to. */
  readonly paths: readonly string[];
}

export interface Failed {
  readonly frontier: number;
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface ResultInput {
  readonly params: ScanParams;
  readonly robots: number;
  readonly frontiers: readonly number[];
  readonly pages: readonly number[];
  readonly failed: readonly Failed[];
}
