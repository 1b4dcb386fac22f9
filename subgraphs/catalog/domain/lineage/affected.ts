import { groupBy } from '../../../../kernel/groupBy.ts';
import type { No } from '../asset.ts';
import type { EdgeSubtype, EdgeType } from './edge.ts';
import type { Walk, WalkEdge } from './walk.ts';

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

/**
 * What happens to everything downstream when something is dropped, renamed or gets another type; nearest first. A dataset that
 * is affected as a whole stands for its columns: of these only what is affected by itself is named.
 */
export function affectedBy(
  start: No,
  change: SchemaChange,
  edges: readonly ImpactEdge[],
  { degrees, members }: Pick<Walk, 'degrees' | 'members'>,
): readonly Affected[] {
  const into = groupBy(edges, (edge) => edge.targetNo);
  const wholes = new Set(members.values());
  const effects = new Map<No, Effect>();
  const affected: Affected[] = [];
  const rank = (no: No): number => (wholes.has(no) ? 0 : 1);
  for (const [no, degree] of [...degrees].toSorted((a, b) => a[1] - b[1] || rank(a[0]) - rank(b[0]))) {
    if (no === start) continue;
    const reasons = (into.get(no) ?? []).flatMap((edge): readonly Affected[] => {
      const effect = effectOf(change, edge, edge.sourceNo === start ? null : effects.get(edge.sourceNo));
      return effect === null ? [] : [{ no, degree, effect, subtype: edge.subtype }];
    });
    const own = reasons.toSorted((a, b) => SEVERITY.indexOf(a.effect) - SEVERITY.indexOf(b.effect))[0];
    const worst = worse(own?.effect, effects.get(members.get(no) ?? ''));
    if (worst !== undefined) effects.set(no, worst);
    if (own !== undefined && worst !== undefined) affected.push({ ...own, effect: worst });
  }
  return affected;
}

function worse(a: Effect | undefined, b: Effect | undefined): Effect | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return SEVERITY.indexOf(a) <= SEVERITY.indexOf(b) ? a : b;
}

/** @param upstream what happens to the source of the edge: null for the changed thing itself, undefined for what is not affected */
function effectOf(change: SchemaChange, edge: ImpactEdge, upstream: Effect | null | undefined): Effect | null {
  if (upstream === undefined) return null;
  if (change !== 'RETYPE') return upstream === null ? 'BREAKS' : 'FOLLOWS';
  if (edge.type === 'INDIRECT') return 'MAY_CHANGE_ROWS';
  if (upstream === 'MAY_CHANGE_ROWS') return 'MAY_CHANGE_ROWS';
  return edge.subtype === 'IDENTITY' && upstream !== 'MAY_BREAK' ? 'CHANGES_TYPE' : 'MAY_BREAK';
}
