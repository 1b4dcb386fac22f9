/** What a change is about: a dataset by its place in a project, in the warehouse, or both. */
export interface ChangedDataset {
  /** The unique_id in a dbt project; null where there is only a table. */
  readonly id: string | null;
  /** Null for what is nowhere in the warehouse. */
  readonly name: string | null;
  readonly label: string;
}

/** How a change was noticed: the warehouse or a contract lists all columns, the code makes them, or a file says so. */
export type Basis = 'COMPLETE_LIST' | 'CODE' | 'DECLARED';

interface OfDataset {
  readonly dataset: ChangedDataset;
  readonly basis: Basis;
}

interface OfColumn extends OfDataset {
  readonly column: string;
}

/** A change that somebody who reads the dataset may notice. Additions are none. */
export type Change =
  | (OfDataset & { readonly kind: 'DATASET_DROPPED' })
  | (OfDataset & { readonly kind: 'DATASET_RENAMED'; readonly to: string })
  | (OfColumn & { readonly kind: 'COLUMN_DROPPED' })
  | (OfColumn & { readonly kind: 'COLUMN_RENAMED'; readonly to: string })
  | (OfColumn & {
      readonly kind: 'COLUMN_RETYPED';
      readonly from: string;
      readonly to: string;
      /** True when every value fits into the new type as it did into the old. */
      readonly widening: boolean;
    });

export const isHarmless = (change: Change): boolean => change.kind === 'COLUMN_RETYPED' && change.widening;

/** `orders.amount was renamed to total` */
export function changeText(change: Change): string {
  const { label } = change.dataset;
  switch (change.kind) {
    case 'DATASET_DROPPED':
      return `${label} was dropped`;
    case 'DATASET_RENAMED':
      return `${label} was renamed to ${change.to}`;
    case 'COLUMN_DROPPED':
      return `${label}.${change.column} was dropped`;
    case 'COLUMN_RENAMED':
      return `${label}.${change.column} was renamed to ${change.to}`;
    case 'COLUMN_RETYPED':
      return `${label}.${change.column} went from ${change.from} to ${change.to}${change.widening ? ', which holds all of it' : ''}`;
  }
}
