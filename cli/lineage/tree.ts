import type { ProjectedEdge, Projection } from '../../lineage/profiles/project.ts';

/** Lineage for people: each target, its columns, and below each what it comes from. */
export function lineageTree(projection: Projection, emphasis: (text: string) => string): string {
  const lines = [...grouped(projection.edges, (edge) => edge.target[0] ?? '(result)')].flatMap(([target, edges]) => [
    emphasis(target),
    ...branches([...grouped(edges, (edge) => edge.target[1])], ([column, sources], last) => [
      `${last ? '└─' : '├─'} ${column}`,
      ...leaves(sources, last ? '   ' : '│  '),
    ]),
  ]);
  const bare = projection.targets.filter((target) => !projection.edges.some((edge) => edge.target[0] === target));
  return [...lines, ...bare, '', ...summary(projection)].join('\n').trimStart();
}

function leaves(edges: readonly ProjectedEdge[], indent: string): readonly string[] {
  const distinct = [...new Map(edges.map((edge) => [leaf(edge), edge])).keys()];
  return branches(distinct, (text, last) => [`${indent}${last ? '└─' : '├─'} ${text}`]);
}

function leaf({ source: [table, column], kind, confidence, candidates }: ProjectedEdge): string {
  const from = table === null ? `?.${column}` : `${table}.${column}`;
  const doubt = confidence < 0.9 ? `, confidence ${confidence}` : '';
  const owners = candidates.length === 0 ? '' : `, one of ${candidates.join(', ')}`;
  return `${from}  (${kind}${doubt}${owners})`;
}

function summary({ sources, targets, coverage, error }: Projection): readonly string[] {
  return [
    `reads   ${sources.join(', ') || 'nothing'}`,
    `writes  ${targets.join(', ') || 'nothing'}`,
    `${coverage.resolved} of ${coverage.references} references resolved`,
    ...(error === null ? [] : [error]),
  ];
}

function branches<T>(items: readonly T[], show: (item: T, last: boolean) => readonly string[]): readonly string[] {
  return items.flatMap((item, at) => show(item, at === items.length - 1));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
