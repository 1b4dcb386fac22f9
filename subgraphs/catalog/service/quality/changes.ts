import type { Recorded } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import { datasetNames } from '../../store/toolStatements.ts';

type Way = 'added' | 'changed' | 'ended';

/** Keys that an event carries; the rest is counted. */
const KEYS_MAX = 100;

/** What changed of the checks of datasets: one event a dataset says it all, however many tests there are. */
export class QualityChanges {
  readonly #keys = new Map<No, Record<Way, string[]>>();
  readonly #results = new Map<No, number>();

  note(datasetNo: No, way: Way, key: string): void {
    this.#of(datasetNo)[way].push(key);
  }

  observed(datasetNo: No): void {
    this.#of(datasetNo);
    this.#results.set(datasetNo, (this.#results.get(datasetNo) ?? 0) + 1);
  }

  #of(datasetNo: No): Record<Way, string[]> {
    const keys = this.#keys.get(datasetNo) ?? { added: [], changed: [], ended: [] };
    this.#keys.set(datasetNo, keys);
    return keys;
  }

  get signals(): number {
    return [...this.#keys.values()].reduce(
      (sum, { added, changed, ended }) => sum + added.length + changed.length + ended.length,
      0,
    );
  }

  get results(): number {
    return [...this.#results.values()].reduce((sum, count) => sum + count, 0);
  }

  async happenings(tx: Tx, producer: string): Promise<readonly Recorded[]> {
    const names = await datasetNames(tx, [...this.#keys.keys()]);
    return [...this.#keys].flatMap(([no, keys]) => {
      const dataset = names.get(no);
      if (dataset === undefined) return [];
      const { id, namespace, name } = dataset;
      const counts = {
        added: keys.added.length,
        changed: keys.changed.length,
        ended: keys.ended.length,
        results: this.#results.get(no) ?? 0,
      };
      const shown = (way: Way): readonly string[] => keys[way].toSorted().slice(0, KEYS_MAX);
      return [
        {
          action: 'catalog.quality.changed.v1',
          subject: { type: 'Dataset', id, digest: digestOf({ id, ...counts }) },
          // What is found of a dataset counts apart from the dataset's own versions.
          aggregateId: `quality/${id}`,
          fields: ['quality'],
          detail: { producer, ...counts, keys: { added: shown('added'), changed: shown('changed'), ended: shown('ended') } },
          payload: { assetId: id, namespace, name, ...counts },
        },
      ];
    });
  }
}
