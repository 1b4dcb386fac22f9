import type DataLoader from 'dataloader';
import type { Database } from '../../../../kernel/db/database.ts';
import { loaderBy } from '../../../../kernel/loader.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { No } from '../../domain/asset.ts';
import type { AssignedTerm, Term } from '../../domain/glossary/term.ts';
import type { Product } from '../../domain/products/product.ts';
import { relatedTerms, termsById, termsByNo, termsOfAssets } from '../../store/glossary/readTerms.ts';
import { productsById, productsOfDatasets } from '../../store/products/readProducts.ts';

/** Reads terms and products as they are, as far as the caller may see them, batched over one request. */
export interface GlossaryReader {
  readonly term: DataLoader<string, Term | null>;
  readonly termByNo: DataLoader<No, Term | null>;
  readonly related: DataLoader<No, readonly Term[]>;
  readonly termsOf: DataLoader<No, readonly AssignedTerm[]>;
  readonly product: DataLoader<string, Product | null>;
  readonly productsOf: DataLoader<No, readonly Product[]>;
  /** Forgets what was read, after a write. */
  forget(): void;
}

export function glossaryReader(db: Database, visible: () => Promise<Bitmap>): GlossaryReader {
  const loaders = {
    term: loaderBy<string, Term | null>(async (ids) => by('id', await termsById(db, await visible(), ids)), null),
    termByNo: loaderBy<No, Term | null>(async (nos) => by('no', await termsByNo(db, await visible(), nos)), null),
    related: loaderBy<No, readonly Term[]>(async (nos) => relatedTerms(db, await visible(), nos), []),
    termsOf: loaderBy<No, readonly AssignedTerm[]>(async (nos) => termsOfAssets(db, await visible(), nos), []),
    product: loaderBy<string, Product | null>(async (ids) => by('id', await productsById(db, await visible(), ids)), null),
    productsOf: loaderBy<No, readonly Product[]>(async (nos) => productsOfDatasets(db, await visible(), nos), []),
  };
  return {
    ...loaders,
    forget: () => {
      for (const loader of Object.values(loaders)) loader.clearAll();
    },
  };
}

const by = <K extends 'id' | 'no', R extends Readonly<Record<K, string>>>(key: K, rows: readonly R[]): ReadonlyMap<string, R> =>
  new Map(rows.map((row) => [row[key], row]));
