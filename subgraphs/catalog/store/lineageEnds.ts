import type { Queryable } from '../../../kernel/db/database.ts';
import { findAssets, type FoundAsset } from './names.ts';

/** A dataset's written name with the canonical form that its platform gives it. */
export interface WrittenName {
  readonly namespace: string;
  readonly name: string;
  readonly canonical: string;
  /** The namespace where the name belongs, where it is written with an alias of that. */
  readonly home?: string;
}

export interface FoundDataset extends WrittenName, FoundAsset {}

/**
 * Datasets by written names.
 * @param way `OWN` leaves aliases and merges out
 */
export async function findDatasets(
  db: Queryable,
  names: readonly WrittenName[],
  way: 'OWN' | 'ALIASES' = 'OWN',
): Promise<readonly FoundDataset[]> {
  const found = await findAssets(
    db,
    names.map((name) => ({ ...name, namespace: name.home ?? name.namespace, kind: 'dataset' })),
    way,
  );
  return names.flatMap(({ namespace, name, canonical }, place) => {
    const dataset = found.get(place);
    return dataset === undefined ? [] : [{ namespace, name, canonical, ...dataset }];
  });
}
