import type { Tx } from '../../../../kernel/db/database.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import type { FoundDataset } from '../../store/lineageEnds.ts';
import { meetDatasets } from './meet.ts';

/** What names of datasets stand for in one transaction. Each is looked up once, and made when nobody has heard of it. */
export class DatasetBook {
  readonly #tx: Tx;
  readonly #met = new Map<string, FoundDataset>();
  /** Datasets that were made in this transaction. */
  readonly made = new Set<No>();

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  async learn(names: readonly Named[]): Promise<void> {
    const unheard = names.filter((name) => !this.#met.has(namedKey(name)));
    for (const [key, dataset] of await meetDatasets(this.#tx, unheard, 'ALIASES', this.made)) this.#met.set(key, dataset);
  }

  /** The dataset that a name stands for, under its own name or as an alias. */
  of(name: Named): FoundDataset | undefined {
    return this.#met.get(namedKey(name));
  }
}
