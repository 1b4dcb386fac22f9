import type { BoundColumn, Relation } from '../bind/bind.ts';

/** The names of a relation's columns, or null when a star in it hides some. */
export function namesOf(relation: Relation): readonly string[] | null {
  const names: string[] = [];
  for (const column of relation.columns) {
    if (column.kind !== 'named') return null;
    names.push(column.name ?? `column${names.length + 1}`);
  }
  return names;
}

/** The columns under the names of the target, by position; what has no name there keeps its own. */
export function placed(columns: readonly BoundColumn[], names: readonly string[]): readonly BoundColumn[] {
  const unknown = columns.findIndex((column) => column.kind !== 'named');
  return columns.map((column, at) => {
    const name = names[at];
    // Behind a star of unknown width no position is known.
    const known = unknown === -1 || at < unknown;
    return name === undefined || !known || column.kind !== 'named' ? column : { ...column, name };
  });
}
