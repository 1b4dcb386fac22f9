import type { ClaimEnd } from './claim.ts';
import { realDependencies } from './dependencies.ts';
import type { DbtConsumer, DbtOwner, DbtProject } from './project.ts';

/** An exposure, as what reads datasets and is none. */
export interface DbtDashboard {
  readonly namespace: string;
  readonly name: string;
  readonly label: string;
  readonly subtype: DashboardSubtype;
  readonly url: string | null;
  readonly maturity: 'LOW' | 'MEDIUM' | 'HIGH' | null;
  readonly description: string | null;
  readonly owners: readonly DbtOwner[];
  readonly tags: readonly string[];
  readonly reads: readonly ClaimEnd[];
}

const SUBTYPES = ['DASHBOARD', 'NOTEBOOK', 'ANALYSIS', 'ML', 'APPLICATION'] as const;
type DashboardSubtype = (typeof SUBTYPES)[number];
const MATURITIES = ['LOW', 'MEDIUM', 'HIGH'] as const;

export const dashboardsOf = (project: DbtProject): readonly DbtDashboard[] =>
  [...project.consumers.values()].filter(({ kind }) => kind === 'exposure').map((exposure) => dashboardOf(project, exposure));

function dashboardOf(project: DbtProject, exposure: DbtConsumer): DbtDashboard {
  const { id, label, url, description, owners, tags } = exposure;
  return {
    namespace: `dbt://${project.name}`,
    name: id.replace(/^exposure\./, ''),
    label,
    subtype: SUBTYPES.find((known) => known === exposure.type?.toUpperCase()) ?? 'DASHBOARD',
    url: url !== null && isWebAddress(url) ? url : null,
    maturity: MATURITIES.find((known) => known === exposure.maturity?.toUpperCase()) ?? null,
    description,
    owners,
    tags,
    reads: realReads(project, exposure.dependsOn),
  };
}

/** Only what a person may safely follow. */
const isWebAddress = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** The datasets behind models, metrics and semantic models, with ephemeral models seen through. */
export function realReads(project: DbtProject, dependsOn: readonly string[]): readonly ClaimEnd[] {
  const found = new Map<string, ClaimEnd>();
  const seen = new Set<string>();
  const open = [...dependsOn];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const dataset = project.datasets.get(id);
    for (const { namespace, name } of dataset === undefined
      ? []
      : dataset.name === null
        ? realDependencies(project, dataset)
        : [dataset])
      if (name !== null) found.set(name, { namespace, name, column: null });
    open.push(...(project.consumers.get(id)?.dependsOn ?? []));
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
