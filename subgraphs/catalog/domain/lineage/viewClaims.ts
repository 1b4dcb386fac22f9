import type { EdgeKind } from '../../../../lineage/model/model.ts';
import { OPENLINEAGE_TYPE } from '../../../../lineage/profiles/openLineageType.ts';
import type { EdgeClaim, EdgeEnd } from './edge.ts';

/** What was found out about one view: where each output and each influence comes from. */
export interface ViewFlow {
  /** Null when the owner could not be found. */
  readonly source: { readonly name: string; readonly column: string } | null;
  /** Place of the output, from 0; null for an influence on every row. */
  readonly position: number | null;
  readonly kind: EdgeKind;
  readonly expression: string | null;
  readonly confidence: number;
  readonly reasons: readonly string[];
}

/** Influences reach every column of a view; beyond this many edges they hang on the view as a whole. */
const INFLUENCE_EDGES_MAX = 5_000;

/**
 * The edges that a view's flows mean. Outputs go by their place, because a view may name its columns otherwise than its query.
 */
export function viewClaims(
  view: { readonly namespace: string; readonly name: string; readonly columns: readonly string[] },
  flows: readonly ViewFlow[],
): readonly EdgeClaim[] {
  const influences = flows.filter(({ position }) => position === null).length;
  const spread = influences * view.columns.length <= INFLUENCE_EDGES_MAX;
  return flows.flatMap((flow) => {
    if (flow.source === null) return [];
    const source: EdgeEnd = { namespace: view.namespace, ...flow.source };
    return targetsOf(view, flow, spread).map((target): EdgeClaim => {
      const [type, subtype] = OPENLINEAGE_TYPE[flow.kind];
      const { expression, confidence, reasons } = flow;
      return { source, target, type, subtype, expression, confidence, reasons };
    });
  });
}

function targetsOf(
  { namespace, name, columns }: { readonly namespace: string; readonly name: string; readonly columns: readonly string[] },
  { position }: ViewFlow,
  spread: boolean,
): readonly EdgeEnd[] {
  if (position === null && !spread) return [{ namespace, name, column: null }];
  if (position === null) return columns.map((column) => ({ namespace, name, column }));
  const column = columns[position];
  return column === undefined ? [] : [{ namespace, name, column }];
}
