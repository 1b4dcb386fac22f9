import { groupBy } from '../../../../kernel/groupBy.ts';
import type { No } from '../asset.ts';
import type { EdgeSubtype, EdgeType } from './edge.ts';
import type { WalkEdge } from './walk.ts';

export type SchemaChange = 'DROP' | 'RENAME' | 'RETYPE';
export type Effect = 'BREAKS' | 'FOLLOWS' | 'CHANGES_TYPE' | 'MAY_BREAK' | 'MAY_CHANGE_ROWS';

export interface ImpactEdge extends WalkEdge {
  readonly type: EdgeType;
  readonly subtype: EdgeSubtype;
}

export interface Affected {
  readonly no: No;
  readonly degree: number;
  readonly effect: Effect;
  readonly subtype: EdgeSubtype;
}

/** The worst comes first. */
const SEVERITY: readonly Effect[] = ['BREAKS', 'FOLLOWS', 'MAY_BREAK', 'CHANGES_TYPE', 'MAY_CHANGE_ROWS'];

/** What happens to everything downstream when something is dropped, renamed or gets another type; nearest first. */
export function affectedBy(
  start: No,
  change: SchemaChange,
  edges: readonly ImpactEdge[],
  degrees: ReadonlyMap<No, number>,
): readonly Affected[] {
  const into = groupBy(edges, (edge) => edge.targetNo);
  const effects = new Map<No, Effect>();
  const affected: Affected[] = [];
  for (const [no, degree] of [...degrees].toSorted((a, b) => a[1] - b[1])) {
    if (no === start) continue;
    const reasons = (into.get(no) ?? []).flatMap((edge): readonly Affected[] => {
      const effect = effectOf(change, edge, edge.sourceNo === start ? null : effects.get(edge.sourceNo));
      return effect === null ? [] : [{ no, degree, effect, subtype: edge.subtype }];
    });
    const worst = reasons.toSorted((a, b) => SEVERITY.indexOf(a.effect) - SEVERITY.indexOf(b.effect))[0];
    if (worst === undefined) continue;
    effects.set(no, worst.effect);
    affected.push(worst);
  }
  return affected;
}

/** @param upstream what happens to the source of the edge: null for the changed thing itself, undefined for what is not affected */
function effectOf(change: SchemaChange, edge: ImpactEdge, upstream: Effect | null | undefined): Effect | null {
  if (upstream === undefined) return null;
  if (change !== 'RETYPE') return upstream === null ? 'BREAKS' : 'FOLLOWS';
  if (edge.type === 'INDIRECT') return 'MAY_CHANGE_ROWS';
  if (upstream === 'MAY_CHANGE_ROWS') return 'MAY_CHANGE_ROWS';
  return edge.subtype === 'IDENTITY' && upstream !== 'MAY_BREAK' ? 'CHANGES_TYPE' : 'MAY_BREAK';
}
