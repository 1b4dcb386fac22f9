import type { Instant } from '../../../kernel/time.ts';
import type { No } from './asset.ts';

export const QUALITY_STATUSES = ['SKIPPED', 'PASS', 'WARN', 'FAIL', 'ERROR'] as const;
export type QualityStatus = (typeof QUALITY_STATUSES)[number];
export type QualitySeverity = 'ERROR' | 'WARN';

/** Of two results of one moment the worse one counts. */
export const badnessOf = (status: QualityStatus): number => QUALITY_STATUSES.indexOf(status);

/** What somebody expects of a dataset or a column, with what was found last. */
export interface QualitySignal {
  readonly id: string;
  readonly datasetNo: No;
  readonly columnName: string | null;
  readonly columnNo: No | null;
  readonly tool: string;
  readonly name: string;
  readonly kind: string;
  readonly severity: QualitySeverity;
  readonly description: string | null;
  readonly criteria: unknown;
  readonly firstSeenAt: Instant;
  /** What the list is ordered by. */
  readonly sortName: string;
  readonly status: QualityStatus | null;
  readonly message: string | null;
  readonly failures: string | null;
  readonly observedAt: Instant | null;
  readonly maxLoadedAt: Instant | null;
}

export interface QualityResult {
  readonly status: QualityStatus;
  readonly badness: number;
  readonly observedAt: Instant;
  readonly recordedAt: Instant;
  readonly failures: string | null;
  readonly message: string | null;
  readonly maxLoadedAt: Instant | null;
  readonly run: string | null;
}

export interface DatasetQuality {
  readonly passing: number;
  readonly warning: number;
  readonly failing: number;
  readonly erroring: number;
  readonly unknown: number;
  readonly lastObservedAt: Instant | null;
}

/** A figure that is computed from datasets. */
export interface Metric {
  readonly id: string;
  readonly name: string;
  readonly label: string | null;
  readonly description: string | null;
  readonly type: string;
  readonly expression: string | null;
  readonly filter: string | null;
  readonly timeGrain: string | null;
  readonly dimensions: readonly string[];
  readonly datasetNos: readonly No[];
  readonly columnNos: readonly No[];
  readonly producer: string;
  readonly sortName: string;
  readonly definedAt: Instant;
}

/** `dbt` for `dbt/shop`. */
export const toolOf = (producer: string): string => /^[^/\s]+/.exec(producer)?.[0] ?? producer;

/** What is to be done with one definition that a tool states. */
export type Verdict = 'open' | 'replace' | 'keep' | 'ignore';

/** The last row of what carries the same key. */
export interface KnownDefinition {
  readonly id: string;
  readonly statedAt: Instant;
  readonly isCurrent: boolean;
  /** Digest of what it says. */
  readonly digest: string;
}

/**
 * What a statement does to what is known under the same key. What an older statement says gives way, whichever comes first:
 * it must bring back nothing that a newer one has ended.
 * @param lastStatedAt when the same tool stated last what it defines here; null before the first time
 */
export function verdictOn(
  known: KnownDefinition | undefined,
  told: { readonly digest: string; readonly statedAt: Instant },
  lastStatedAt: Instant | null,
): Verdict {
  const last = known?.statedAt ?? lastStatedAt;
  if ([last, lastStatedAt].some((at) => at !== null && told.statedAt < at)) return 'ignore';
  if (known === undefined || !known.isCurrent) return 'open';
  return known.digest === told.digest ? 'keep' : 'replace';
}
