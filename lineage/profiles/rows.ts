import type { Edge, LineageResult, StatementLineage, TableId } from '../model/model.ts';
import type { Switches } from './switches.ts';

/** An edge on its way through a profile. */
export interface Row extends Edge {
  readonly statement: number;
}

type Rename = StatementLineage['renames'][number];

/** All edges of a script, under the names that the tables have at its end. */
export function rowsOf(result: LineageResult, switches: Switches): readonly Row[] {
  return result.statements.flatMap((statement, at) => {
    const later = renamesAfter(result.statements, at, switches);
    return statement.edges.map((edge) => ({
      ...edge,
      table: called(edge.table, later),
      target: called(edge.target, later),
      statement: at,
    }));
  });
}

/** Renamings that come later, and those that the source told of beside the statements. */
export function renamesAfter(statements: readonly StatementLineage[], at: number, switches: Switches): readonly Rename[] {
  if (switches.renames === 'copied') return [];
  return statements.flatMap(({ renames, group }, index) => (index > at || group === -1 ? renames : []));
}

/** What a table is called after all these renames. */
export function called<T extends TableId | null>(table: T, renames: readonly Rename[]): T | TableId {
  return renames.reduce<T | TableId>((now, rename) => {
    if (now?.key === rename.from.key) return rename.to;
    return rename.swap && now?.key === rename.to.key ? rename.from : now;
  }, table);
}
