import { digestOf, type Digest } from '../../../../kernel/canonical.ts';
import type { Signature } from '../model.ts';
import type { FeatureBinding } from './binding.ts';

/** How many inputs of a signature lead to a column that somebody stands for. */
export interface FeatureCoverage {
  readonly inputs: number;
  readonly bound: number;
  /** From 0 to 1; 1 where there is nothing to bind. */
  readonly coverage: number;
  readonly unbound: readonly string[];
  /** Encoded features come together again at their column. */
  readonly columns: readonly BoundColumn[];
}

/** A column and the inputs that come from it. */
export interface BoundColumn {
  readonly columnId: string;
  readonly features: readonly string[];
}

type Stated = Pick<FeatureBinding, 'feature' | 'columnId' | 'state' | 'encoding'>;

/** Only what was declared or confirmed counts. */
export function coverageOf(signature: Signature, bindings: readonly Stated[]): FeatureCoverage {
  const inputs = signature.inputs.map(({ name }) => name);
  const confirmed = bindings.filter(({ state }) => state === 'CONFIRMED');
  const covered = new Set(confirmed.map(({ feature }) => feature));
  const bound = inputs.filter((name) => covered.has(name)).length;
  const columns = new Map<string, string[]>();
  for (const { columnId, feature } of confirmed) columns.set(columnId, [...(columns.get(columnId) ?? []), feature]);
  return {
    inputs: inputs.length,
    bound,
    coverage: inputs.length === 0 ? 1 : Math.round((bound / inputs.length) * 10_000) / 10_000,
    unbound: inputs.filter((name) => !covered.has(name)),
    columns: [...columns].map(([columnId, features]) => ({ columnId, features: features.toSorted() })).toSorted(byWeight),
  };
}

const byWeight = (a: BoundColumn, b: BoundColumn): number =>
  b.features.length - a.features.length || (a.columnId < b.columnId ? -1 : 1);

/** The digest of what a version's features are bound to; another one is other evidence. */
export const confirmedDigest = (bindings: readonly Stated[]): Digest =>
  digestOf(linesOf(bindings.filter(({ state }) => state === 'CONFIRMED')));

/** The digest of all that is said of them, proposals and refusals too, for the log. */
export const bindingsDigest = (bindings: readonly Stated[]): Digest => digestOf(linesOf(bindings));

const linesOf = (bindings: readonly Stated[]): readonly (readonly (string | null)[])[] =>
  bindings
    .map(({ feature, columnId, state, encoding }) => [feature, columnId, state, encoding] as const)
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
