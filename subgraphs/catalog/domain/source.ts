import type { Instant } from '../../../kernel/time.ts';

export interface Source {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  readonly namespace: string | null;
  /** Namespaces that it goes by, too. */
  readonly namespaceAliases: readonly string[];
  readonly location: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sealedSecrets: string | null;
  readonly state: 'active' | 'removed';
  readonly recordedAt: Instant;
}

export type CrawlPhase = 'queued' | 'running' | 'held' | 'succeeded' | 'partial' | 'failed' | 'cancelled';

export interface CrawlCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly missing: number;
  readonly removed: number;
}

export const NO_COUNTS: CrawlCounts = { added: 0, changed: 0, unchanged: 0, missing: 0, removed: 0 };

export interface Crawl {
  readonly id: string;
  readonly sourceId: string;
  readonly state: CrawlPhase;
  readonly simulated: boolean;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly counts: CrawlCounts;
  readonly reason: string | null;
  readonly releasedBy: string | null;
}

export interface CrawlScope {
  readonly path: readonly string[];
  readonly state: 'listing' | 'complete' | 'incomplete' | 'held';
  readonly expected: number | null;
  readonly listed: number;
  readonly storedUpTo: readonly string[] | null;
  /** How many had vanished when the scope was held; null when it never was. */
  readonly vanished: number | null;
  readonly reason: string | null;
}
