import { groupBy } from '../../../../kernel/groupBy.ts';
import type { No } from '../asset.ts';
import type { Path } from './edge.ts';
import type { WalkEdge } from './walk.ts';

/** How many partial ways are followed before the search gives up counting. */
const STEPS_MAX = 100_000;

/**
 * The shortest ways without a circle from one number to another over these edges, by breadth.
 * @param members columns with the datasets that stand for them: a way that reaches the dataset is at the column too
 */
export function shortestPaths(
  edges: readonly WalkEdge[],
  members: ReadonlyMap<No, No>,
  [from, to]: readonly [from: No, to: No],
  count: number,
): { readonly paths: readonly Path[]; readonly complete: boolean } {
  const outOf = groupBy(uniqueHops(edges), (edge) => edge.sourceNo);
  const columnsOf = groupBy([...members], ([, dataset]) => dataset);
  const reaches = ancestorsOf(edges, members, to);
  const found: Path[] = [];
  let open: readonly Path[] = [{ nos: [from], edgeIds: [] }];
  for (let steps = 0; open.length > 0 && found.length < count;) {
    const next: Path[] = [];
    for (const path of open) {
      const end = path.nos.at(-1) ?? from;
      if (end === to && path.nos.length > 1) found.push(path);
      if (end === to && path.nos.length > 1) continue;
      for (const edge of outOf.get(end) ?? []) {
        if (!reaches.has(edge.targetNo) || path.nos.includes(edge.targetNo)) continue;
        if (++steps > STEPS_MAX) return { paths: found.slice(0, count), complete: false };
        const reached = { nos: [...path.nos, edge.targetNo], edgeIds: [...path.edgeIds, edge.id] };
        const columns = (columnsOf.get(edge.targetNo) ?? []).map(([column]) => column);
        const onward = columns.filter((column) => reaches.has(column) && !path.nos.includes(column));
        next.push(reached, ...onward.map((column) => ({ ...reached, nos: [...reached.nos, column] })));
      }
    }
    open = next;
  }
  return { paths: found.slice(0, count), complete: open.length === 0 && found.length <= count };
}

/** Several pieces of evidence for one hop are one way. */
const uniqueHops = (edges: readonly WalkEdge[]): readonly WalkEdge[] => [
  ...new Map(edges.map((edge) => [`${edge.sourceNo} ${edge.targetNo}`, edge])).values(),
];

/** Whatever leads to a number: everything else is a dead end. */
function ancestorsOf(edges: readonly WalkEdge[], members: ReadonlyMap<No, No>, to: No): ReadonlySet<No> {
  const into = groupBy(edges, (edge) => edge.targetNo);
  const seen = new Set([to]);
  for (const no of seen) {
    for (const edge of into.get(no) ?? []) seen.add(edge.sourceNo);
    const dataset = members.get(no);
    if (dataset !== undefined) seen.add(dataset);
  }
  return seen;
}
