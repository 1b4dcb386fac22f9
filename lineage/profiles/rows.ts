import type { Edge, LineageResult, StatementLineage, TableId } from '../model/model.ts';

/** An edge on its way through a profile. */
export interface Row extends Edge {
  readonly statement: number;
}

/** All edges of a script, under the names that the tables have at its end. */
export function rowsOf(result: LineageResult): readonly Row[] {
  return result.statements.flatMap((statement, at) => {
    const later = renamesAfter(result.statements, at);
    return statement.edges.map((edge) => ({ ...edge, table: called(edge.table, later), target: called(edge.target, later), statement: at }));
  });
}

type Rename = StatementLineage['renames'][number];

export const renamesAfter = (statements: readonly StatementLineage[], at: number): readonly Rename[] => statements.slice(at + 1).flatMap(({ renames }) => renames);

/** What a table is called after all these renames. */
export function called<T extends TableId | null>(table: T, renames: readonly Rename[]): T | TableId {
  return renames.reduce<T | TableId>((now, rename) => {
    if (now?.key === rename.from.key) return rename.to;
    return rename.swap && now?.key === rename.to.key ? rename.from : now;
  }, table);
}
