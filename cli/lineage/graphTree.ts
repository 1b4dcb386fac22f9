import { groupBy } from '../../kernel/groupBy.ts';
import { escaped } from '../terminal/escape.ts';
import type { GraphEdge, GraphNode, LineageGraph } from './graphQuery.ts';

export type Way = 'UPSTREAM' | 'DOWNSTREAM';

const ARROW = { UPSTREAM: '<-', DOWNSTREAM: '->' } as const;

/**
 * What lies in one direction, indented by hops. What was shown before is only named again, so that a graph with many ways
 * stays as long as it has edges.
 */
export function graphTree(graph: LineageGraph, way: Way): readonly string[] {
  const byId = new Map(graph.nodes.flatMap((node) => (node.id === null ? [] : [[node.id, node] as const])));
  const next = nextOf(graph, way);
  const lines: string[] = [];
  const shown = new Set<string>();
  const show = (id: string, depth: number): void => {
    for (const { edge, to } of next(id)) {
      const node = byId.get(to);
      if (node === undefined) continue;
      const again = shown.has(to) && next(to).length > 0;
      lines.push(`${'  '.repeat(depth)}${ARROW[way]} ${nameOf(node)}  ${howOf(edge)}${again ? '  (see above)' : ''}`);
      if (shown.has(to)) continue;
      shown.add(to);
      show(to, depth + 1);
    }
  };
  for (const { id, degree } of graph.nodes) {
    if (degree !== 0 || id === null || shown.has(id)) continue;
    shown.add(id);
    const before = lines.length;
    show(id, 1);
    const node = byId.get(id);
    if (node !== undefined && (lines.length > before || graph.nodes.length === 1)) lines.splice(before, 0, nameOf(node));
  }
  return lines;
}

interface Step {
  readonly edge: GraphEdge;
  readonly to: string;
}

/** A column goes on from what shapes its dataset as a whole, and a dataset that is reached as a whole from its columns. */
function nextOf({ nodes, edges }: LineageGraph, way: Way): (id: string) => readonly Step[] {
  const [near, far] = way === 'UPSTREAM' ? (['targetId', 'sourceId'] as const) : (['sourceId', 'targetId'] as const);
  const from = groupBy(edges, (edge) => edge[near] ?? '');
  const datasetOf = new Map(nodes.map(({ id, asset }) => [id, asset?.dataset?.id]));
  const columnsOf = groupBy(nodes, ({ asset }) => asset?.dataset?.id ?? '');
  const kin = (id: string): readonly string[] =>
    way === 'UPSTREAM' ? [datasetOf.get(id) ?? ''] : (columnsOf.get(id) ?? []).map((column) => column.id ?? '');
  return (id) =>
    [id, ...kin(id)]
      .flatMap((each) => from.get(each) ?? [])
      .flatMap((edge) => {
        const to = edge[far];
        return to === null ? [] : [{ edge, to }];
      });
}

const nameOf = ({ asset, job }: GraphNode): string => {
  if (job !== null) return escaped(`[${job.namespace} ${job.name}]`);
  if (asset === null) return '(not visible any more)';
  return escaped(asset.dataset ? `${asset.dataset.qualifiedName}.${asset.name}` : (asset.qualifiedName ?? asset.name));
};

const howOf = ({ subtype, origin, confidence, job }: GraphEdge): string =>
  [
    subtype.toLowerCase().replace('_', ' '),
    job === null ? origin.toLowerCase() : escaped(`by ${job.name}`),
    ...(confidence < 1 ? [confidence.toFixed(2)] : []),
  ].join(', ');
