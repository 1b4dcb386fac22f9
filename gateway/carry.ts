import type { Extensions } from './subgraph.ts';

/**
 * Folds the extensions of one subgraph's answer into those of the operation. What comes out goes with every later fetch
 * of the operation and to the client, so it names what it lets through.
 */
export type Carry = (carried: Extensions, answered: Extensions, from: AnswerOrigin) => Extensions;

export interface AnswerOrigin {
  readonly subgraph: string;
  readonly operationKind: 'query' | 'mutation';
}

export const carryNothing: Carry = (carried) => carried;

/** Lets the named extensions of mutations through, the latest value of each: `carryFromMutations(['readToken'])`. */
export function carryFromMutations(names: readonly string[]): Carry {
  return (carried, answered, { operationKind }) => {
    if (operationKind !== 'mutation') return carried;
    const fresh = names.filter((name) => answered[name] !== undefined);
    return fresh.length === 0 ? carried : { ...carried, ...Object.fromEntries(fresh.map((name) => [name, answered[name]])) };
  };
}
