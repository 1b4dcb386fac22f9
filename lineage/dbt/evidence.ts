import type { DbtEvidence, EdgeClaim } from './claim.ts';
import type { ColumnLineage } from './columnClaims.ts';
import { realDependencies } from './dependencies.ts';
import type { DbtDataset, DbtProject } from './project.ts';

const SQL_LENGTH_MAX = 20_000;

/** What each node that is built from others says about lineage: what dbt declares, and what its query shows. */
export const evidenceOf = (project: DbtProject, columns: ReadonlyMap<string, ColumnLineage>): readonly DbtEvidence[] =>
  [...project.datasets.values()]
    .filter(({ kind, name }) => name !== null && (kind === 'model' || kind === 'snapshot'))
    // A node that depends on nothing any more must still say so: it replaces what it said before.
    .map((dataset) => ({
      key: `dbt/${project.name}/${dataset.id}`,
      origin: 'DBT' as const,
      detail: detailOf(project, dataset, columns.get(dataset.id)),
      claims: [...declaredClaims(project, dataset), ...columnClaims(columns.get(dataset.id))],
    }));

export const declaredClaims = (project: DbtProject, dataset: DbtDataset): readonly EdgeClaim[] =>
  realDependencies(project, dataset).flatMap(({ namespace, name }) =>
    name === null || dataset.name === null || name === dataset.name
      ? []
      : [
          {
            source: { namespace, name, column: null },
            target: { namespace: dataset.namespace, name: dataset.name, column: null },
            type: 'DIRECT',
            subtype: 'TRANSFORMATION',
            expression: null,
            confidence: 1,
            reasons: [],
          },
        ],
  );

const columnClaims = (lineage: ColumnLineage | undefined): readonly EdgeClaim[] =>
  lineage !== undefined && 'claims' in lineage ? lineage.claims : [];

function detailOf(
  project: DbtProject,
  dataset: DbtDataset,
  lineage: ColumnLineage | undefined,
): Readonly<Record<string, unknown>> {
  const sql = dataset.code.compiled ?? dataset.code.raw;
  return {
    project: project.name,
    uniqueId: dataset.id,
    file: dataset.file,
    materialized: dataset.materialized,
    dbtVersion: project.dbtVersion,
    language: dataset.code.language,
    compiled: dataset.code.compiled !== null,
    sql: sql === null ? null : sql.slice(0, SQL_LENGTH_MAX),
    columnLineage: lineage === undefined ? 'NOT_ASKED' : 'claims' in lineage ? 'ANALYZED' : lineage.missing,
  };
}
