import { ownerKey } from './owners.ts';
import type { DbtColumn, DbtDataset, DbtOwner, DbtProject, DbtStatistics } from './project.ts';
import { columnKey } from './relation.ts';

/** What a project says about one dataset, apart from lineage. */
export interface DatasetMetadata {
  readonly namespace: string;
  readonly name: string;
  readonly description: string | null;
  readonly owners: readonly DbtOwner[];
  readonly tags: readonly string[];
  readonly columns: readonly DbtColumn[];
  readonly statistics: DbtStatistics | null;
}

/** Each dataset once: a seed that is declared as a source too is two nodes and one table. */
export function metadataOf(project: DbtProject): readonly DatasetMetadata[] {
  const byName = new Map<string, DatasetMetadata>();
  for (const dataset of project.datasets.values()) {
    if (dataset.name === null) continue;
    const metadata = describing(dataset, dataset.name);
    const before = byName.get(dataset.name);
    byName.set(dataset.name, before === undefined ? metadata : both(before, metadata));
  }
  return [...byName.values()];
}

const describing = (
  { namespace, description, owners, tags, columns, statistics }: DbtDataset,
  name: string,
): DatasetMetadata => ({
  namespace,
  name,
  description,
  owners,
  tags,
  columns,
  statistics,
});

const both = (a: DatasetMetadata, b: DatasetMetadata): DatasetMetadata => ({
  ...a,
  description: a.description ?? b.description,
  owners: [...new Map([...a.owners, ...b.owners].map((owner) => [ownerKey(owner), owner])).values()],
  tags: [...new Set([...a.tags, ...b.tags])],
  columns: [...new Map([...b.columns, ...a.columns].map((column) => [columnKey(column.name), column])).values()],
  statistics: a.statistics ?? b.statistics,
});
