import type { DatasetFacets, InputDataset, OutputDataset, StaticDataset } from './datasetFacets.ts';
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
  /** `schema`, `documentation`, `ownership`, `tags`, `lifecycle`, `assertions`, `measurement`; `columnLineage` when there is no job. */
  readonly said: LastSaid;
  /** Other names of the same dataset. */
  readonly symlinks: readonly Named[];
}

/** Each dataset of an event once, whether it is read, written, both or only described. */
export function saidDatasets(event: OpenLineageEvent): readonly SaidDataset[] {
  const all: readonly SaidDataset[] =
    event.kind === 'dataset'
      ? // Without a job, what a dataset is made of is said by the dataset itself.
        [described(event, event.dataset, { columnLineage: event.dataset.facets?.columnLineage })]
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

const joined = (a: SaidDataset, b: SaidDataset): SaidDataset => ({
  ...a,
  said: joinSaid(a.said, b.said),
  symlinks: [...a.symlinks, ...b.symlinks],
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
  };
  const symlinks = (facets?.symlinks?.identifiers ?? []).map((link) => ({ namespace: link.namespace, name: link.name }));
  return { namespace, name, said: joinSaid(saidAt(eventTime, said), saidAt(eventTime, more)), symlinks };
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
