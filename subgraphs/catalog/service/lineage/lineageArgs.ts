import { badInput } from '../../../../kernel/fault.ts';
import type { EdgeSubtype } from '../../domain/lineage/edge.ts';
import type { WalkBounds } from '../../domain/lineage/walk.ts';
import type { LineageFilters } from './fitting.ts';

export interface LineageArgs extends LineageFilters {
  readonly direction: 'UPSTREAM' | 'DOWNSTREAM' | 'BOTH';
  readonly depth: number;
  readonly minConfidence: number;
  readonly indirect: boolean;
  readonly through?: readonly EdgeSubtype[] | null;
  readonly budget?: { readonly nodes?: number | null; readonly edges?: number | null; readonly ms?: number | null } | null;
}

export const DEPTH_MAX = 100;
const NODES = { fallback: 1_000, max: 20_000 };
const EDGES = { fallback: 5_000, max: 100_000 };
const MS = { fallback: 2_000, max: 10_000 };

/** @throws Fault BAD_USER_INPUT */
export function checkArgs({ depth, minConfidence, through }: LineageArgs): void {
  if (depth < 0 || depth > DEPTH_MAX) throw badInput(`depth: ${depth} must be from 0 to ${DEPTH_MAX}.`);
  if (!(minConfidence >= 0 && minConfidence <= 1)) throw badInput(`minConfidence: ${minConfidence} must be from 0 to 1.`);
  if (through?.length === 0) throw badInput('through: name at least one kind of edge, or leave it out to follow all.');
}

/** How much a walk may cost. @throws Fault BAD_USER_INPUT */
export function boundsOf({ depth, budget }: LineageArgs): WalkBounds {
  const bound = (
    name: string,
    asked: number | null | undefined,
    { fallback, max }: { fallback: number; max: number },
  ): number => {
    const value = asked ?? fallback;
    if (value < 1 || value > max) throw badInput(`budget.${name}: ${value} must be from 1 to ${max}.`);
    return value;
  };
  return {
    depth,
    nodesMax: bound('nodes', budget?.nodes, NODES),
    edgesMax: bound('edges', budget?.edges, EDGES),
    deadline: AbortSignal.timeout(bound('ms', budget?.ms, MS)),
  };
}
