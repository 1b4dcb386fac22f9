import type { No } from '../asset.ts';

/** A crawled dataset that a dataset may be which only lineage knows. */
export interface MergeCandidate {
  readonly no: No;
  readonly score: number;
  readonly reasons: readonly string[];
  readonly sharedColumns: number;
  readonly command: string;
  readonly namespaceAlias: NamespaceProposal | null;
}

/** A namespace alias that would settle many datasets at once. */
export interface NamespaceProposal {
  readonly namespace: string;
  readonly source: string;
  readonly datasets: number;
  readonly command: string;
}

export interface MergeProposal {
  readonly no: No;
  readonly id: string;
  readonly candidates: readonly MergeCandidate[];
}
