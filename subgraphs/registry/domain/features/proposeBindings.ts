import type { FeatureLink, KnownColumn } from './binding.ts';
import { indexColumns } from './columnIndex.ts';
import { type Fit, fitFeature, type FitReason } from './fitFeature.ts';

/** What the names suggest, for a person to confirm. */
export interface Proposal extends FeatureLink {
  readonly column: KnownColumn;
  readonly confidence: number;
  readonly reasons: readonly FitReason[];
}

/** A name that fits more columns than this says nothing. */
const COLUMNS_MAX = 5;
const SIBLING_GAIN = 0.2;
const SHARED = 0.7;

interface Read extends Fit {
  readonly feature: string;
  /** That it stood behind the name of a step of a pipeline. */
  readonly isStep: boolean;
}

/** Holds names of features against names of columns: the same, folded, qualified, transformed, encoded. Never two columns for certain. */
export function proposeBindings(features: readonly string[], columns: readonly KnownColumn[]): readonly Proposal[] {
  const index = indexColumns(columns);
  const read = features.flatMap((feature): readonly Read[] => {
    const direct = fitFeature(feature, index).map((fit) => ({ ...fit, feature, isStep: false }));
    // ColumnTransformer of scikit-learn writes `step__column`.
    const inside = feature.slice(feature.indexOf('__') + 2);
    if (isSure(direct) || inside === '' || inside === feature || !feature.includes('__')) return direct;
    const stepped = fitFeature(inside, index).map((fit) => ({ ...fit, feature, isStep: true }));
    return stepped.length > 0 ? stepped : direct;
  });
  const siblings = countEncodings(read);
  return read.flatMap((fit) =>
    fit.columns.length > COLUMNS_MAX ? [] : fit.columns.map((column) => proposal(fit, column, siblings)),
  );
}

const isSure = (fits: readonly Fit[]): boolean => fits.some(({ confidence }) => confidence >= 0.9);

/** How many features are values or ranges of each column. */
function countEncodings(read: readonly Read[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { reason, columns } of read)
    for (const { id } of isEncoding(reason) ? columns : []) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

const isEncoding = (reason: FitReason): boolean => reason === 'ENCODED_VALUE' || reason === 'BUCKET';

function proposal(fit: Read, column: KnownColumn, siblings: ReadonlyMap<string, number>): Proposal {
  const hasSiblings = isEncoding(fit.reason) && (siblings.get(column.id) ?? 0) > 1;
  const isShared = fit.columns.length > 1;
  const confidence = (fit.confidence + (hasSiblings ? SIBLING_GAIN : 0)) * (fit.isStep ? 0.95 : 1) * (isShared ? SHARED : 1);
  return {
    feature: fit.feature,
    column,
    columnId: column.id,
    encoding: fit.encoding,
    confidence: Math.round(confidence * 100) / 100,
    reasons: [
      fit.reason,
      ...(hasSiblings ? ['SIBLINGS' as const] : []),
      ...(fit.isStep ? ['PIPELINE_STEP' as const] : []),
      ...(isShared ? ['SEVERAL_COLUMNS' as const] : []),
    ],
  };
}
