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
  /** True when the value is obfuscated on its way. */
  readonly masking: boolean;
}

/**
 * The edges that a view's flows mean. Outputs go by their place, because a view may name its columns otherwise than its query.
 * What shapes the rows hangs on the view as a whole, once.
 */
export function viewClaims(
  view: { readonly namespace: string; readonly name: string; readonly columns: readonly string[] },
  flows: readonly ViewFlow[],
): readonly EdgeClaim[] {
  return flows.flatMap((flow): readonly EdgeClaim[] => {
    if (flow.source === null) return [];
    const source: EdgeEnd = { namespace: view.namespace, ...flow.source };
    const column = flow.position === null ? null : view.columns[flow.position];
    if (column === undefined) return [];
    const target: EdgeEnd = { namespace: view.namespace, name: view.name, column };
    const [type, subtype] = OPENLINEAGE_TYPE[flow.kind];
    const { expression, confidence, reasons, masking } = flow;
    return [{ source, target, type, subtype, expression, confidence, reasons, ...(masking && { masking }) }];
  });
}
