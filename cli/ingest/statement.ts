import type { Instant } from '../../kernel/time.ts';
import { dashboardsOf, type DbtDashboard } from '../../lineage/dbt/dashboards.ts';
import { metricsOf, type DbtMetric } from '../../lineage/dbt/metrics.ts';
import { instantOf } from '../../lineage/dbt/observedAt.ts';
import type { DbtProject, Skipped } from '../../lineage/dbt/project.ts';
import { signalsOf, type DbtSignal } from '../../lineage/dbt/signals.ts';

/** What a project checks, defines and shows, beside its datasets. */
export interface Stated {
  /** Null when the manifest does not say when it was written: nobody could tell what is older. */
  readonly statement: { readonly namespace: string; readonly statedAt: Instant } | null;
  readonly signals: readonly DbtSignal[];
  readonly metrics: readonly DbtMetric[];
  readonly dashboards: readonly DbtDashboard[];
  readonly skipped: readonly Skipped[];
}

export function statedBy(project: DbtProject): Stated {
  const { signals, skipped } = signalsOf(project);
  const [metrics, dashboards] = [metricsOf(project), dashboardsOf(project)];
  const statedAt = instantOf(project.generatedAt);
  if (statedAt !== null) return { statement: { namespace: project.namespace, statedAt }, signals, metrics, dashboards, skipped };
  const why = 'not sent: the manifest does not say when it was written';
  const unsent = [...signals.map(({ key }) => key), ...metrics.map(({ key }) => key), ...dashboards.map(({ name }) => name)];
  return {
    statement: null,
    signals: [],
    metrics: [],
    dashboards: [],
    skipped: [...skipped, ...unsent.map((id) => ({ id, why }))],
  };
}
