import type { AnalyzeColumns, TableColumns } from '../dbt/claim.ts';
import { type ColumnLineage, columnLineage, madeColumns } from '../dbt/columnClaims.ts';
import type { DbtProject } from '../dbt/project.ts';
import type { Change } from './change.ts';
import { compareProjects } from './compareProjects.ts';
import { compareSchemas, tableKey } from './compareSchemas.ts';
import { follow } from './follow.ts';
import { type Impact, impactOf } from './impact.ts';

export interface Analysis {
  readonly dialect: string;
  readonly analyze: AnalyzeColumns;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What breaks when a project goes from one state to another. */
export async function manifestImpact(before: DbtProject, after: DbtProject, given: Analysis): Promise<Impact> {
  const analysis = { ...given, analyze: remembering(given.analyze) };
  const was = await columnLineage(before, analysis);
  // The new code is read as if nothing had gone yet: that is how it shows that it still asks for what has.
  const is = await columnLineage(after, { ...analysis, known: allColumns(before, was) });
  const state = { project: after, lineage: is };
  const changes = compareProjects({ project: before, lineage: was }, state);
  return impactOf(changes, follow(changes, state));
}

/** What breaks in a project, or for whoever it may be, when the tables of a warehouse change. */
export async function schemaImpact(
  before: TableColumns,
  after: TableColumns,
  readers: { readonly project: DbtProject; readonly analysis: Analysis } | null,
): Promise<Impact> {
  const changes = compareSchemas(before, after);
  if (readers === null) return impactOf(changes, null);
  const { project, analysis } = readers;
  const lineage = await columnLineage(project, { ...analysis, known: columnsOfTables(project, before) });
  return impactOf(changes, follow(withIds(changes, project), { project, lineage }));
}

/** Nearly all queries of two states are the same. */
function remembering(analyze: AnalyzeColumns): AnalyzeColumns {
  const known = new Map<string, ReturnType<AnalyzeColumns>>();
  return (request) => {
    const key = JSON.stringify(request);
    const claims = known.get(key) ?? analyze(request);
    known.set(key, claims);
    return claims;
  };
}

const allColumns = (project: DbtProject, lineage: ReadonlyMap<string, ColumnLineage>): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...project.datasets.values()].map(({ id, columns }) => {
      const own = lineage.get(id);
      return [id, [...columns.map(({ name }) => name), ...(own !== undefined && 'claims' in own ? madeColumns(own.claims) : [])]];
    }),
  );

function columnsOfTables(project: DbtProject, tables: TableColumns): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map(Object.entries(tables).map(([table, columns]) => [tableKey(table), Object.keys(columns)]));
  return new Map([...project.datasets.values()].map(({ id, name }) => [id, byKey.get(tableKey(name ?? '')) ?? []]));
}

/** Changes under the name that the project has for the table. */
function withIds(changes: readonly Change[], project: DbtProject): readonly Change[] {
  const byKey = new Map(
    [...project.datasets.values()].flatMap((dataset) =>
      dataset.name === null ? [] : [[tableKey(dataset.name), dataset] as const],
    ),
  );
  return changes.map((change) => {
    const found = byKey.get(tableKey(change.dataset.name ?? ''));
    return found === undefined ? change : { ...change, dataset: { id: found.id, name: found.name, label: found.label } };
  });
}
