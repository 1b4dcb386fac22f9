import type { EdgeKind } from '../../../../lineage/model/model.ts';
import { OPENLINEAGE_TYPE } from '../../../../lineage/profiles/openLineageType.ts';
import type { EdgeClaim, EdgeEnd } from './edge.ts';

/** What was found out about one statement: a value that goes somewhere, or an influence on the rows that are written. */
export interface QueryFlow {
  readonly source: EdgeEnd;
  /** Without a column for an influence, and for what goes through a star over unknown columns. */
  readonly target: EdgeEnd;
  readonly kind: EdgeKind;
  readonly expression: string | null;
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly masking: boolean;
}

/**
 * The edges that a statement's flows mean. What a table says about its own rows is none: nearly every UPDATE and DELETE looks
 * its rows up by a column of the same table. A column made from another one of the same row is.
 */
export const queryClaims = (flows: readonly QueryFlow[]): readonly EdgeClaim[] => flows.filter(isTelling).map(claimOf);

function isTelling({ source, target, kind }: QueryFlow): boolean {
  if (source.namespace !== target.namespace || source.name !== target.name) return true;
  const isValue = OPENLINEAGE_TYPE[kind][0] === 'DIRECT' && source.column !== null && target.column !== null;
  return isValue && source.column !== target.column;
}

function claimOf({ source, target, kind, ...rest }: QueryFlow): EdgeClaim {
  const [type, subtype] = OPENLINEAGE_TYPE[kind];
  // From a column to a dataset runs influence; a value of unknown place runs from dataset to dataset.
  const from = type === 'DIRECT' && target.column === null ? { ...source, column: null } : source;
  return { source: from, target, type, subtype, ...rest };
}
