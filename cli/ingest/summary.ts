import type { DbtEvidence } from '../../lineage/dbt/claim.ts';
import type { ColumnLineage } from '../../lineage/dbt/columnClaims.ts';
import type { DatasetMetadata } from '../../lineage/dbt/metadata.ts';
import type { DbtProject } from '../../lineage/dbt/project.ts';
import type { Stated } from './statement.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

/** What was read of a project, for people and for programs. */
export interface Summary {
  readonly project: string;
  readonly adapter: string;
  readonly dbtVersion: string | null;
  readonly manifestVersion: number;
  readonly namespaces: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** Which share of the nodes that are built by a query has column lineage, and why the others have none. */
  readonly columnLineage: Readonly<Record<string, number>>;
  readonly tests: Readonly<Record<string, number>>;
  readonly missingArtifacts: readonly string[];
  readonly skipped: readonly { readonly why: string; readonly count: number; readonly examples: readonly string[] }[];
}

const EXAMPLES_MAX = 3;

export interface Ingested {
  readonly project: DbtProject;
  readonly missing: readonly string[];
  readonly metadata: readonly DatasetMetadata[];
  readonly evidence: readonly DbtEvidence[];
  readonly columns: ReadonlyMap<string, ColumnLineage>;
  readonly cut: readonly string[];
  readonly stated: Stated;
}

export function summaryOf({ project, missing, metadata, evidence, columns, cut, stated }: Ingested): Summary {
  const claims = evidence.flatMap((one) => one.claims);
  const isOfColumn = claims.filter(({ source, target }) => source.column !== null || target.column !== null);
  return {
    project: project.name,
    adapter: project.adapter,
    dbtVersion: project.dbtVersion,
    manifestVersion: project.manifestVersion,
    namespaces: [...new Set(metadata.map(({ namespace }) => namespace))],
    counts: {
      ...counted([...project.datasets.values()].map(({ kind }) => `${kind}s`)),
      datasets: metadata.length,
      columns: metadata.reduce((sum, dataset) => sum + dataset.columns.length, 0),
      owned: metadata.filter(({ owners }) => owners.length > 0).length,
      datasetEdges: claims.length - isOfColumn.length,
      columnEdges: isOfColumn.length,
      signals: stated.signals.length,
      results: stated.signals.filter(({ result }) => result !== null).length,
      exposures: stated.dashboards.length,
      metrics: stated.metrics.length,
    },
    columnLineage: counted([...columns.values()].map((lineage) => ('claims' in lineage ? 'ANALYZED' : lineage.missing))),
    tests: counted([...project.assertions.values()].map(({ status }) => status ?? 'NOT_RUN')),
    missingArtifacts: missing,
    skipped: skippedOf(project, cut, stated),
  };
}

function skippedOf(project: DbtProject, cut: readonly string[], stated: Stated): Summary['skipped'] {
  const ephemeral = [...project.datasets.values()].filter(({ name }) => name === null);
  const all = [
    ...project.skipped,
    ...ephemeral.map(({ id }) => ({ id, why: 'ephemeral: it is nowhere in the warehouse; lineage sees through it' })),
    ...stated.skipped,
    ...[...project.consumers.values()]
      .filter(({ kind }) => kind === 'saved_query')
      .map(({ id }) => ({ id, why: 'saved query: read for `impact` only' })),
    ...cut.map((id) => ({ id, why: 'larger than a request may be' })),
  ];
  const whys = [...new Set(all.map(({ why }) => why))];
  return whys.map((why) => {
    const ids = all.filter((each) => each.why === why).map(({ id }) => id);
    return { why, count: ids.length, examples: ids.slice(0, EXAMPLES_MAX) };
  });
}

function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function summaryText(summary: Summary, bold: (text: string) => string): string {
  const { project, adapter, manifestVersion, dbtVersion, namespaces, counts, columnLineage, tests } = summary;
  const head = `${bold(escaped(project))}: dbt ${escaped(dbtVersion ?? '?')} on ${escaped(adapter)} (manifest v${manifestVersion}), ${escaped(namespaces.join(', '))}`;
  const rows = [
    ['read', countsText(counts)],
    ['column lineage', countsText(columnLineage)],
    ['tests', countsText(tests)],
    ...(summary.missingArtifacts.length === 0 ? [] : [['not there', summary.missingArtifacts.join(', ')]]),
  ];
  const skipped = summary.skipped.map(({ why, count, examples }) => [
    count,
    why,
    examples.join(', ') + (count > examples.length ? ', ...' : ''),
  ]);
  const parts = [head, table(['WHAT', 'HOW MANY'], rows, bold)];
  return [...parts, ...(skipped.length === 0 ? [] : [table(['SKIPPED', 'WHY', 'WHICH'], skipped, bold)])].join('\n\n');
}

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(
      ([what, count]) =>
        `${count} ${what
          .replace(/([a-z])([A-Z])/g, '$1 $2')
          .replaceAll('_', ' ')
          .toLowerCase()}`,
    )
    .join(', ') || 'none';
