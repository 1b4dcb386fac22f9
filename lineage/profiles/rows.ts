import type { Edge, LineageResult } from '../model/model.ts';
import { Renames } from './renames.ts';
import type { Switches } from './switches.ts';

/** An edge on its way through a profile. */
export interface Row extends Edge {
  readonly statement: number;
}

/** All edges of a script, under the names that the tables have at its end. */
export function rowsOf({ statements }: LineageResult, switches: Switches): readonly Row[] {
  const renames = new Renames(statements, switches);
  return statements.flatMap(({ edges }, at) =>
    edges.map((edge) => ({
      ...edge,
      table: renames.called(edge.table, at),
      target: renames.called(edge.target, at),
      statement: at,
    })),
  );
}
