import type { FeatureBinding } from './binding.ts';

/** A column as the catalog knows it now, by the id that a binding has. */
export interface ColumnNow {
  readonly id: string;
  readonly urn: string;
  readonly datasetId: string;
}

type Movable = FeatureBinding & {
  /** The binding that a merge made of it, which stands for it until it comes back. */
  readonly carriedId: string | null;
};

export interface Followed {
  /** Ids of bindings that end. */
  readonly ended: readonly string[];
  readonly begun: readonly FeatureBinding[];
}

/**
 * Which bindings follow their columns: what was merged is said of the column that stands for it, what is itself again is said of
 * it again. Where that is said already, nothing is said twice.
 * @param columns by the id that a binding has; what the catalog does not know is not there
 * @param standing what holds of the version now
 */
export function follow(
  movable: readonly Movable[],
  columns: ReadonlyMap<string, ColumnNow>,
  standing: readonly FeatureBinding[],
): Followed {
  const said = new Set(standing.map(keyOf));
  const ended: string[] = [];
  const begun: FeatureBinding[] = [];
  for (const { carriedId, ...binding } of movable) {
    const column = columns.get(binding.columnId);
    const isBack = column?.id === binding.columnId;
    const wasCarried = binding.endedAt !== null;
    if (column === undefined || isBack !== wasCarried) continue;
    const next = { ...binding, columnId: column.id, columnUrn: column.urn, datasetId: column.datasetId };
    const gone = wasCarried ? carriedId : binding.id;
    if (gone !== null) ended.push(gone);
    if (said.has(keyOf(next))) continue;
    said.add(keyOf(next));
    begun.push(next);
  }
  return { ended, begun };
}

const keyOf = ({ feature, columnId }: Pick<FeatureBinding, 'feature' | 'columnId'>): string =>
  JSON.stringify([feature, columnId]);
