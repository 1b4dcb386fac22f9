import type { Instant } from '../../../../kernel/time.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import type { QualitySeverity, QualityStatus } from '../../domain/quality.ts';

/** What a tool states in one request of what it checks, defines and shows. */
export interface Told {
  readonly signals: readonly ToldSignal[];
  readonly results: readonly ToldResult[];
  readonly metrics: readonly ToldMetric[];
  readonly dashboards: readonly ToldDashboard[];
}

export interface ToldSignal {
  readonly key: string;
  readonly on: EdgeEnd;
  readonly name: string;
  readonly kind: string;
  readonly severity: QualitySeverity;
  readonly description: string | null;
  readonly criteria: unknown;
}

export interface ToldResult {
  readonly key: string;
  readonly on: EdgeEnd;
  readonly status: QualityStatus;
  readonly observedAt: Instant;
  readonly failures: string | null;
  readonly message: string | null;
  readonly maxLoadedAt: Instant | null;
  readonly run: string | null;
}

export interface ToldMetric {
  readonly key: string;
  readonly name: string;
  readonly label: string | null;
  readonly description: string | null;
  readonly type: string;
  readonly expression: string | null;
  readonly filter: string | null;
  readonly timeGrain: string | null;
  readonly dimensions: readonly string[];
  readonly reads: readonly EdgeEnd[];
}

export interface ToldDashboard {
  readonly namespace: string;
  readonly name: string;
  readonly label: string | null;
  readonly subtype: string;
  readonly url: string | null;
  readonly maturity: 'LOW' | 'MEDIUM' | 'HIGH' | null;
  readonly description: string | null;
  readonly owners: readonly { readonly email?: string | null; readonly name?: string | null }[];
  readonly tags: readonly string[];
  readonly reads: readonly EdgeEnd[];
}
