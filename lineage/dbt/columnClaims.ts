import type { AnalyzeColumns, EdgeClaim, TableColumns } from './claim.ts';
import { inOrder, realDependencies } from './dependencies.ts';
import type { DbtDataset, DbtProject } from './project.ts';
import { columnKey } from './relation.ts';
import { type SqlGap, sqlOf } from './sqlOf.ts';

/** Column lineage of one dataset, or why there is none. */
export type ColumnLineage =
  | { readonly claims: readonly EdgeClaim[] }
  | { readonly missing: SqlGap | 'NONE_FOUND' | 'ANALYSIS_FAILED' };

export interface ColumnSettings {
  readonly dialect: string;
  readonly analyze: AnalyzeColumns;
  /** Columns that are to be taken for there although the project does not know them, by dataset. */
  readonly known?: ReadonlyMap<string, readonly string[]>;
  readonly onProgress?: (done: number, total: number) => void;
}

type Columns = Readonly<Record<string, string>>;

/** Reads the query of every dataset, sources first, so that `select *` is known by the time that somebody reads from it. */
export async function columnLineage(
  project: DbtProject,
  { dialect, analyze, known, onProgress }: ColumnSettings,
): Promise<ReadonlyMap<string, ColumnLineage>> {
  const schema = new Map<string, Columns>();
  const found = new Map<string, ColumnLineage>();
  const datasets = inOrder(project);
  for (const [done, dataset] of datasets.entries()) {
    onProgress?.(done, datasets.length);
    const lineage = dataset.name === null ? null : await lineageOf(project, dataset, { dialect, analyze, schema });
    if (lineage !== null) found.set(dataset.id, lineage);
    const claims = lineage !== null && 'claims' in lineage ? lineage.claims : [];
    const columns = columnsOf(dataset, claims, known?.get(dataset.id) ?? []);
    if (dataset.name !== null && Object.keys(columns).length > 0) schema.set(dataset.name, columns);
  }
  onProgress?.(datasets.length, datasets.length);
  return found;
}

async function lineageOf(
  project: DbtProject,
  dataset: DbtDataset,
  { dialect, analyze, schema }: Pick<ColumnSettings, 'dialect' | 'analyze'> & { readonly schema: ReadonlyMap<string, Columns> },
): Promise<ColumnLineage | null> {
  if (dataset.name === null || dataset.kind === 'source' || dataset.kind === 'seed') return null;
  const code = sqlOf(project, dataset);
  if ('missing' in code) return code;
  const target = { namespace: dataset.namespace, name: dataset.name };
  const request = {
    dialect,
    sql: code.sql,
    schema: schemaFor(realDependencies(project, dataset), schema),
    defaultDatabase: dataset.database,
    defaultSchema: dataset.schema,
    target,
  };
  try {
    const claims = await analyze(request);
    return claims.length === 0 ? { missing: 'NONE_FOUND' } : { claims };
  } catch {
    // One query that the analyzer trips over must not cost the others; it is counted, and its evidence says so.
    return { missing: 'ANALYSIS_FAILED' };
  }
}

/** Only what the query may read: the whole of a large project would be looked through for each of its queries. */
const schemaFor = (dependencies: readonly DbtDataset[], schema: ReadonlyMap<string, Columns>): TableColumns =>
  Object.fromEntries(
    dependencies.flatMap(({ name }) => {
      const columns = name === null ? undefined : schema.get(name);
      return name === null || columns === undefined ? [] : [[name, columns] as const];
    }),
  );

/** What the project says there is, what its query makes, and what somebody knows. */
function columnsOf(dataset: DbtDataset, claims: readonly EdgeClaim[], known: readonly string[]): Columns {
  const columns = new Map(dataset.columns.map(({ name, dataType }) => [columnKey(name), [name, dataType ?? ''] as const]));
  const made = dataset.columnsComplete ? [] : madeColumns(claims);
  for (const name of [...made, ...known]) if (!columns.has(columnKey(name))) columns.set(columnKey(name), [name, '']);
  return Object.fromEntries(columns.values());
}

/** The columns that a query makes, as far as it makes them of others. */
export const madeColumns = (claims: readonly EdgeClaim[]): readonly string[] => [
  ...new Set(claims.flatMap(({ target }) => (target.column === null || target.column === '*' ? [] : [target.column]))),
];
