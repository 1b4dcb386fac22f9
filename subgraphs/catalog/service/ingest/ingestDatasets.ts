import type { Origin } from '../../../../kernel/audit/append.ts';
import { canonicalJson } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { SaidDataset } from '../../../../lineage/openlineage/datasets.ts';
import { changedFacets, joinSaid, type LastSaid } from '../../../../lineage/openlineage/newest.ts';
import type { No } from '../../domain/asset.ts';
import { describeUncrawled, type KnownDataset, lockDatasets, writeSaid } from '../../store/ingestDatasets.ts';
import { writeMeasurements } from '../../store/writeMeasurements.ts';
import { applyOwners } from './applyOwners.ts';
import { applyTags } from './applyTags.ts';
import type { Absorbed } from './aliases.ts';
import type { DatasetChange } from './datasetChange.ts';
import { datasetFacetsOf } from './facets.ts';

/** What a crawl says itself, and better. */
const OF_THE_CRAWL = new Set(['schema', 'documentation']);

/**
 * Takes down what an event says of its datasets.
 * @returns all of them, with the facets that say something else now
 */
export async function takeDown(
  tx: Tx,
  said: readonly { readonly no: No; readonly dataset: SaidDataset | null }[],
  absorbed: readonly Absorbed[],
): Promise<readonly DatasetChange[]> {
  const known = await lockDatasets(tx, [...said.map(({ no }) => no), ...absorbed.flatMap(({ from, into }) => [from, into])]);
  const gone = new Set(absorbed.map(({ from }) => from));
  const changes = [...known.values()]
    .filter(({ no }) => !gone.has(no))
    .map((dataset) => {
      const heirs = absorbed.flatMap(({ from, into }) => (into === dataset.no ? [known.get(from)?.said ?? {}] : []));
      const own = said.flatMap(({ no, dataset: told }) => (no === dataset.no && told !== null ? [told.said] : []));
      return { before: dataset, said: [...heirs, ...own].reduce(joinSaid, dataset.said) };
    });
  await writeSaid(
    tx,
    changes
      .filter(({ before, said: now }) => canonicalJson(now) !== canonicalJson(before.said))
      .map(({ before, said: now }) => ({ no: before.no, said: now })),
  );
  return changes.map(({ before, said: now }) => toChange(before, now));
}

function toChange(dataset: KnownDataset, said: LastSaid): DatasetChange {
  const facets = changedFacets(dataset.said, said).filter((facet) => !dataset.isCrawled || !OF_THE_CRAWL.has(facet));
  return { dataset: { ...dataset, said }, facets, before: datasetFacetsOf(dataset.said), now: datasetFacetsOf(said) };
}

/** Lets what was said take effect, but for columns and lineage. */
export async function applyFacets(tx: Tx, origin: Origin, changes: readonly DatasetChange[]): Promise<void> {
  const says = (facet: string): readonly DatasetChange[] => changes.filter(({ facets }) => facets.includes(facet));
  await describeUncrawled(
    tx,
    says('documentation').map(({ dataset, now }) => ({ no: dataset.no, description: now.documentation?.description ?? null })),
  );
  await writeMeasurements(
    tx,
    says('measurement').map(({ dataset, now }) => ({
      dataset_no: dataset.no,
      row_count_estimate: now.measurement?.rowCount ?? null,
      size_bytes: now.measurement?.bytes ?? null,
    })),
  );
  for (const change of says('ownership')) await applyOwners(tx, origin, change);
  for (const change of says('tags')) await applyTags(tx, origin, change);
}
