import { canonicalJson } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { lifecycleOf } from '../../../../lineage/openlineage/dropped.ts';
import { changedFacets, joinSaid, type LastSaid } from '../../../../lineage/openlineage/newest.ts';
import type { No } from '../../domain/asset.ts';
import { forgetSaid, type KnownDataset, lockDatasets, writeSaid } from '../../store/ingestDatasets.ts';
import type { Absorbed } from './aliases.ts';
import type { DatasetChange } from './datasetChange.ts';
import { datasetFacetsOf } from './facets.ts';

/** What a crawl says itself, and better. */
const OF_THE_CRAWL = new Set(['schema', 'documentation']);
/** When a dataset was last heard of is for us alone. */
const OF_OURS = new Set(['heard', 'dropped']);

/** What an event says of a dataset. */
export interface Telling {
  /** Place of the event. */
  readonly event: number;
  readonly no: No;
  readonly said: LastSaid;
}

/** A dataset of an event, with the facets that said something new. */
export interface Seen {
  readonly no: No;
  readonly id: string;
  readonly facets: readonly string[];
}

export interface TakenDown {
  /** All datasets that were spoken of, with what is new of them in the end. */
  readonly changes: readonly DatasetChange[];
  /** By place of the event. */
  readonly seen: ReadonlyMap<number, readonly Seen[]>;
}

/** Takes down what events say of their datasets, one after the other. */
export async function takeDown(tx: Tx, tellings: readonly Telling[], absorbed: readonly Absorbed[]): Promise<TakenDown> {
  const known = await lockDatasets(tx, [
    ...new Set([...tellings.map(({ no }) => no), ...absorbed.flatMap(({ from, into }) => [from, into])]),
  ]);
  const gone = new Set(absorbed.map(({ from }) => from));
  const now = new Map([...known].filter(([no]) => !gone.has(no)).map(([no, dataset]) => [no, dataset.said]));
  for (const { from, into } of absorbed) now.set(into, joinSaid(now.get(into) ?? {}, known.get(from)?.said ?? {}));
  const seen = new Map<number, Seen[]>();
  for (const { event, no, said } of tellings) {
    const [dataset, before] = [known.get(no), now.get(no)];
    if (dataset === undefined || before === undefined) continue;
    const after = joinSaid(before, said);
    now.set(no, after);
    const ofEvent = seen.get(event) ?? [];
    ofEvent.push({ no, id: dataset.id, facets: tellingFacets(dataset, before, after) });
    seen.set(event, ofEvent);
  }
  const changes = [...now].flatMap(([no, said]) => {
    const before = known.get(no);
    return before === undefined ? [] : [toChange(before, said)];
  });
  await writeSaid(
    tx,
    changes
      .filter(({ dataset }) => canonicalJson(dataset.said) !== canonicalJson(known.get(dataset.no)?.said ?? {}))
      .map(({ dataset: { no, said } }) => ({ no, said })),
  );
  await forgetSaid(tx, [...gone]);
  return { changes, seen };
}

const toChange = (dataset: KnownDataset, said: LastSaid): DatasetChange => ({
  dataset: { ...dataset, said },
  facets: tellingFacets(dataset, dataset.said, said),
  before: datasetFacetsOf(dataset.said),
  now: datasetFacetsOf(said),
  wasDroppedAt: lifecycleOf(dataset.said).droppedAt,
});

const tellingFacets = ({ isCrawled }: KnownDataset, before: LastSaid, after: LastSaid): readonly string[] =>
  changedFacets(before, after).filter((facet) => !OF_OURS.has(facet) && !(isCrawled && OF_THE_CRAWL.has(facet)));
