import { saidDatasets, type SaidDataset } from '../../../../lineage/openlineage/datasets.ts';
import { EDGES_FACET } from '../../../../lineage/openlineage/edgesFacet.ts';
import type { OpenLineageEvent } from '../../../../lineage/openlineage/event.ts';
import { type LastSaid, saidAt } from '../../../../lineage/openlineage/newest.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';

/** A dataset that an event names, with what it says of it. */
export interface NamedDataset extends Named {
  readonly said: LastSaid;
}

/** An event with the datasets that it names, also those that only its column lineage names. */
export interface ReadEvent {
  readonly event: OpenLineageEvent;
  readonly said: readonly SaidDataset[];
  readonly datasets: readonly NamedDataset[];
}

export function readEvent(event: OpenLineageEvent): ReadEvent {
  const said = saidDatasets(event);
  const heard = saidAt(event.eventTime, { heard: true });
  const all = new Map<string, NamedDataset>();
  for (const { namespace, name } of sourcesIn(event)) all.set(namedKey({ namespace, name }), { namespace, name, said: heard });
  for (const dataset of said) all.set(namedKey(dataset), dataset);
  return { event, said, datasets: [...all.values()] };
}

function sourcesIn(event: OpenLineageEvent): readonly Named[] {
  const targets = event.kind === 'dataset' ? [event.dataset] : (event.outputs ?? []);
  return targets.flatMap(({ facets }) => [
    ...Object.values(facets?.columnLineage?.fields ?? {}).flatMap(({ inputFields }) => inputFields),
    ...(facets?.columnLineage?.dataset ?? []),
    ...(facets?.[EDGES_FACET]?.edges ?? []),
  ]);
}
