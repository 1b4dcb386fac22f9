import type { No } from '../asset.ts';

/** An edge as it was stated, of which an end was merged since. */
export interface StatedEdge {
  readonly id: string;
  readonly sourceNo: No;
  readonly targetNo: No;
  /** The edge that stands for it now, and where; null when none does. */
  readonly standingId: string | null;
  readonly standingSourceNo: No | null;
  readonly standingTargetNo: No | null;
}

/** A stated edge with the ends at which it stands from now on; null where it has no place. */
export interface StandingEdge {
  readonly id: string;
  readonly sourceNo: No | null;
  readonly targetNo: No | null;
}

export interface Restanding {
  readonly moving: readonly StandingEdge[];
  /** Edges on which they stood. */
  readonly leaving: readonly string[];
}

/**
 * Which stated edges stand elsewhere by what their ends stand for now. An edge whose end is not there has no place, and
 * neither has one from a thing to itself.
 */
export function restanding(stated: readonly StatedEdge[], standingFor: (no: No) => No | null): Restanding {
  const placed = stated.map((edge) => ({ edge, place: placeOf(edge, standingFor) }));
  const isStaying = ({ edge, place }: (typeof placed)[number]): boolean =>
    edge.standingSourceNo === place.sourceNo && edge.standingTargetNo === place.targetNo;
  const moving = placed.filter((one) => !isStaying(one));
  const left = moving.flatMap(({ edge: { standingId } }) => standingId ?? []);
  return { moving: moving.map(({ place }) => place), leaving: [...new Set(left)] };
}

function placeOf({ id, sourceNo, targetNo }: StatedEdge, standingFor: (no: No) => No | null): StandingEdge {
  const [source, target] = [standingFor(sourceNo), standingFor(targetNo)];
  const hasPlace = source !== null && target !== null && source !== target;
  return hasPlace ? { id, sourceNo: source, targetNo: target } : { id, sourceNo: null, targetNo: null };
}
