import type { DatasetFacets, InputDataset, OutputDataset, StaticDataset } from './datasetFacets.ts';
import { EDGES_FACET } from './edgesFacet.ts';
import type { OpenLineageEvent } from './event.ts';
import { joinSaid, type LastSaid, saidAt } from './newest.ts';
import { type Named, namedKey } from './statement.ts';

/** How much a dataset holds, as far as an event tells. */
export interface Measured {
  readonly rowCount: number | null;
  readonly bytes: number | null;
}

/** What one event says of one dataset. */
export interface SaidDataset extends Named {
  /**
   * `schema`, `documentation`, `ownership`, `tags`, `lifecycle`, `assertions`, `measurement`; `columnLineage` and `edges` when there
   * is no job. `heard` and `dropped` say when an event last spoke of it as being there, and as being gone.
   */
  readonly said: LastSaid;
  /** Other names of the same dataset. */
  readonly symlinks: readonly Named[];
  /** Names that it had before. */
  readonly previous: readonly Named[];
}

/** Each dataset of an event once, whether it is read, written, both or only described. */
export function saidDatasets(event: OpenLineageEvent): readonly SaidDataset[] {
  const all: readonly SaidDataset[] =
    event.kind === 'dataset'
      ? // Without a job, what a dataset is made of is said by the dataset itself.
        [described(event, event.dataset, ownLineage(event.dataset))]
      : [
          ...(event.inputs ?? []).map((input) => described(event, input, inputFacets(input))),
          ...(event.outputs ?? []).map((output) => described(event, output, outputFacets(output))),
        ];
  const byName = new Map<string, SaidDataset>();
  for (const one of all) {
    const before = byName.get(namedKey(one));
    byName.set(namedKey(one), before === undefined ? one : joined(before, one));
  }
  return [...byName.values()];
}

const ownLineage = ({ facets }: StaticDataset): Readonly<Record<string, unknown>> => ({
  columnLineage: facets?.columnLineage,
  edges: facets?.[EDGES_FACET],
});

const joined = (a: SaidDataset, b: SaidDataset): SaidDataset => ({
  ...a,
  said: joinSaid(a.said, b.said),
  symlinks: [...a.symlinks, ...b.symlinks],
  previous: [...a.previous, ...b.previous],
});

function described(
  { eventTime }: OpenLineageEvent,
  { namespace, name, facets }: StaticDataset,
  more: Readonly<Record<string, unknown>>,
): SaidDataset {
  const { schema, documentation, ownership, tags, lifecycleStateChange, dataQualityAssertions, dataQualityMetrics } =
    facets ?? {};
  const said = {
    schema,
    documentation,
    ownership,
    tags,
    lifecycle: lifecycleStateChange,
    assertions: dataQualityAssertions,
    measurement: measured(dataQualityMetrics),
    [lifecycleStateChange?.lifecycleStateChange === 'DROP' ? 'dropped' : 'heard']: true,
  };
  const symlinks = (facets?.symlinks?.identifiers ?? []).map((link) => ({ namespace: link.namespace, name: link.name }));
  const previous = previousNames({ namespace, name }, lifecycleStateChange);
  return { namespace, name, said: joinSaid(saidAt(eventTime, said), saidAt(eventTime, more)), symlinks, previous };
}

function previousNames(dataset: Named, change: DatasetFacets['lifecycleStateChange']): readonly Named[] {
  const previous = change?.lifecycleStateChange === 'RENAME' ? (change.previousIdentifier ?? null) : null;
  if (previous === null || namedKey(previous) === namedKey(dataset)) return [];
  return [{ namespace: previous.namespace, name: previous.name }];
}

const inputFacets = ({ inputFacets: facets }: InputDataset): Readonly<Record<string, unknown>> => ({
  assertions: facets?.dataQualityAssertions,
  measurement: measured(facets?.dataQualityMetrics),
});

/** What a job wrote is all that there is only where it made or replaced the whole. */
function outputFacets({ facets, outputFacets: written }: OutputDataset): Readonly<Record<string, unknown>> {
  const lifecycle = facets?.lifecycleStateChange?.lifecycleStateChange;
  const isWhole = lifecycle === 'CREATE' || lifecycle === 'OVERWRITE';
  const { rowCount, size: bytes } = written?.outputStatistics ?? {};
  return { measurement: isWhole ? measured({ rowCount, bytes }) : undefined };
}

function measured(
  metrics: Pick<NonNullable<DatasetFacets['dataQualityMetrics']>, 'rowCount' | 'bytes'> | null | undefined,
): Measured | undefined {
  const { rowCount = null, bytes = null } = metrics ?? {};
  return rowCount === null && bytes === null ? undefined : { rowCount, bytes };
}
