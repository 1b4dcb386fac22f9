import { groupBy } from '../../kernel/groupBy.ts';
import type { ProjectedEdge, Projection } from '../../lineage/profiles/project.ts';
import type { Sourceless } from '../../lineage/profiles/sourceless.ts';
import { escaped } from '../terminal/escape.ts';

type Influence = Projection['influences'][number];

interface Branch {
  readonly name: string;
  readonly leaves: readonly string[];
}

const WITHOUT_COLUMN: Readonly<Record<Sourceless['from'], string>> = {
  rowCount: '(number of rows)',
  constant: '(constant, or a call without columns)',
};

/**
 * Lineage for people: each target; its columns in their order, and below each what it comes from; last what decides which
 * rows it has, and in which order, which no single column shows.
 */
export function lineageTree(
  projection: Projection,
  sourceless: readonly Sourceless[],
  emphasis: (text: string) => string,
): string {
  const outputs = groupBy(inOrder([...projection.edges, ...sourceless]), ({ target: [table] }) => table);
  const influences = groupBy(projection.influences, ({ target }) => target);
  const targets = new Set([...outputs.keys(), ...projection.targets, ...influences.keys()]);
  const lines = [...targets].flatMap((target) => [
    emphasis(escaped(target ?? '(result)')),
    ...drawn([...columnsOf(outputs.get(target) ?? []), ...rowsOf(influences.get(target) ?? [])]),
  ]);
  return [...lines, '', ...summary(projection)].join('\n').trimStart();
}

/** As the statements and their outputs follow each other. */
const inOrder = <T extends Sourceless | ProjectedEdge>(outputs: readonly T[]): readonly T[] =>
  outputs.toSorted((a, b) => a.statement - b.statement || a.position - b.position);

function columnsOf(outputs: readonly (ProjectedEdge | Sourceless)[]): readonly Branch[] {
  return [...groupBy(outputs, ({ target: [, column] }) => column)].map(([name, own]) => {
    const edges = own.filter((output) => 'source' in output);
    const without = own.flatMap((output) => ('source' in output ? [] : WITHOUT_COLUMN[output.from]));
    return { name, leaves: edges.length > 0 ? edges.map(leafOf) : without };
  });
}

const rowsOf = (influences: readonly Influence[]): readonly Branch[] =>
  influences.length === 0
    ? []
    : [{ name: '(rows)', leaves: influences.map(({ source, kind }) => `${nameOf(source)}  (${kind})`) }];

function drawn(branches: readonly Branch[]): readonly string[] {
  return branches.flatMap(({ name, leaves }, at) => {
    const last = at === branches.length - 1;
    const distinct = [...new Set(leaves)];
    return [
      `${last ? '└─' : '├─'} ${escaped(name)}`,
      ...distinct.map((leaf, below) => `${last ? '   ' : '│  '}${below === distinct.length - 1 ? '└─' : '├─'} ${escaped(leaf)}`),
    ];
  });
}

function leafOf({ source, kind, confidence, candidates }: ProjectedEdge): string {
  const doubt = confidence < 0.9 ? `, confidence ${confidence}` : '';
  const owners = candidates.length === 0 ? '' : `, one of ${candidates.join(', ')}`;
  return `${nameOf(source)}  (${kind}${doubt}${owners})`;
}

const nameOf = ([table, column]: ProjectedEdge['source']): string => `${table ?? '?'}.${column}`;

function summary({ sources, targets, coverage, error }: Projection): readonly string[] {
  return [
    `reads   ${escaped(sources.join(', ')) || 'nothing'}`,
    `writes  ${escaped(targets.join(', ')) || 'nothing'}`,
    `${coverage.resolved} of ${coverage.references} references resolved`,
    ...(error === null ? [] : [escaped(error)]),
  ];
}
