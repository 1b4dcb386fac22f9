import type { No } from '../asset.ts';
import { contract, type Shortcut } from './contract.ts';
import type { Truncation, Walk, WalkEdge } from './walk.ts';

/** What walks from the same starts make together. */
export interface Merged {
  readonly nodes: readonly { readonly no: No; readonly degree: number; readonly isStopped: boolean }[];
  readonly edges: readonly WalkEdge[];
  readonly shortcuts: readonly Shortcut[];
  readonly hidden: number;
  readonly truncation: ReadonlySet<Truncation>;
}

/** Nodes nearest first, and what runs between them; what filters hide is contracted. */
export function mergeWalks(
  walks: readonly Walk[],
  { nodesMax, edgesMax }: { readonly nodesMax: number; readonly edgesMax: number },
): Merged {
  const degrees = new Map<No, number>();
  for (const { degrees: found } of walks)
    for (const [no, degree] of found) degrees.set(no, Math.min(degree, degrees.get(no) ?? degree));
  const truncation = new Set(walks.flatMap((each) => [...each.truncation]));
  const places = new Map(walks.flatMap((each) => [...each.places]));
  const hidden = new Set([...places].flatMap(([no, place]) => (place === 'hidden' ? [no] : [])));
  const members = new Map(walks.flatMap((each) => [...each.members]));
  const all = [...new Map(walks.flatMap(({ edges }) => edges).map((edge) => [edge.id, edge])).values()];
  const contracted = contract(all, members, hidden, edgesMax);
  const nodes = [...degrees]
    .filter(([no]) => !hidden.has(no))
    .map(([no, degree]) => ({ no, degree, isStopped: places.get(no) === 'stopped' }))
    .toSorted((a, b) => a.degree - b.degree);
  if (nodes.length > nodesMax) truncation.add('NODES');
  const kept = new Set(nodes.slice(0, nodesMax).map(({ no }) => no));
  const runsBetween = ({ sourceNo, targetNo }: { sourceNo: No; targetNo: No }): boolean =>
    kept.has(sourceNo) && kept.has(targetNo);
  const edges = contracted.edges.filter(runsBetween);
  if (edges.length > edgesMax || !contracted.isWhole) truncation.add('EDGES');
  return {
    nodes: nodes.slice(0, nodesMax),
    edges: edges.slice(0, edgesMax),
    shortcuts: contracted.shortcuts.filter(runsBetween),
    hidden: hidden.size,
    truncation,
  };
}
