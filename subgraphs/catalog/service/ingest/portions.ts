import type { ColumnLineage } from '../../../../lineage/openlineage/columnLineage.ts';
import { EDGES_FACET } from '../../../../lineage/openlineage/edgesFacet.ts';
import type { ReadEvent } from './readEvent.ts';

/** As much as one transaction takes: it holds its locks for less than a second, and its statements stay small. */
const EVENTS_MAX = 50;
const DATASETS_MAX = 500;
const COLUMNS_MAX = 10_000;

/** Cuts events into portions for a transaction each, in their order. An event is never cut. */
export function inPortions(events: readonly ReadEvent[]): readonly (readonly ReadEvent[])[] {
  const portions: ReadEvent[][] = [];
  let [datasets, columns] = [0, 0];
  for (const event of events) {
    const last = portions.at(-1);
    const weight = columnsIn(event);
    datasets += event.datasets.length;
    columns += weight;
    if (last !== undefined && last.length < EVENTS_MAX && datasets <= DATASETS_MAX && columns <= COLUMNS_MAX) last.push(event);
    else {
      portions.push([event]);
      [datasets, columns] = [event.datasets.length, weight];
    }
  }
  return portions;
}

/** Columns that schemas name and that edges come from. */
function columnsIn({ event }: ReadEvent): number {
  const all = event.kind === 'dataset' ? [event.dataset] : [...(event.inputs ?? []), ...(event.outputs ?? [])];
  return all.reduce((sum, { facets }) => {
    const edges = inputsIn(facets?.columnLineage ?? null) + (facets?.[EDGES_FACET]?.edges.length ?? 0);
    return sum + (facets?.schema?.fields?.length ?? 0) + edges;
  }, 0);
}

const inputsIn = (lineage: ColumnLineage | null): number =>
  Object.values(lineage?.fields ?? {}).reduce((sum, { inputFields }) => sum + inputFields.length, lineage?.dataset?.length ?? 0);
