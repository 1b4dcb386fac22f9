import type { No } from './asset.ts';

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
