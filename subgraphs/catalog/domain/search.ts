import type { No, Principal } from './asset.ts';
import type { Facet, FacetBucket } from './facets.ts';

export interface ScoreTerm {
  readonly signal: string;
  readonly value: number;
}

export interface SearchEdge {
  readonly cursor: string;
  readonly no: No;
  readonly score: number;
  readonly explain: readonly ScoreTerm[];
  readonly columnNos: readonly No[];
}

export interface Correction {
  readonly written: string;
  readonly read: string;
}

/** What there is to choose from, counted when somebody asks. */
export interface SearchFacet extends Omit<Facet, 'buckets'> {
  readonly buckets: readonly (FacetBucket & { readonly principal: Principal | null })[];
  readonly exact: boolean;
}
