import { OPENLINEAGE_TYPE } from '../../lineage/profiles/openLineageType.ts';
import type { ProjectedEdge, Projection } from '../../lineage/profiles/project.ts';

/** One line of output: the same fields for every line, and `error` where something could not be read. */
export function answerLine(id: string | number | undefined, projection: Projection): object {
  return {
    id: id ?? null,
    sources: projection.sources,
    targets: projection.targets,
    columns: projection.columns,
    table_edges: projection.tableEdges,
    edges: projection.edges.map(edgeLine),
    influences: projection.influences.map(({ source, target, kind }) => ({ source, target, kind, ...typed(kind) })),
    coverage: projection.coverage,
    ...(projection.error === null ? {} : { error: projection.error }),
  };
}

export const failedLine = (id: string | number | undefined, error: string): object => ({
  id: id ?? null,
  sources: [],
  targets: [],
  columns: [],
  table_edges: [],
  edges: [],
  influences: [],
  coverage: { references: 0, resolved: 0 },
  error,
});

const edgeLine = (edge: ProjectedEdge): object => ({
  source: edge.source,
  target: edge.target,
  kind: edge.kind,
  ...typed(edge.kind),
  masking: edge.masking,
  confidence: edge.confidence,
  reasons: edge.reasons,
  ...(edge.candidates.length === 0 ? {} : { candidates: edge.candidates }),
  expression: edge.text,
  span: edge.span === null ? null : [edge.span.start, edge.span.end],
  statement: edge.statement,
});

function typed(kind: ProjectedEdge['kind']): { type: string; subtype: string } {
  const [type, subtype] = OPENLINEAGE_TYPE[kind];
  return { type, subtype };
}
